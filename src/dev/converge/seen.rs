//! A container as the engine has it.

use crate::dev::published::PublishedPort;
use crate::dev::ready::question;
pub use crate::docker::State;
use crate::docker::label;
use crate::docker::models::{
    ContainerInspectResponse, ContainerStateStatusEnum as Status, EndpointSettings, HealthStatusEnum,
    MountPoint, RestartPolicyNameEnum as Restart,
};

/// A container of a project.
#[derive(Debug, Clone)]
pub struct Seen(pub ContainerInspectResponse);

/// What its health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// There is none.
    None,
    /// Nothing yet.
    Starting,
    /// All is well.
    Healthy,
    /// It is not.
    Unhealthy,
}

impl Health {
    /// The word of `ServiceStatus` (cli.md 3.7).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

impl Seen {
    /// Its id.
    pub fn id(&self) -> &str {
        self.0.id.as_deref().unwrap_or_default()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.name.as_deref().unwrap_or_default().trim_start_matches('/')
    }

    /// The value of a label; empty if it has none.
    pub fn label(&self, name: &str) -> &str {
        let labels = self.0.config.as_ref().and_then(|config| config.labels.as_ref());
        labels.and_then(|labels| labels.get(name)).map_or("", String::as_str)
    }

    /// Its service.
    pub fn service(&self) -> &str {
        self.label(label::SERVICE)
    }

    /// Its number among those of its service.
    pub fn number(&self) -> u32 {
        self.label(label::NUMBER).parse().unwrap_or(0)
    }

    /// Whether it was made for a single command.
    pub fn is_one_off(&self) -> bool {
        self.label(label::ONEOFF).eq_ignore_ascii_case("true")
    }

    /// Whether we made it.
    pub fn is_ours(&self) -> bool {
        self.label(label::MANAGED) == "true"
    }

    /// The image it was made from.
    pub fn image_id(&self) -> &str {
        self.0.image.as_deref().unwrap_or_default()
    }

    /// What it does.
    pub fn state(&self) -> State {
        match self.0.state.as_ref().and_then(|state| state.status) {
            Some(Status::RUNNING | Status::STOPPING) => State::Running,
            Some(Status::PAUSED) => State::Paused,
            Some(Status::RESTARTING) => State::Restarting,
            Some(Status::EXITED) => State::Exited,
            Some(Status::CREATED | Status::EMPTY) | None => State::Created,
            Some(Status::REMOVING | Status::DEAD) => State::Gone,
        }
    }

    /// What its health check says.
    pub fn health(&self) -> Health {
        let health = self.0.state.as_ref().and_then(|state| state.health.as_ref()?.status);
        match health {
            Some(HealthStatusEnum::STARTING) => Health::Starting,
            Some(HealthStatusEnum::HEALTHY) => Health::Healthy,
            Some(HealthStatusEnum::UNHEALTHY) => Health::Unhealthy,
            Some(HealthStatusEnum::NONE | HealthStatusEnum::EMPTY) | None => Health::None,
        }
    }

    /// How many checks failed on end.
    pub fn failing(&self) -> i64 {
        let state = self.0.state.as_ref();
        state.and_then(|state| state.health.as_ref()?.failing_streak).unwrap_or(0)
    }

    /// How it ended.
    pub fn exit_code(&self) -> i64 {
        self.0.state.as_ref().and_then(|state| state.exit_code).unwrap_or(0)
    }

    /// Whether it did what it was for, unless somebody stopped it: it ended well, and neither does the engine start it
    /// again nor do we know of its service that it is to answer.
    pub fn is_done(&self) -> bool {
        let policy = self.0.host_config.as_ref().and_then(|host| host.restart_policy.as_ref()?.name);
        let stays_ended = match policy {
            Some(Restart::ALWAYS | Restart::UNLESS_STOPPED) => false,
            Some(Restart::NO | Restart::ON_FAILURE | Restart::EMPTY) | None => true,
        };
        let ended_well = self.state() == State::Exited && self.exit_code() == 0;
        ended_well && stays_ended && question(self.service()).is_none()
    }

    /// Whether it was killed because it wanted too much memory.
    pub fn oom_killed(&self) -> bool {
        self.0.state.as_ref().and_then(|state| state.oom_killed).unwrap_or(false)
    }

    /// The same container, of which the engine may have told elsewhere that it was out of memory.
    #[must_use]
    pub fn or_out_of_memory(mut self, told: bool) -> Self {
        if let Some(state) = self.0.state.as_mut().filter(|_| told) {
            state.oom_killed = Some(true);
        }
        self
    }

    /// How often the engine started it again.
    pub fn restarts(&self) -> i64 {
        self.0.restart_count.unwrap_or(0)
    }

    /// What is mounted in it.
    pub fn mounts(&self) -> &[MountPoint] {
        self.0.mounts.as_deref().unwrap_or_default()
    }

    /// Whether it was made to mount the volume of this name.
    pub fn names_volume(&self, name: &str) -> bool {
        let Some(host) = self.0.host_config.as_ref() else { return false };
        let mut mounts = host.mounts.iter().flatten();
        let mut binds = host.binds.iter().flatten();
        mounts.any(|mount| mount.source.as_deref() == Some(name))
            || binds.any(|bind| bind.split(':').next() == Some(name))
    }

    /// The networks it is on.
    pub fn networks(&self) -> impl Iterator<Item = (&str, &EndpointSettings)> {
        let networks = self.0.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
        networks.into_iter().flatten().map(|(name, endpoint)| (name.as_str(), endpoint))
    }

    /// Its ports that the host offers, sorted.
    pub fn published(&self) -> Vec<PublishedPort> {
        let mut all = Vec::new();
        let ports = self.0.network_settings.as_ref().and_then(|settings| settings.ports.as_ref());
        for (port, bindings) in ports.into_iter().flatten() {
            let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
            for binding in bindings.iter().flatten() {
                let host = binding.host_port.as_deref().and_then(|host| host.parse().ok());
                if let (Some(host), Ok(container)) = (host, number.parse()) {
                    let bind = binding.host_ip.clone().unwrap_or_default();
                    all.push(PublishedPort { bind, host, container, protocol: protocol.to_owned() });
                }
            }
        }
        all.sort();
        all
    }

    /// The start of the id of the container that this one was made to replace, while it has the name for that.
    pub fn replaces(&self) -> Option<&str> {
        let (id, _) = self.name().split_once('_')?;
        let is_id = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_id && !self.label(label::REPLACE).is_empty()).then_some(id)
    }
}
