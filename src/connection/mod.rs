//! Clusters that users connected: records, access roles, connection tests, health and metadata.
