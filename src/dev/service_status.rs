//! How a service is, as every command tells it (cli.md 3.7).

use jiff::Timestamp;
use serde::Serialize;

use super::converge::{Health, Seen, State};
use super::published::{PublishedPort, host};
use super::settings::{Mode, Service};
use crate::docker::label;

/// A service and how it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceStatus {
    /// Its name.
    pub name: String,
    /// What runs it: `image`, `source` or `embedded`.
    pub provider: &'static str,
    /// `running`, `exited`, `restarting`, `paused`, `created` or `missing`.
    pub state: &'static str,
    /// `healthy`, `unhealthy`, `starting` or `none`.
    pub health: &'static str,
    /// Whether it can be used.
    pub ready: bool,
    /// Its container.
    pub container_id: Option<String>,
    /// The name of its container.
    pub container_name: Option<String>,
    /// The image it was made from, as it was named.
    pub image: Option<String>,
    /// The id of the image.
    pub image_id: Option<String>,
    /// Its process.
    pub pid: Option<i64>,
    /// How it ended, if it did.
    pub exit_code: Option<i64>,
    /// Whether it was killed because it used too much memory.
    pub oom_killed: bool,
    /// How often the engine started it again.
    pub restart_count: i64,
    /// When it was started.
    pub started_at: Option<String>,
    /// How long it runs.
    pub uptime_seconds: Option<i64>,
    /// The ports that the host offers.
    pub ports: Vec<PublishedPort>,
    /// Where people reach it.
    pub url: Option<String>,
    /// Whether its container is not what the files say now.
    pub config_drift: bool,
}

impl ServiceStatus {
    /// A service without a container.
    pub fn missing(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            provider: "image",
            state: "missing",
            health: "none",
            ready: false,
            container_id: None,
            container_name: None,
            image: None,
            image_id: None,
            pid: None,
            exit_code: None,
            oom_killed: false,
            restart_count: 0,
            started_at: None,
            uptime_seconds: None,
            ports: Vec::new(),
            url: None,
            config_drift: false,
        }
    }

    /// A service by its container. `drift` tells whether that is not what the files say.
    pub fn of(seen: &Seen, now: Timestamp, drift: bool) -> Self {
        let state = seen.state();
        let details = seen.0.state.as_ref();
        let started = details.and_then(|state| state.started_at.as_deref()?.parse::<Timestamp>().ok());
        let started = started.filter(|at| at.as_second() > 0);
        let runs = matches!(state, State::Running | State::Paused);
        let ports = seen.published();
        let healthy = match seen.health() {
            Health::None | Health::Healthy => true,
            Health::Starting | Health::Unhealthy => false,
        };
        Self {
            name: seen.service().to_owned(),
            provider: provider(seen),
            state: state.as_str(),
            health: seen.health().as_str(),
            ready: state == State::Running && healthy,
            container_id: Some(seen.id().to_owned()),
            container_name: Some(seen.name().to_owned()),
            image: seen.0.config.as_ref().and_then(|config| config.image.clone()),
            image_id: Some(seen.image_id().to_owned()),
            pid: details.and_then(|state| state.pid).filter(|pid| *pid > 0),
            exit_code: (state == State::Exited).then(|| seen.exit_code()),
            oom_killed: seen.oom_killed(),
            restart_count: seen.restarts(),
            started_at: started.map(|at| at.to_string()),
            uptime_seconds: started.filter(|_| runs).map(|at| (now.as_second() - at.as_second()).max(0)),
            url: url(&ports),
            ports,
            config_drift: drift,
        }
    }
}

/// What a container runs: core of the mode that builds it in one is run from its checkout (cli.md 3.2).
fn provider(seen: &Seen) -> &'static str {
    let builds = seen.label(label::MODE) == Mode::CoreDev.as_str() && seen.is_ours();
    if builds && seen.service() == Service::Core.as_str() { "source" } else { "image" }
}

/// The first port that may speak HTTP. A database does not.
fn url(ports: &[PublishedPort]) -> Option<String> {
    const DATABASES: [u16; 4] = [27017, 5432, 3306, 6379];
    let port = ports.iter().find(|port| port.protocol == "tcp" && !DATABASES.contains(&port.container))?;
    Some(format!("http://{}:{}", host(&port.bind), port.host))
}
