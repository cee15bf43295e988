//! The one door to Kubernetes: stored credentials become a client here, and nowhere else.
