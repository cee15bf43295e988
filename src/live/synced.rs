//! Statuses that a sync finds out about nodes no watch speaks for (engine.md 4.4).

use super::resource::Seen;
use super::waking::is_deployed;
use super::{Live, deployed, follower};
use crate::connection::{Cluster, Error};
use crate::store::Filter;
use crate::workflow::Workflow;

impl Live {
    /// Stores the statuses a sync of `cluster` found out, and sends readers all nodes where one of them is new. A node
    /// whose watch knows its object is left to it: what was listed may be older.
    pub(super) async fn take_in(&self, cluster: &Cluster, seen: &Seen) -> Result<(), Error> {
        let deployed = Workflow::live().and(Filter::eq("cluster_id", cluster.name.as_str()));
        for workflow in self.store.find::<Workflow>(deployed.and(Filter::gt("run_count", 0))).await? {
            // What a run does right now, it tells itself.
            if is_deployed(&workflow)
                && workflow.active_run.is_none()
                && self.is_on(&workflow, cluster).await?
            {
                self.take_in_workflow(&workflow, cluster, seen).await?;
            }
        }
        Ok(())
    }

    /// Whether the name of the workflow's cluster means this one to its owner.
    async fn is_on(&self, workflow: &Workflow, cluster: &Cluster) -> Result<bool, Error> {
        match self.connections.find_for(workflow.owner_id, &workflow.cluster_id).await {
            Ok(found) => Ok(found.cluster.id == cluster.id),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn take_in_workflow(
        &self,
        workflow: &Workflow,
        cluster: &Cluster,
        seen: &Seen,
    ) -> Result<(), Error> {
        let mut found = Vec::new();
        for (node, object) in deployed::nodes(&self.store, workflow, cluster.id).await? {
            let stored = workflow.nodes.iter().find(|stored| stored.id == node);
            let before = stored.and_then(|stored| stored.data.get("_status")).cloned().unwrap_or_default();
            let Some(status) = seen.status(&object, &before) else { continue };
            if serde_json::to_value(&status).is_ok_and(|now| now != before) {
                found.push((follower(workflow.id, &node), object, status));
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let unspoken = |node: &_, object: &_| !self.watches.knows(node, object);
        let statuses = found.iter().filter(|(node, object, _)| unspoken(node, object));
        let statuses = statuses.map(|(node, _, status)| (node, status));
        Ok(self.publication.nodes(workflow.id, statuses).await?)
    }
}
