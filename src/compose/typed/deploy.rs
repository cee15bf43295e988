//! `deploy` of a service, as far as one machine can follow it.

use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;

use super::units;

/// What is said of the running of a service.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Deploy {
    /// How many containers.
    pub replicas: Option<u32>,
    /// What it may use, and what it needs.
    pub resources: Resources,
    /// When it is started again.
    pub restart_policy: Option<RestartPolicy>,
}

/// What a service may use, and what it needs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Resources {
    /// At most.
    pub limits: Limits,
    /// At least.
    pub reservations: Reservations,
}

/// What a service may use at most.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Processors.
    pub cpus: Option<f64>,
    /// Bytes.
    #[serde(deserialize_with = "units::bytes")]
    pub memory: Option<i64>,
    /// Processes.
    pub pids: Option<i64>,
}

/// What a service needs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Reservations {
    /// Processors.
    pub cpus: Option<f64>,
    /// Bytes.
    #[serde(deserialize_with = "units::bytes")]
    pub memory: Option<i64>,
    /// Devices such as GPUs.
    pub devices: Vec<DeviceRequest>,
}

/// A wish for devices.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct DeviceRequest {
    /// What they must be able to do.
    pub capabilities: Vec<String>,
    /// How many; -1 is all.
    pub count: Option<i64>,
    /// Which ones.
    pub device_ids: Vec<String>,
    /// Who hands them out.
    pub driver: Option<String>,
    /// For the driver.
    pub options: IndexMap<String, String>,
}

/// When a service is started again.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RestartPolicy {
    /// `none`, `on-failure` or `any`.
    pub condition: Option<String>,
    /// How often at most.
    pub max_attempts: Option<u32>,
    /// How long before each try; the engine has its own mind about it.
    #[serde(deserialize_with = "units::span")]
    pub delay: Option<Duration>,
    /// How long it must run to count as started; the engine has its own mind about it.
    #[serde(deserialize_with = "units::span")]
    pub window: Option<Duration>,
}
