//! `healthcheck` of a service.

use std::time::Duration;

use serde::Deserialize;

use super::units;

/// How the engine finds out whether a container does its work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct HealthCheck {
    /// `["CMD", ..]`, `["CMD-SHELL", command]` or `["NONE"]`; nothing keeps that of the image.
    pub test: Vec<String>,
    /// From the end of one check to the next.
    #[serde(deserialize_with = "units::span")]
    pub interval: Option<Duration>,
    /// How long one may take.
    #[serde(deserialize_with = "units::span")]
    pub timeout: Option<Duration>,
    /// How many must fail on end.
    pub retries: Option<i64>,
    /// How long failures do not count after the start.
    #[serde(deserialize_with = "units::span")]
    pub start_period: Option<Duration>,
    /// From one check to the next in that time.
    #[serde(deserialize_with = "units::span")]
    pub start_interval: Option<Duration>,
    /// Whether there is none, even if the image has one.
    pub disable: bool,
}
