//! Live status: watches, the rules that turn an object into a node status, and cluster health.

pub mod status;
pub mod watch;
