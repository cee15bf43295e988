//! Networks, and how a service joins them.

use indexmap::IndexMap;
use serde::Deserialize;

/// A network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Network {
    /// Its full name.
    pub name: String,
    /// Who runs it.
    pub driver: Option<String>,
    /// For the driver.
    pub driver_opts: IndexMap<String, String>,
    /// Its addresses.
    pub ipam: Ipam,
    /// Whether somebody else makes it.
    pub external: bool,
    /// Whether nothing outside is reached from it.
    pub internal: bool,
    /// Whether containers of no service may join.
    pub attachable: bool,
    /// Whether it has addresses of version 4.
    pub enable_ipv4: Option<bool>,
    /// Whether it has addresses of version 6.
    pub enable_ipv6: Option<bool>,
    /// Its labels.
    pub labels: IndexMap<String, String>,
}

/// The addresses of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Ipam {
    /// Who hands them out.
    pub driver: Option<String>,
    /// Which there are.
    pub config: Vec<Pool>,
    /// For the driver.
    pub options: IndexMap<String, String>,
}

/// A range of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Pool {
    /// The range.
    pub subnet: Option<String>,
    /// The part of it that containers get.
    pub ip_range: Option<String>,
    /// The way out.
    pub gateway: Option<String>,
    /// Addresses that are taken, by name.
    pub aux_addresses: IndexMap<String, String>,
}

/// How a service joins a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// Further names of it there.
    pub aliases: Vec<String>,
    /// Name of the interface in the container.
    pub interface_name: Option<String>,
    /// Its address of version 4.
    pub ipv4_address: Option<String>,
    /// Its address of version 6.
    pub ipv6_address: Option<String>,
    /// Further addresses on the link.
    pub link_local_ips: Vec<String>,
    /// Its hardware address.
    pub mac_address: Option<String>,
    /// For the driver.
    pub driver_opts: IndexMap<String, String>,
    /// The highest is joined first.
    pub priority: i64,
    /// The highest is the way out.
    pub gw_priority: i64,
}
