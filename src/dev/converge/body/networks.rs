//! How a container joins its networks (cli.md 8.3: names it has there).

use crate::compose::{Attachment, Service};
use crate::dev::converge::body::Kitchen;
use crate::docker::Api;
use crate::docker::models::{EndpointIpamConfig, EndpointSettings};

const GATEWAY_PRIORITY: Api = Api(1, 48);
const MAC_ADDRESS: Api = Api(1, 44);
const INTERFACE_NAME: Api = Api(1, 49);

/// The networks by full name, in the order they are joined: the one of the highest priority first.
pub(super) fn endpoints(
    service: &Service,
    name: &str,
    container: &str,
    kitchen: &Kitchen<'_>,
    dropped: &mut Vec<String>,
) -> Vec<(String, EndpointSettings)> {
    let none = Attachment::default();
    let mut joined: Vec<(&String, &Attachment)> =
        service.networks.iter().map(|(key, how)| (key, how.as_ref().unwrap_or(&none))).collect();
    // The sort keeps the order of the file among equals.
    joined.sort_by_key(|(_, how)| std::cmp::Reverse(how.priority));
    let mut endpoints = Vec::new();
    for (index, (key, how)) in joined.into_iter().enumerate() {
        let Some(network) = kitchen.desired.stack.networks.get(key) else { continue };
        let mut aliases = vec![container.to_owned(), name.to_owned()];
        aliases.extend(how.aliases.iter().filter(|alias| *alias != name && *alias != container).cloned());
        let mut new_enough = |key: &str, said: bool, since: Api| {
            if said && kitchen.api < since {
                dropped.push(key.to_owned());
            }
            said && kitchen.api >= since
        };
        // That of the service is the one of its first network.
        let mac = how.mac_address.clone().or_else(|| service.mac_address.clone().filter(|_| index == 0));
        let mac = mac.filter(|_| new_enough("mac_address", true, MAC_ADDRESS));
        let mut options = how.driver_opts.clone();
        if let Some(interface) = &how.interface_name
            && new_enough("interface_name", true, INTERFACE_NAME)
        {
            options.insert("com.docker.network.endpoint.ifname".to_owned(), interface.clone());
        }
        let gateway = new_enough("gw_priority", how.gw_priority != 0, GATEWAY_PRIORITY);
        let endpoint = EndpointSettings {
            aliases: Some(aliases),
            links: super::some(links(service, kitchen)),
            ipam_config: addresses(how),
            mac_address: mac,
            driver_opts: super::some_map(&options),
            gw_priority: gateway.then_some(how.gw_priority),
            ..Default::default()
        };
        endpoints.push((network.name.clone(), endpoint));
    }
    endpoints
}

fn addresses(how: &Attachment) -> Option<EndpointIpamConfig> {
    let said = how.ipv4_address.is_some() || how.ipv6_address.is_some() || !how.link_local_ips.is_empty();
    said.then(|| EndpointIpamConfig {
        ipv4_address: how.ipv4_address.clone(),
        ipv6_address: how.ipv6_address.clone(),
        link_local_ips: super::some(how.link_local_ips.clone()),
    })
}

/// `container:alias` for each `service[:alias]`.
fn links(service: &Service, kitchen: &Kitchen<'_>) -> Vec<String> {
    let link = |link: &String| {
        let (other, alias) = link.split_once(':').unwrap_or((link, link));
        let container = kitchen.desired.container_name(other, 1);
        [format!("{container}:{alias}"), format!("{container}:{container}")]
    };
    service.links.iter().flat_map(link).collect()
}
