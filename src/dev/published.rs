//! Where the host offers what a container listens on.

use serde::Serialize;

/// A port of a container that the host offers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PublishedPort {
    /// Address of the host.
    pub bind: String,
    /// Port of the host.
    pub host: u16,
    /// Port of the container.
    pub container: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
}

/// What people call the host at an address that something listens on.
pub fn host(bind: &str) -> String {
    match bind {
        "" | "0.0.0.0" | "::" | "127.0.0.1" => "localhost".to_owned(),
        address if address.contains(':') => format!("[{address}]"),
        address => address.to_owned(),
    }
}
