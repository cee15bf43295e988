//! A service.

use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;

use super::build::Build;
use super::deploy::{Deploy, DeviceRequest};
use super::health::HealthCheck;
use super::mount::Mount;
use super::network::Attachment;
use super::port::Port;
use super::resources::{BlockIo, Device, Ulimit};
use super::source::Grant;
use super::units;
use super::word::{Namespace, PullPolicy, Restart};

/// A service: the keys that a driver applies (cli.md 8.2), called what the specification calls them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each is the key of the Compose Specification")]
#[allow(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub struct Service {
    pub annotations: IndexMap<String, String>,
    pub blkio_config: Option<BlockIo>,
    pub build: Option<Build>,
    pub cap_add: Vec<String>,
    pub cap_drop: Vec<String>,
    pub cgroup: Option<String>,
    pub cgroup_parent: Option<String>,
    /// None keeps that of the image; an empty one is no command.
    pub command: Option<Vec<String>>,
    pub configs: Vec<Grant>,
    pub container_name: Option<String>,
    pub cpu_period: Option<i64>,
    pub cpu_quota: Option<i64>,
    pub cpu_rt_period: Option<i64>,
    pub cpu_rt_runtime: Option<i64>,
    pub cpu_shares: Option<i64>,
    pub cpus: Option<f64>,
    pub cpuset: Option<String>,
    /// With what links, shared namespaces and shared volumes imply.
    pub depends_on: IndexMap<String, Dependency>,
    pub deploy: Option<Deploy>,
    pub device_cgroup_rules: Vec<String>,
    pub devices: Vec<Device>,
    pub dns: Vec<String>,
    pub dns_opt: Vec<String>,
    pub dns_search: Vec<String>,
    pub domainname: Option<String>,
    /// None keeps that of the image; an empty one is no entrypoint.
    pub entrypoint: Option<Vec<String>>,
    /// With `env_file` folded in; a variable without a value is not set.
    pub environment: IndexMap<String, Option<String>>,
    pub expose: Vec<String>,
    /// `host=address`.
    pub extra_hosts: Vec<String>,
    pub gpus: Vec<DeviceRequest>,
    pub group_add: Vec<String>,
    pub healthcheck: Option<HealthCheck>,
    pub hostname: Option<String>,
    pub image: Option<String>,
    pub init: Option<bool>,
    pub ipc: Option<Namespace>,
    pub labels: IndexMap<String, String>,
    pub links: Vec<String>,
    pub logging: Option<Logging>,
    pub mac_address: Option<String>,
    /// Bytes.
    #[serde(deserialize_with = "units::bytes")]
    pub mem_limit: Option<i64>,
    /// Bytes.
    #[serde(deserialize_with = "units::bytes")]
    pub mem_reservation: Option<i64>,
    #[serde(deserialize_with = "units::bytes")]
    pub mem_swappiness: Option<i64>,
    /// Bytes; -1 is as much as there is.
    #[serde(deserialize_with = "units::bytes")]
    pub memswap_limit: Option<i64>,
    pub network_mode: Option<Namespace>,
    /// At least `default`, unless `network_mode` says otherwise.
    pub networks: IndexMap<String, Option<Attachment>>,
    pub oom_kill_disable: bool,
    pub oom_score_adj: Option<i64>,
    pub pid: Option<Namespace>,
    pub pids_limit: Option<i64>,
    pub platform: Option<String>,
    pub ports: Vec<Port>,
    pub privileged: bool,
    pub profiles: Vec<String>,
    pub pull_policy: Option<PullPolicy>,
    pub read_only: bool,
    pub restart: Option<Restart>,
    pub runtime: Option<String>,
    pub scale: Option<u32>,
    pub secrets: Vec<Grant>,
    pub security_opt: Vec<String>,
    /// Bytes.
    #[serde(deserialize_with = "units::bytes")]
    pub shm_size: Option<i64>,
    pub stdin_open: bool,
    #[serde(deserialize_with = "units::span")]
    pub stop_grace_period: Option<Duration>,
    pub stop_signal: Option<String>,
    pub sysctls: IndexMap<String, String>,
    pub tmpfs: Vec<String>,
    pub tty: bool,
    pub ulimits: IndexMap<String, Ulimit>,
    pub user: Option<String>,
    pub userns_mode: Option<String>,
    pub uts: Option<String>,
    pub volumes: Vec<Mount>,
    /// `service[:ro]` or `container:name[:ro]`.
    pub volumes_from: Vec<String>,
    pub working_dir: Option<String>,
}

impl Service {
    /// How many containers it has.
    pub fn replicas(&self) -> u32 {
        self.scale.or_else(|| self.deploy.as_ref()?.replicas).unwrap_or(1)
    }

    /// The image its containers are made from; what is built without a name is called after its project.
    pub fn image_name(&self, project: &str, service: &str) -> String {
        self.image.clone().filter(|image| !image.is_empty()).unwrap_or_else(|| format!("{project}-{service}"))
    }
}

/// What a service waits for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Dependency {
    /// Until when.
    pub condition: Condition,
    /// Whether it is started again when the other one is.
    #[serde(default)]
    pub restart: bool,
    /// Whether it cannot do without.
    #[serde(default = "yes")]
    pub required: bool,
}

fn yes() -> bool {
    true
}

/// Until when a service waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Condition {
    /// It runs.
    #[serde(rename = "service_started")]
    Started,
    /// Its health check passes.
    #[serde(rename = "service_healthy")]
    Healthy,
    /// It ended, with 0.
    #[serde(rename = "service_completed_successfully")]
    Completed,
}

impl Condition {
    /// The word of the specification.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "service_started",
            Self::Healthy => "service_healthy",
            Self::Completed => "service_completed_successfully",
        }
    }
}

/// Where what a service writes goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Logging {
    /// Who keeps it.
    pub driver: Option<String>,
    /// For the driver.
    pub options: IndexMap<String, String>,
}
