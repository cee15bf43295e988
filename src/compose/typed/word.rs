//! Words with a grammar of their own.

use std::time::Duration;

use serde::Deserialize;

use crate::compose::units;

/// Whose namespace a container is in: `network_mode`, `pid`, `ipc`, `uts`, `cgroup`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Namespace {
    /// That of another service.
    Service(String),
    /// That of a container somebody else made.
    Container(String),
    /// What the engine calls it: `host`, `bridge`, `none`, `private`, `shareable`.
    Named(String),
}

impl From<String> for Namespace {
    fn from(text: String) -> Self {
        match (text.strip_prefix("service:"), text.strip_prefix("container:")) {
            (Some(service), _) => Self::Service(service.to_owned()),
            (None, Some(container)) => Self::Container(container.to_owned()),
            (None, None) => Self::Named(text),
        }
    }
}

/// When the engine starts a container again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Restart {
    /// Never.
    No,
    /// Whenever it ends.
    Always,
    /// When it ends with an error, so many times at most if there is a number.
    OnFailure(Option<u32>),
    /// Whenever it ends, until somebody stops it.
    UnlessStopped,
}

impl TryFrom<String> for Restart {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || "must be one of: no, always, on-failure, on-failure:3, unless-stopped".to_owned();
        match text.as_str() {
            "no" => Ok(Self::No),
            "always" => Ok(Self::Always),
            "on-failure" => Ok(Self::OnFailure(None)),
            "unless-stopped" => Ok(Self::UnlessStopped),
            _ => {
                let most = text.strip_prefix("on-failure:").and_then(|most| most.parse().ok());
                most.map(|most| Self::OnFailure(Some(most))).ok_or_else(wrong)
            }
        }
    }
}

/// When an image is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum PullPolicy {
    /// Each time.
    Always,
    /// Never: it has to be there.
    Never,
    /// When it is not there.
    Missing,
    /// It is built, each time.
    Build,
    /// Each time there is a newer one.
    Refresh,
    /// When the last pull is so long ago: `daily`, `weekly`, `every_12h`.
    Every(Duration),
}

const DAY: Duration = Duration::from_hours(24);

impl TryFrom<String> for PullPolicy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            "missing" | "if_not_present" => Ok(Self::Missing),
            "build" => Ok(Self::Build),
            "refresh" => Ok(Self::Refresh),
            "daily" => Ok(Self::Every(DAY)),
            "weekly" => Ok(Self::Every(7 * DAY)),
            _ => {
                let every = text.strip_prefix("every_").and_then(units::duration);
                let every = every.and_then(|span| u64::try_from(span).ok()).map(Duration::from_nanos);
                every.map(Self::Every).ok_or_else(|| "must be a pull policy".to_owned())
            }
        }
    }
}
