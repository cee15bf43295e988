//! A connection to an engine.

use bollard::{API_DEFAULT_VERSION, Docker};

use super::Error;

/// Longest wait for an answer to a call, in seconds; streams may last.
const CALL_SECONDS: u64 = 120;

/// An engine that answers, with the newest API both sides know.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) client: Docker,
    endpoint: String,
}

impl Engine {
    /// Connects to the engine at an address such as `unix:///var/run/docker.sock`.
    pub async fn connect(endpoint: &str) -> Result<Self, Error> {
        let unreachable = |source| Error::Unreachable { endpoint: endpoint.to_owned(), source };
        let client =
            Docker::connect_with_unix(endpoint, CALL_SECONDS, API_DEFAULT_VERSION).map_err(unreachable)?;
        let client = client.negotiate_version().await.map_err(unreachable)?;
        Ok(Self { client, endpoint: endpoint.to_owned() })
    }

    /// Where it is.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}
