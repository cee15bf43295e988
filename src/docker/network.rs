//! Networks, and who is on them.

use bollard::models::{
    EndpointSettings, Network, NetworkConnectRequest, NetworkCreateRequest, NetworkDisconnectRequest,
};

use super::{Engine, Error};

impl Engine {
    /// All networks.
    pub async fn networks(&self) -> Result<Vec<Network>, Error> {
        Ok(self.client.list_networks(None).await?)
    }

    /// Makes a network, and gives its id.
    pub async fn create_network(&self, request: NetworkCreateRequest) -> Result<String, Error> {
        Ok(self.client.create_network(request).await?.id)
    }

    /// Removes a network; one that is gone is gone.
    pub async fn remove_network(&self, network: &str) -> Result<(), Error> {
        match self.client.remove_network(network).await.map_err(Error::from) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// The ids of the containers that are on a network now.
    pub async fn members(&self, network: &str) -> Result<Vec<String>, Error> {
        let found = self.client.inspect_network(network, None).await?;
        Ok(found.containers.unwrap_or_default().into_keys().collect())
    }

    /// Puts a container on a network.
    pub async fn connect_to(
        &self,
        network: &str,
        container: &str,
        endpoint: EndpointSettings,
    ) -> Result<(), Error> {
        let request =
            NetworkConnectRequest { container: container.to_owned(), endpoint_config: Some(endpoint) };
        Ok(self.client.connect_network(network, request).await?)
    }

    /// Takes a container off a network, running or not; one that is not on it is not on it.
    pub async fn disconnect_from(&self, network: &str, container: &str) -> Result<(), Error> {
        let request = NetworkDisconnectRequest { container: container.to_owned(), force: Some(true) };
        match self.client.disconnect_network(network, request).await.map_err(Error::from) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}
