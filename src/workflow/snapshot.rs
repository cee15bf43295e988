//! Making versions: numbers are consecutive in a workflow and never used twice (engine.md 3.10).

use super::{RunStatus, Version, Workflow, Workflows};
use crate::clock::Time;
use crate::graph::Graph;
use crate::id::{RunId, UserId, VersionId, WorkflowId};
use crate::store::{Error, Filter, Patch};

/// A graph that is about to become a version, and what is said about it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The graph, without anything that a run left in it.
    graph: Graph,
    /// The user's name for it.
    pub name: String,
    /// The user's tag for it.
    pub tag: String,
    /// Why it is made.
    pub description: String,
    /// Whether the server makes it.
    pub is_automatic: bool,
    /// The version whose graph it brings back.
    pub restored_from: Option<u32>,
    /// The run it is made for.
    pub run: Option<RunId>,
}

impl Snapshot {
    /// One that a user asks for.
    pub fn by_hand(graph: Graph, description: impl Into<String>) -> Self {
        Self {
            graph: graph.without_runtime(),
            name: String::new(),
            tag: String::new(),
            description: description.into(),
            is_automatic: false,
            restored_from: None,
            run: None,
        }
    }

    /// One that the server makes.
    pub fn automatic(graph: Graph, description: impl Into<String>) -> Self {
        Self { is_automatic: true, ..Self::by_hand(graph, description) }
    }

    pub(super) fn numbered(self, workflow: WorkflowId, number: u32, by: UserId, at: Time) -> Version {
        Version {
            id: VersionId::new(),
            workflow_id: workflow,
            version: number,
            nodes: self.graph.nodes,
            edges: self.graph.edges,
            name: self.name,
            tag: self.tag,
            description: self.description,
            created_at: at,
            created_by: by,
            restored_from: self.restored_from,
            is_automatic: self.is_automatic,
            run_status: self.run.map(|_| RunStatus::Running),
            run_id: self.run,
        }
    }
}

impl Workflows {
    /// Keeps a snapshot under the next number, which becomes the workflow's current one.
    pub async fn keep(&self, workflow: &Workflow, snapshot: Snapshot, by: UserId) -> Result<Version, Error> {
        let number = workflow.current_version.saturating_add(1);
        let mut version = snapshot.numbered(workflow.id, number, by, self.clock.now());
        // Somebody may take a number between the look and the insert; the unique index says so.
        loop {
            match self.store.insert(&version).await {
                Ok(()) => break,
                Err(Error::Duplicate { .. }) => version.version = version.version.saturating_add(1),
                Err(error) => return Err(error),
            }
        }
        let newer = Filter::lt("current_version", version.version);
        let patch = Patch::new().set("current_version", version.version);
        self.store.patch::<Workflow>(workflow.id, newer, patch).await?;
        Ok(version)
    }
}
