//! Networks and volumes made.

use std::collections::HashMap;

use super::Execution;
use crate::compose::Network;
use crate::dev::converge::error::Error;
use crate::docker::models::{Ipam, IpamConfig, NetworkCreateRequest, VolumeCreateRequest};
use crate::docker::{Api, label};

/// Since when a network need not have addresses of version 4.
const ENABLE_IPV4: Api = Api(1, 48);

impl Execution<'_> {
    pub(super) async fn create_network(&self, key: &str) -> Result<(), Error> {
        let Some(network) = self.desired.stack.networks.get(key) else { return Ok(()) };
        let request = NetworkCreateRequest {
            name: network.name.clone(),
            driver: network.driver.clone(),
            internal: network.internal.then_some(true),
            attachable: network.attachable.then_some(true),
            ipam: ipam(network),
            enable_ipv4: network.enable_ipv4.filter(|_| self.engine.speaks() >= ENABLE_IPV4),
            enable_ipv6: network.enable_ipv6,
            options: map(&network.driver_opts),
            labels: Some(self.labels(&network.labels, label::NETWORK, key)),
            ..Default::default()
        };
        let made = self.engine.create_network(request).await;
        made.map_err(Error::engine(format!("the network {} cannot be created", network.name)))?;
        Ok(())
    }

    /// Takes everything off it, removes it, and makes it anew. The containers on it are made anew after it.
    pub(super) async fn replace_network(&self, key: &str, id: &str) -> Result<(), Error> {
        let name = self.desired.stack.networks.get(key).map_or(key, |network| &network.name);
        let failed = || Error::engine(format!("the network {name} cannot be recreated"));
        for container in self.engine.members(id).await.map_err(failed())? {
            self.engine.disconnect_from(id, &container).await.map_err(failed())?;
        }
        self.engine.remove_network(id).await.map_err(failed())?;
        self.create_network(key).await
    }

    pub(super) async fn create_volume(&self, key: &str) -> Result<(), Error> {
        let Some(volume) = self.desired.stack.volumes.get(key) else { return Ok(()) };
        let request = VolumeCreateRequest {
            name: Some(volume.name.clone()),
            driver: volume.driver.clone(),
            driver_opts: map(&volume.driver_opts),
            labels: Some(self.labels(&volume.labels, label::VOLUME, key)),
            cluster_volume_spec: None,
        };
        let made = self.engine.create_volume(request).await;
        made.map_err(Error::engine(format!("the volume {} cannot be created", volume.name)))
    }

    fn labels(
        &self,
        own: &indexmap::IndexMap<String, String>,
        kind: &str,
        key: &str,
    ) -> HashMap<String, String> {
        let mut labels: HashMap<String, String> = own.clone().into_iter().collect();
        labels.insert(kind.to_owned(), key.to_owned());
        labels.insert(label::PROJECT.to_owned(), self.desired.stack.name.clone());
        labels.insert(label::VERSION.to_owned(), env!("CARGO_PKG_VERSION").to_owned());
        labels
    }
}

fn map(map: &indexmap::IndexMap<String, String>) -> Option<HashMap<String, String>> {
    if map.is_empty() { None } else { Some(map.clone().into_iter().collect()) }
}

fn ipam(network: &Network) -> Option<Ipam> {
    let ipam = &network.ipam;
    let said = ipam.driver.is_some() || !ipam.config.is_empty() || !ipam.options.is_empty();
    let pool = |pool: &crate::compose::Pool| IpamConfig {
        subnet: pool.subnet.clone(),
        ip_range: pool.ip_range.clone(),
        gateway: pool.gateway.clone(),
        auxiliary_addresses: map(&pool.aux_addresses),
    };
    said.then(|| Ipam {
        driver: ipam.driver.clone(),
        config: if ipam.config.is_empty() { None } else { Some(ipam.config.iter().map(pool).collect()) },
        options: map(&ipam.options),
    })
}
