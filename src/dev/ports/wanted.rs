//! What a stack wants of the host.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use crate::compose::Stack;

/// A port of the host that a service is to be reached at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The service.
    pub service: String,
    /// The address; all of them if there is none.
    pub bind: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Of which protocol.
    pub protocol: Protocol,
}

impl Wanted {
    /// What a process of the stack wants of this machine.
    pub fn here(service: &str, port: u16) -> Self {
        Self::at(service, Ipv4Addr::LOCALHOST.into(), port)
    }

    /// What a process of the stack wants at an address of this machine.
    pub fn at(service: &str, bind: IpAddr, port: u16) -> Self {
        Self { service: service.to_owned(), bind: Some(bind), port, protocol: Protocol::Tcp }
    }
}

/// A protocol with ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// The ports a stack publishes. Where the engine chooses, out of a range or of all, nothing can be in the way.
pub fn wanted(stack: &Stack) -> Vec<Wanted> {
    let ports = stack.services.iter().filter(|(_, service)| service.replicas() > 0);
    let ports = ports.flat_map(|(name, service)| service.ports.iter().map(move |port| (name, port)));
    let wanted = ports.filter_map(|(service, port)| {
        let protocol = match port.protocol.as_str() {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            _ => return None,
        };
        let bind = port.host_ip.as_deref().and_then(|bind| bind.trim_matches(['[', ']']).parse().ok());
        let number = port.published.as_deref()?.parse().ok().filter(|port| *port > 0)?;
        Some(Wanted { service: service.clone(), bind, port: number, protocol })
    });
    wanted.collect()
}

/// Publishes a service at other ports of the host.
pub fn move_ports(stack: &mut Stack, service: &str, to: &BTreeMap<u16, u16>) {
    let ports = stack.services.get_mut(service).map(|service| service.ports.iter_mut());
    for port in ports.into_iter().flatten() {
        let from = port.published.as_deref().and_then(|published| published.parse().ok());
        if let Some(to) = from.and_then(|from: u16| to.get(&from)) {
            port.published = Some(to.to_string());
        }
    }
}

/// The variable of our Compose files by which everything that needs to know follows the port of a service.
pub fn variable(service: &str) -> String {
    format!("ORCHCLI_PORT_{}", service.to_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::{Port, Service};

    fn stack(published: &[(Option<&str>, Option<&str>, &str)]) -> Stack {
        let ports = published.iter().map(|(bind, published, protocol)| Port {
            host_ip: bind.map(str::to_owned),
            target: 80,
            published: published.map(str::to_owned),
            protocol: (*protocol).to_owned(),
        });
        let service = Service { ports: ports.collect(), ..Service::default() };
        Stack { services: [("web".to_owned(), service)].into_iter().collect(), ..Stack::default() }
    }

    #[test]
    fn only_a_port_that_is_named_can_be_taken() {
        let stack = stack(&[
            (None, Some("8080"), "tcp"),
            (Some("127.0.0.1"), Some("53"), "udp"),
            (Some("[::1]"), Some("81"), "tcp"),
            (None, Some("8000-8010"), "tcp"),
            (None, None, "tcp"),
            (None, Some("9"), "sctp"),
        ]);
        let found: Vec<_> =
            wanted(&stack).into_iter().map(|port| (port.bind, port.port, port.protocol)).collect();
        let address = |text: &str| Some(text.parse().unwrap());
        assert_eq!(
            found,
            [
                (None, 8080, Protocol::Tcp),
                (address("127.0.0.1"), 53, Protocol::Udp),
                (address("::1"), 81, Protocol::Tcp)
            ]
        );
    }

    #[test]
    fn the_ports_of_a_service_move_each_for_itself() {
        let said = ["8080", "8081", "8082"].map(|port| (None, Some(port), "tcp"));
        let mut stack = stack(&said);
        move_ports(&mut stack, "web", &BTreeMap::from([(8080, 8081), (8081, 9090)]));
        assert_eq!(wanted(&stack).iter().map(|port| port.port).collect::<Vec<_>>(), [8081, 9090, 8082]);
        assert_eq!(variable("my-web"), "ORCHCLI_PORT_MY_WEB");
    }
}
