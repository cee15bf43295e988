//! What an engine says of itself.

use super::{Engine, Error};

/// An engine in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The newest API it speaks.
    pub api: String,
    /// Where it is.
    pub endpoint: String,
}

impl Engine {
    /// Asks it.
    pub async fn about(&self) -> Result<About, Error> {
        let version = self.client.version().await?;
        let name = version.platform.map(|platform| platform.name).filter(|name| !name.is_empty());
        Ok(About {
            name: name.unwrap_or_else(|| "Docker Engine".to_owned()),
            version: version.version.unwrap_or_default(),
            api: version.api_version.unwrap_or_default(),
            endpoint: self.endpoint(),
        })
    }
}
