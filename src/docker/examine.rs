//! One container looked at to find out what is wrong with it.

use std::collections::BTreeMap;

use super::{Engine, Error};

/// How a container is.
#[derive(Debug, Clone, Default)]
pub struct Examined {
    /// Its name.
    pub name: String,
    /// The word of the engine: `running`, `exited`, `restarting`.
    pub state: String,
    /// How it ended.
    pub exit_code: Option<i64>,
    /// Whether it was killed for its memory.
    pub oom_killed: bool,
    /// `healthy`, `unhealthy`, `starting`; none without a health check.
    pub health: Option<String>,
    /// What the last health check printed.
    pub health_output: Option<String>,
    /// How often the engine started it again.
    pub restarts: i64,
    /// Its variables.
    pub environment: BTreeMap<String, String>,
    /// The networks it is in.
    pub networks: Vec<String>,
}

impl Engine {
    /// Looks at a container.
    pub async fn examine(&self, container: &str) -> Result<Examined, Error> {
        let seen = self.client.inspect_container(container, None).await?;
        let state = seen.state.unwrap_or_default();
        let health = state.health.unwrap_or_default();
        let last = health.log.unwrap_or_default().pop().and_then(|entry| entry.output);
        let environment = seen.config.and_then(|config| config.env).unwrap_or_default();
        let environment = environment.iter().filter_map(|pair| pair.split_once('='));
        let word = |text: String| Some(text).filter(|text| !text.is_empty() && text != "none");
        Ok(Examined {
            name: seen.name.unwrap_or_default().trim_start_matches('/').to_owned(),
            state: state.status.map(|status| status.to_string()).unwrap_or_default(),
            exit_code: state.exit_code,
            oom_killed: state.oom_killed.unwrap_or_default(),
            health: health.status.and_then(|status| word(status.to_string())),
            health_output: last.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            restarts: seen.restart_count.unwrap_or_default(),
            environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            networks: seen
                .network_settings
                .and_then(|settings| settings.networks)
                .map(|networks| networks.into_keys().collect())
                .unwrap_or_default(),
        })
    }
}
