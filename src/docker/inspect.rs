//! One container looked at closely.

use jiff::Timestamp;

use super::{Engine, Error};

impl Engine {
    /// The variables a container was made with: `NAME=value`.
    pub async fn environment(&self, container: &str) -> Result<Vec<String>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        Ok(seen.config.and_then(|config| config.env).unwrap_or_default())
    }

    /// When a container was last started; none when it never was.
    pub async fn started(&self, container: &str) -> Result<Option<Timestamp>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        let time = seen.state.and_then(|state| state.started_at?.parse::<Timestamp>().ok());
        Ok(time.filter(|time| *time > Timestamp::UNIX_EPOCH))
    }

    /// What keeps the log of a container.
    pub async fn log_driver(&self, container: &str) -> Result<Option<String>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        Ok(seen.host_config.and_then(|host| host.log_config?.typ))
    }
}
