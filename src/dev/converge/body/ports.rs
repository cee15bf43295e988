//! Ports that a container has open, and those that the host offers.

use std::collections::{BTreeSet, HashMap};

use crate::compose::Service;
use crate::docker::models::{PortBinding, PortMap};

/// Most ports that one range of `expose` stands for.
const MOST: u16 = 10_000;

/// `80/tcp`, for what is exposed and for what is published.
pub(super) fn exposed(service: &Service) -> Option<Vec<String>> {
    let mut ports: BTreeSet<String> =
        service.ports.iter().map(|port| format!("{}/{}", port.target, port.protocol)).collect();
    for text in &service.expose {
        let (range, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        if let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) {
            let most = last.min(first.saturating_add(MOST));
            ports.extend((first..=most).map(|port| format!("{port}/{protocol}")));
        }
    }
    super::some(ports.into_iter().collect())
}

/// Where the host offers them.
pub(super) fn bindings(service: &Service) -> Option<PortMap> {
    let mut bindings: PortMap = HashMap::new();
    for port in &service.ports {
        let binding = PortBinding {
            host_ip: Some(port.host_ip.clone().unwrap_or_default()),
            host_port: Some(port.published.clone().unwrap_or_default()),
        };
        let key = format!("{}/{}", port.target, port.protocol);
        bindings.entry(key).or_default().get_or_insert_default().push(binding);
    }
    if bindings.is_empty() { None } else { Some(bindings) }
}
