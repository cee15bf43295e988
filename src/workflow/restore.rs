//! Making an old graph current again.

use super::edit::TRIES;
use super::{Error, Snapshot, Status, Version, Workflow, Workflows};
use crate::graph::{Graph, GraphDiff, diff};
use crate::id::{UserId, WorkflowId};
use crate::store::{self, Filter, Patch};

impl Workflows {
    /// Brings back the graph of a version, as a new version. What is stored and in no version yet becomes one first,
    /// so that nothing drawn is lost. Live state of nodes that stay is kept.
    pub async fn restore(
        &self,
        id: WorkflowId,
        number: u32,
        by: UserId,
    ) -> Result<(Workflow, Version), Error> {
        let source = Graph::from(self.version(id, number).await?);
        for _ in 0..TRIES {
            let found = self.store.get_versioned::<Workflow>(id).await?;
            let (workflow, _) =
                found.filter(|(workflow, _)| workflow.deleted_at.is_none()).ok_or(Error::Gone(id))?;
            check(&workflow)?;
            let before = self.keep_unversioned(&workflow, number, by).await?;
            let mut snapshot = Snapshot::by_hand(source.clone(), format!("Restored from version {number}"));
            snapshot.restored_from = Some(number);
            let version = self.keep(&workflow, snapshot, by).await?;
            match self.bring_back(&workflow, &version, &source).await {
                Ok(restored) => return Ok((restored, version)),
                Err(error) => {
                    self.take_back(&workflow, before.iter().chain([&version])).await?;
                    match error {
                        Error::Contended => {}
                        other => return Err(other),
                    }
                }
            }
        }
        Err(Error::Contended)
    }

    /// Keeps what is stored as a version, unless the newest one holds it.
    async fn keep_unversioned(
        &self,
        workflow: &Workflow,
        number: u32,
        by: UserId,
    ) -> Result<Option<Version>, Error> {
        let (newest, _) = self.versions(workflow.id, 0, 1).await?;
        let stored = workflow.graph();
        if newest.into_iter().next().is_some_and(|newest| is_same(&newest.into(), &stored)) {
            return Ok(None);
        }
        let before = Snapshot::automatic(stored, format!("Before version {number} was restored"));
        Ok(Some(self.keep(workflow, before, by).await?))
    }

    /// Draws `source` in the place of the graph that was seen; [`Error::Contended`] when that is not the stored one
    /// any more.
    async fn bring_back(
        &self,
        seen: &Workflow,
        version: &Version,
        source: &Graph,
    ) -> Result<Workflow, Error> {
        let seen_graph = seen.graph();
        self.update(seen.id, |workflow| {
            check(workflow)?;
            if !is_same(&seen_graph, &workflow.graph()) {
                return Err(Error::Contended);
            }
            workflow.redraw(source.nodes.clone());
            workflow.edges.clone_from(&source.edges);
            workflow.current_version = workflow.current_version.max(version.version);
            Ok(())
        })
        .await
    }

    /// Undoes the versions of a restore that did not come about.
    async fn take_back(
        &self,
        seen: &Workflow,
        made: impl Iterator<Item = &Version>,
    ) -> Result<(), store::Error> {
        let mut newest = None;
        for version in made {
            self.store.delete::<Version>(version.id).await?;
            newest = Some(version.version);
        }
        let ours = newest.map_or(Filter::missing("_id"), |newest| Filter::eq("current_version", newest));
        let patch = Patch::new().set("current_version", seen.current_version);
        self.store.patch::<Workflow>(seen.id, ours, patch).await?;
        Ok(())
    }
}

/// Whether two graphs ask for the same.
fn is_same(a: &Graph, b: &Graph) -> bool {
    diff(a, b) == GraphDiff::default()
}

/// Whether the graph may be replaced now.
fn check(workflow: &Workflow) -> Result<(), Error> {
    if workflow.active_run.is_some() {
        return Err(Error::RunInProgress);
    }
    match workflow.status {
        Status::Draft | Status::Published => Ok(()),
        Status::Archived => Err(Error::Archived),
    }
}
