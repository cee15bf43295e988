//! Changes of a workflow by its owner.

use super::{Error, Status, Workflow, Workflows};
use crate::graph::{Edge, Graph, Node};
use crate::id::WorkflowId;
use crate::store;

/// How often a change is tried again that others got ahead of; statuses of nodes are written all the time.
pub(super) const TRIES: usize = 50;

/// What to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// The name, trimmed.
    pub name: Option<String>,
    /// What the owner says about it.
    pub description: Option<String>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
    /// The nodes, by the rules of saving.
    pub nodes: Option<Vec<Node>>,
    /// The edges, by the rules of saving.
    pub edges: Option<Vec<Edge>>,
    /// Where it is in its life.
    pub status: Option<Status>,
}

impl Edit {
    /// Whether the graph would change.
    pub fn is_of_graph(&self) -> bool {
        self.nodes.is_some() || self.edges.is_some()
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        let Self { name, description, tags, nodes, edges, status } = self;
        name.is_none()
            && description.is_none()
            && tags.is_none()
            && nodes.is_none()
            && edges.is_none()
            && status.is_none()
    }

    /// Writes what is asked for into `workflow`, whose live state stays (engine.md 3.11).
    fn apply(self, workflow: &mut Workflow) -> Result<(), Error> {
        let leads = |status: &Status| matches!(status, Status::Draft | Status::Published);
        if self.is_of_graph()
            && workflow.status == Status::Archived
            && !self.status.as_ref().is_some_and(leads)
        {
            return Err(Error::Archived);
        }
        if self.status == Some(Status::Archived) && workflow.active_run.is_some() {
            return Err(Error::RunInProgress);
        }
        let Self { name, description, tags, nodes, edges, status } = self;
        workflow.name = name.unwrap_or_else(|| std::mem::take(&mut workflow.name));
        workflow.description = description.unwrap_or_else(|| std::mem::take(&mut workflow.description));
        workflow.tags = tags.unwrap_or_else(|| std::mem::take(&mut workflow.tags));
        workflow.status = status.unwrap_or(workflow.status);
        workflow.edges = edges.unwrap_or_else(|| std::mem::take(&mut workflow.edges));
        if let Some(nodes) = nodes {
            workflow.redraw(nodes);
        }
        Ok(())
    }
}

impl Workflow {
    /// Replaces the nodes; those that stay the same object keep their live state.
    pub(super) fn redraw(&mut self, nodes: Vec<Node>) {
        let mut drawn = Graph { nodes, edges: Vec::new() };
        let stored = Graph { nodes: std::mem::take(&mut self.nodes), edges: Vec::new() };
        drawn.keep_runtime(&stored);
        self.nodes = drawn.nodes;
    }
}

impl Workflows {
    /// Changes a workflow as one step, and gives it as it is then.
    pub async fn edit(&self, id: WorkflowId, edit: Edit) -> Result<Workflow, Error> {
        self.update(id, |workflow| edit.clone().apply(workflow)).await
    }

    /// Reads, changes and writes a workflow until nobody changed it in between.
    pub(super) async fn update(
        &self,
        id: WorkflowId,
        change: impl Fn(&mut Workflow) -> Result<(), Error>,
    ) -> Result<Workflow, Error> {
        for _ in 0..TRIES {
            let found = self.store.get_versioned::<Workflow>(id).await?;
            let (mut workflow, revision) =
                found.filter(|(workflow, _)| workflow.deleted_at.is_none()).ok_or(Error::Gone(id))?;
            change(&mut workflow)?;
            workflow.updated_at = self.clock.now();
            match self.store.replace(&workflow, revision).await {
                Ok(_) => return Ok(workflow),
                Err(store::Error::Stale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }

    /// Takes out of the nodes what watches last said of them: nothing of the workflow is watched any more.
    pub async fn forget_statuses(&self, id: WorkflowId) -> Result<Workflow, Error> {
        self.update(id, |workflow| {
            workflow.nodes.iter_mut().for_each(Node::forget_status);
            Ok(())
        })
        .await
    }

    /// Marks a workflow as deleted; nothing serves it any more.
    pub async fn delete(&self, id: WorkflowId) -> Result<(), Error> {
        self.update(id, |workflow| {
            if workflow.active_run.is_some() {
                return Err(Error::RunInProgress);
            }
            workflow.deleted_at = Some(self.clock.now());
            Ok(())
        })
        .await?;
        Ok(())
    }
}
