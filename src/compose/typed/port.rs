//! `ports` of a service.

use serde::Deserialize;

/// A port of a container that the host offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Port {
    /// Address of the host; all of them if there is none.
    pub host_ip: Option<String>,
    /// Port of the container.
    pub target: u16,
    /// Port of the host, or a range `8000-8010` to take one from; any if there is none.
    pub published: Option<String>,
    /// `tcp`, `udp` or `sctp`.
    #[serde(default = "tcp")]
    pub protocol: String,
}

fn tcp() -> String {
    "tcp".to_owned()
}
