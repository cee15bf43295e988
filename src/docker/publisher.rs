//! Ports of the host that running containers are reached at.

use std::net::IpAddr;

use bollard::models::PortSummaryTypeEnum as Word;
use bollard::query_parameters::ListContainersOptionsBuilder;

use super::{Engine, Error, label};

/// A container that is reached at a port of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Name of the container.
    pub container: String,
    /// Its Compose project and service.
    pub compose: Option<(String, String)>,
    /// The address; all of them if there is none.
    pub bind: Option<IpAddr>,
    /// The port of the host.
    pub port: u16,
    /// Whether it is one of UDP, not of TCP.
    pub udp: bool,
}

impl Engine {
    /// The names of all containers, running or not.
    pub async fn container_names(&self) -> Result<Vec<String>, Error> {
        let options = ListContainersOptionsBuilder::new().all(true).build();
        let containers = self.client.list_containers(Some(options)).await?;
        let names = containers.into_iter().flat_map(|container| container.names.unwrap_or_default());
        Ok(names.map(|name| name.trim_start_matches('/').to_owned()).collect())
    }

    /// Every port of the host that a running container has.
    pub async fn publishers(&self) -> Result<Vec<Publisher>, Error> {
        let options = ListContainersOptionsBuilder::new().build();
        let mut publishers = Vec::new();
        for container in self.client.list_containers(Some(options)).await? {
            let names = container.names.unwrap_or_default();
            let name = names.first().map(|name| name.trim_start_matches('/').to_owned()).unwrap_or_default();
            let labels = container.labels.unwrap_or_default();
            let compose = labels.get(label::PROJECT).cloned().zip(labels.get(label::SERVICE).cloned());
            for port in container.ports.unwrap_or_default() {
                let udp = match port.typ {
                    Some(Word::UDP) => true,
                    Some(Word::TCP | Word::EMPTY) | None => false,
                    Some(Word::SCTP) => continue,
                };
                let Some(public) = port.public_port else { continue };
                publishers.push(Publisher {
                    container: name.clone(),
                    compose: compose.clone(),
                    bind: port.ip.as_deref().and_then(|ip| ip.parse().ok()),
                    port: public,
                    udp,
                });
            }
        }
        Ok(publishers)
    }
}
