//! From what is wanted and what there is to the steps between them (cli.md 8.5). Pure: the executor consumes the plan
//! that a dry run prints.

mod containers;
mod networks;
mod orphans;
mod service;
mod volumes;

pub use containers::only_completes;

use std::time::Duration;

use serde::Serialize;

use super::desired::Desired;
use super::error::Error;
use super::observed::Observed;
use crate::docker::Api;

/// What is to be done, in an order in which it can be done.
#[derive(Debug, Default)]
pub struct Plan {
    /// The steps; each comes after those it depends on.
    pub steps: Vec<Step>,
    /// What may not be as meant, with its code.
    pub warnings: Vec<(&'static str, String)>,
    /// What is worth knowing.
    pub notices: Vec<String>,
    /// Services that stay as they are though they are not what the files say now, and what differs.
    pub stale: Vec<(String, String)>,
}

/// A step as it is told (cli.md 2.7), and what it does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its id, such as `container.web-1`.
    pub id: String,
    /// What becomes of its target.
    pub action: Action,
    /// What it is about, such as `container shop-web-1`.
    pub target: String,
    /// Why.
    pub reason: Option<String>,
    /// The steps that must have ended well before it.
    pub depends_on: Vec<String>,
    /// What is done.
    #[serde(skip)]
    pub work: Work,
}

impl Step {
    /// A step that whoever made it carries out beside the engine.
    pub fn local(id: impl Into<String>, action: Action, target: String, reason: Option<String>) -> Self {
        Self { id: id.into(), action, target, reason, depends_on: Vec::new(), work: Work::Keep(None) }
    }
}

/// What becomes of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed, or made anew.
    Change,
    /// It goes.
    Remove,
    /// It stays as it is.
    Keep,
}

impl Action {
    /// How a dry run marks it.
    pub const fn mark(self) -> char {
        match self {
            Self::Create => '+',
            Self::Change => '~',
            Self::Remove => '-',
            Self::Keep => '=',
        }
    }
}

/// What a step does. Networks and volumes are named by their keys, containers by ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Nothing: it is as it should be. A container is still waited for.
    Keep(Option<Running>),
    /// A network is made.
    CreateNetwork(String),
    /// A network is made anew: what is on it is taken off first.
    ReplaceNetwork {
        /// Its key.
        key: String,
        /// The old one.
        id: String,
    },
    /// A volume is made.
    CreateVolume(String),
    /// A container is made and started.
    Create {
        /// Its service.
        service: String,
        /// Its number.
        number: u32,
    },
    /// A container is made anew.
    Recreate {
        /// Its service.
        service: String,
        /// Its number.
        number: u32,
        /// The old one.
        old: String,
    },
    /// A container that is there is started, or let go on.
    Start(Running),
    /// A container gets its name back.
    Rename {
        /// Which.
        id: String,
        /// The name.
        name: String,
    },
    /// A container is stopped before what it depends on is made anew; another step starts it.
    Stop {
        /// Which.
        id: String,
    },
    /// A container is stopped and removed.
    Remove {
        /// Which.
        id: String,
        /// Whether its anonymous volumes go too, with what is in them.
        volumes: bool,
    },
    /// A container that runs is stopped and started again.
    Restart(Running),
    /// A network is removed, by its id.
    RemoveNetwork(String),
    /// A volume is removed with what is in it, by its name.
    RemoveVolume(String),
    /// An image is removed, by its name.
    RemoveImage(String),
}

impl Work {
    /// The service whose container it is about, where that is known.
    pub fn service(&self) -> Option<&str> {
        match self {
            Self::Create { service, .. } | Self::Recreate { service, .. } => Some(service),
            Self::Start(running) | Self::Restart(running) | Self::Keep(Some(running)) => {
                Some(&running.service)
            }
            Self::Keep(None)
            | Self::CreateNetwork(_)
            | Self::ReplaceNetwork { .. }
            | Self::CreateVolume(_)
            | Self::Rename { .. }
            | Self::Stop { .. }
            | Self::Remove { .. }
            | Self::RemoveNetwork(_)
            | Self::RemoveVolume(_)
            | Self::RemoveImage(_) => None,
        }
    }
}

/// A container of a service that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its service.
    pub service: String,
    /// Its id.
    pub id: String,
    /// Whether it is held and has to go on.
    pub paused: bool,
}

/// How a plan is made.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub struct Options {
    /// Every container is made anew.
    pub force_recreate: bool,
    /// No container is made anew.
    pub no_recreate: bool,
    /// Containers of services that there are no more.
    pub orphans: Orphans,
    /// Anonymous volumes are not handed on.
    pub renew_anonymous_volumes: bool,
    /// How long a container may take to stop; else as long as its service says.
    pub grace: Option<Duration>,
}

/// What becomes of containers of services that there are no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Orphans {
    /// Those that we made go, others are told.
    #[default]
    RemoveOurs,
    /// All go.
    Remove,
    /// All stay.
    Keep,
}

impl Plan {
    /// The steps from what there is to what is wanted.
    pub fn of(desired: &Desired, observed: &Observed, api: Api, options: &Options) -> Result<Self, Error> {
        service::check_owner(desired, observed)?;
        let mut plan = Self::default();
        orphans::plan(desired, observed, options, &mut plan);
        let replaced = networks::plan(desired, observed, options, &mut plan)?;
        volumes::plan(desired, observed, &mut plan)?;
        containers::plan(desired, observed, api, options, &replaced, &mut plan)?;
        Ok(plan)
    }

    /// Whether there is nothing to do.
    pub fn is_settled(&self) -> bool {
        self.steps.iter().all(|step| step.action == Action::Keep)
    }

    fn push(
        &mut self,
        id: impl Into<String>,
        action: Action,
        target: impl Into<String>,
        work: Work,
    ) -> &mut Step {
        let step =
            Step { id: id.into(), action, target: target.into(), reason: None, depends_on: Vec::new(), work };
        self.steps.push(step);
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    /// Whether there is a step with this id.
    fn has(&self, id: &str) -> bool {
        self.steps.iter().any(|step| step.id == id)
    }
}

impl Step {
    fn because(&mut self, reason: impl Into<String>) -> &mut Self {
        self.reason = Some(reason.into());
        self
    }

    fn after(&mut self, steps: impl IntoIterator<Item = String>) -> &mut Self {
        for step in steps {
            if !self.depends_on.contains(&step) {
                self.depends_on.push(step);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests;
