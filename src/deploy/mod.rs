//! A run: check, plan, preflight, apply, record; and the removal of what a graph no longer holds.
//!
//! [`Deployer`] is the one way in. Everything that writes nothing is [`stage`]: `validate`, `plan` and `run` look at
//! the same outcome, so they cannot disagree. [`run`] writes it, [`cleanup`] removes what is left over.

mod adopt;
mod apply;
mod classes;
mod cleanup;
mod diff;
mod discover;
mod error;
mod journal;
mod lifecycle;
mod look;
mod owned;
mod plan;
mod preview;
mod record;
mod risk;
mod run;
mod stage;
mod steps;
mod turns;
mod write;

pub use cleanup::Storage;
pub use error::Error;
pub use plan::{Plan, PlanAction, PlannedObject, Summary};
pub use preview::{Rendered, Rendering, Validation};
pub use record::{Notification, NotificationKind};
pub use risk::{Risk, RiskCode};
pub use run::{Outcome, RunRequest};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::clock::Clock;
use crate::connection::{Connections, Found, Role};
use crate::id::UserId;
use crate::live::Live;
use crate::registry::Logins;
use crate::store::Store;
use crate::supervisor::Supervisor;
use crate::workflow::Workflows;

/// Deploys workflows. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Deployer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ground: Ground,
    workflows: Workflows,
    records: record::Records,
    /// Who works on which workflow.
    turns: turns::Turns,
}

/// What [`Deployer`] stands on.
#[derive(Debug)]
pub struct Ground {
    /// Where documents are.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// For runs and clean-ups, which belong to the server and not to a request.
    pub supervisor: Supervisor,
    /// The clusters.
    pub connections: Connections,
    /// Watches and statuses.
    pub live: Live,
    /// Logins of registries, for pull secrets.
    pub logins: Logins,
    /// Whether database images without a password variable are opened (engine.md 1.4).
    pub allow_insecure_db_defaults: bool,
}

impl Deployer {
    /// The room on its ground.
    pub fn new(ground: Ground) -> Self {
        let workflows = Workflows::new(ground.store.clone(), ground.clock.clone());
        let records = record::Records::new(ground.store.clone(), ground.clock.clone(), workflows.clone());
        Self(Arc::new(Inner { ground, workflows, records, turns: turns::Turns::default() }))
    }

    /// Closes the runs that an earlier server left in the middle; called once, before requests come in.
    pub async fn close_interrupted(&self) -> Result<(), Error> {
        self.0.records.close_interrupted().await
    }

    /// The workflow's cluster, when the user may deploy to it (engine.md 3.1).
    async fn cluster(&self, user: UserId, name: &str) -> Result<Found, Error> {
        let found = self.0.ground.connections.find_for(user, name).await.map_err(|cause| match cause {
            crate::connection::Error::NotFound { name } => Error::ClusterNotFound { name },
            other => Error::Connection(other),
        })?;
        match found.role {
            Role::Owner | Role::Admin | Role::Editor => Ok(found),
            Role::Viewer => Err(Error::ClusterForbidden { name: name.to_owned() }),
        }
    }

    /// The ids of the plugins the user enabled.
    async fn plugins(&self, user: UserId) -> Result<BTreeSet<String>, Error> {
        Ok(crate::plugin::enabled(&self.0.ground.store, user).await?)
    }
}
