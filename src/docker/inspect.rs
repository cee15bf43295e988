//! One container looked at closely.

use super::{Engine, Error};

impl Engine {
    /// The variables a container was made with: `NAME=value`.
    pub async fn environment(&self, container: &str) -> Result<Vec<String>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        Ok(seen.config.and_then(|config| config.env).unwrap_or_default())
    }
}
