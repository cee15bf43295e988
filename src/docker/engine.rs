//! A connection to an engine.

use bollard::{API_DEFAULT_VERSION, ClientVersion, Docker};

use super::connect::Wire;
use super::error::Why;
use super::ping::{Ping, ping};
use super::{Endpoint, Error, Source};

/// Longest wait for an answer to a call, in seconds; streams may last.
const CALL_SECONDS: u64 = 120;

/// An engine that answers, with the newest API both sides know.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) client: Docker,
    pub(super) wire: Wire,
    endpoint: Endpoint,
    pub(super) api: ClientVersion,
    build_kit: bool,
}

impl Engine {
    /// Connects to an engine, and sees whether it will do.
    pub async fn connect(endpoint: Endpoint) -> Result<Self, Error> {
        let wire = Wire::new(&endpoint).map_err(|why| Error::Unreachable {
            endpoint: endpoint.address.to_string(),
            why: Why::Tls(why),
        })?;
        let Ping { api, build_kit } = ping(&wire, &endpoint).await?;
        let api = if api < *API_DEFAULT_VERSION { api } else { *API_DEFAULT_VERSION };
        let base = wire.base().to_owned();
        let shared = wire.clone();
        let transport = move |request| {
            let wire = shared.clone();
            async move { Ok(wire.request(request).await?) }
        };
        let client = Docker::connect_with_custom_transport(transport, Some(base), CALL_SECONDS, &api)?;
        Ok(Self { client, wire, endpoint, api, build_kit })
    }

    /// Where it is.
    pub fn endpoint(&self) -> String {
        self.endpoint.address.to_string()
    }

    /// Who named it.
    pub fn source(&self) -> &Source {
        &self.endpoint.source
    }

    /// The host of another machine, on which published ports are and bind mounts would be.
    pub fn remote_host(&self) -> Option<&str> {
        self.endpoint.address.remote_host()
    }

    /// The API that is spoken: major and minor number.
    pub fn api(&self) -> (usize, usize) {
        (self.api.major_version, self.api.minor_version)
    }

    /// Whether it builds by BuildKit; if not, by the classic builder.
    pub fn has_build_kit(&self) -> bool {
        self.build_kit
    }
}
