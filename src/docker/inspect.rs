//! One container looked at closely.

use jiff::{SignedDuration, Timestamp};

use super::{Engine, Error};

/// The engine notes a start once the process runs, which may have written by then.
const START: SignedDuration = SignedDuration::from_millis(50);

impl Engine {
    /// The variables a container was made with: `NAME=value`.
    pub async fn environment(&self, container: &str) -> Result<Vec<String>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        Ok(seen.config.and_then(|config| config.env).unwrap_or_default())
    }

    /// What lies before the last run of a container: a moment after the end of the run before it and before anything the
    /// last one wrote. None when it never ran.
    pub async fn before_last_run(&self, container: &str) -> Result<Option<Timestamp>, Error> {
        let Some(state) = self.client.inspect_container(container, None).await?.state else {
            return Ok(None);
        };
        let time = |text: Option<String>| {
            text.and_then(|text| text.parse::<Timestamp>().ok()).filter(|time| *time > Timestamp::UNIX_EPOCH)
        };
        let (started, finished) = (time(state.started_at), time(state.finished_at));
        Ok(started.and_then(|started| match finished {
            Some(finished) if finished < started => Some(finished),
            // The end of the run before is forgotten once the last one has ended.
            Some(_) | None => started.checked_sub(START).ok(),
        }))
    }

    /// What keeps the log of a container.
    pub async fn log_driver(&self, container: &str) -> Result<Option<String>, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        Ok(seen.host_config.and_then(|host| host.log_config?.typ))
    }
}
