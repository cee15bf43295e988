//! Nodes that were deployed follow their objects again: when somebody looks, and when the server starts
//! (engine.md 4.1).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Live, deployed, follower};
use crate::connection::Error;
use crate::id::WorkflowId;
use crate::store::{Collection, Document, Filter};
use crate::workflow::{Status, Workflow};

/// The workflows that are being woken.
#[derive(Clone, Default)]
pub(super) struct Waking(Arc<Mutex<HashSet<WorkflowId>>>);

impl Waking {
    fn lock(&self) -> MutexGuard<'_, HashSet<WorkflowId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A workflow, as far as it says which one it is.
#[derive(Serialize, Deserialize)]
struct Ran {
    #[serde(rename = "_id")]
    id: WorkflowId,
}

impl Document for Ran {
    type Id = WorkflowId;

    const COLLECTION: Collection = <Workflow as Document>::COLLECTION;

    fn id(&self) -> WorkflowId {
        self.id
    }
}

impl Live {
    /// Lets the nodes of a workflow that has run follow their objects where they do not yet. Goes on in the background;
    /// many who ask at once are one.
    pub fn wake(&self, workflow: WorkflowId) {
        if !self.waking.lock().insert(workflow) {
            return;
        }
        let live = self.clone();
        self.supervisor.spawn(format!("waking of workflow {workflow}"), move |stop| {
            let live = live.clone();
            async move {
                let woken = stop.run_until_cancelled(live.follow_deployed(workflow)).await.unwrap_or(Ok(()));
                if woken.is_ok() {
                    live.waking.lock().remove(&workflow);
                }
                woken
            }
        });
    }

    /// Lets the nodes of every published workflow that has run follow their objects.
    pub(super) async fn wake_published(&self) -> Result<(), Error> {
        let published = Workflow::live().and(Filter::eq("status", Status::Published.name()));
        for ran in self.store.find::<Ran>(published.and(Filter::gt("run_count", 0))).await? {
            self.follow_deployed(ran.id).await?;
        }
        Ok(())
    }

    async fn follow_deployed(&self, id: WorkflowId) -> Result<(), Error> {
        let Some(workflow) = self.store.get::<Workflow>(id).await?.filter(is_deployed) else { return Ok(()) };
        let cluster = match self.connections.find_for(workflow.owner_id, &workflow.cluster_id).await {
            Ok(found) => found.cluster.id,
            Err(Error::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        for (node, object) in deployed::nodes(&self.store, &workflow, cluster).await? {
            self.watches.follow_if_missing(follower(id, &node), object);
        }
        // Who put it away in the meantime stopped what was not there yet.
        if !self.store.get::<Workflow>(id).await?.is_some_and(|now| is_deployed(&now)) {
            self.stop_workflow(id);
        }
        Ok(())
    }
}

/// Whether there can be objects of a workflow that somebody cares about.
pub(super) fn is_deployed(workflow: &Workflow) -> bool {
    let kept = match workflow.status {
        Status::Draft | Status::Published => workflow.deleted_at.is_none(),
        Status::Archived => false,
    };
    kept && workflow.run_count > 0
}
