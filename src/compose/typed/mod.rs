//! The model as types: what makes containers reads this, and nobody reads a key by its name.
//!
//! It is read out of the canonical form (cli.md 8.2.1), so there is one way to write each thing. It holds what a driver
//! applies (cli.md 8.2); what it does not apply is told by `Model::unapplied`.

mod build;
mod deploy;
mod health;
mod mount;
mod network;
mod port;
mod resources;
mod service;
mod source;
mod units;
mod volume;
mod word;

pub use build::{Build, BuildSecret};
pub use deploy::{Deploy, DeviceRequest, Limits, Reservations, Resources, RestartPolicy};
pub use health::HealthCheck;
pub use mount::{Bind, ImageMount, Mount, MountKind, Tmpfs, VolumeMount};
pub use network::{Attachment, Ipam, Network, Pool};
pub use port::Port;
pub use resources::{BlockIo, Device, Rate, Ulimit, Weight};
pub use service::{Condition, Dependency, Logging, Service};
pub use source::{Content, Grant, Source};
pub use volume::Volume;
pub use word::{Namespace, PullPolicy, Restart};

use indexmap::IndexMap;
use serde::Deserialize;
use thiserror::Error;

/// A project, ready to be made: services and what they use, in the order of the files.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Stack {
    /// Name of the project.
    pub name: String,
    /// The services that are on.
    pub services: IndexMap<String, Service>,
    /// The networks they join.
    pub networks: IndexMap<String, Network>,
    /// The volumes they mount.
    pub volumes: IndexMap<String, Volume>,
    /// The configs they read.
    pub configs: IndexMap<String, Source>,
    /// The secrets they read.
    pub secrets: IndexMap<String, Source>,
}

/// Why a model is no stack: a value that no engine takes, such as a restart policy that there is not.
#[derive(Debug, Error)]
#[error("{path}: {why}")]
pub struct StackError {
    /// Such as `services.web.restart`.
    pub path: String,
    /// What is wrong there.
    pub why: String,
}

impl Stack {
    /// Reads the canonical form.
    pub(super) fn read(document: serde_json::Value) -> Result<Self, StackError> {
        serde_path_to_error::deserialize(document).map_err(|error| StackError {
            path: error.path().to_string(),
            why: error.into_inner().to_string(),
        })
    }
}

#[cfg(test)]
mod tests;
