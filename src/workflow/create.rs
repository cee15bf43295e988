//! New workflows, drawn from nothing or copied.

use super::{Error, Snapshot, Status, Workflow, Workflows};
use crate::graph::Graph;
use crate::id::{UserId, WorkflowId};

/// What a new workflow is called, and where it will run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Its name, trimmed.
    pub name: String,
    /// What the owner says about it.
    pub description: String,
    /// The name of the cluster it is meant for.
    pub cluster: String,
    /// Words to find it by.
    pub tags: Vec<String>,
}

impl Workflows {
    /// Makes an empty draft, with its first version.
    pub async fn create(&self, owner: UserId, new: New) -> Result<Workflow, Error> {
        self.begin(owner, new, Graph::default()).await
    }

    /// Copies a workflow into a new draft, without anything that a run left in it.
    pub async fn copy(&self, original: Workflow, name: String) -> Result<Workflow, Error> {
        let copied_from = format!("(clone of {})", original.name);
        let description = match original.description.as_str() {
            "" => copied_from.clone(),
            described => format!("{described} {copied_from}"),
        };
        let new = New { name, description, cluster: original.cluster_id, tags: original.tags };
        let graph = Graph { nodes: original.nodes, edges: original.edges }.without_runtime();
        self.begin(original.owner_id, new, graph).await
    }

    async fn begin(&self, owner: UserId, new: New, graph: Graph) -> Result<Workflow, Error> {
        let now = self.clock.now();
        let workflow = Workflow {
            id: WorkflowId::new(),
            name: new.name,
            description: new.description,
            cluster_id: new.cluster,
            status: Status::Draft,
            tags: new.tags,
            current_version: 1,
            owner_id: owner,
            team_id: String::new(),
            created_at: now,
            updated_at: now,
            last_run_at: None,
            run_count: 0,
            success_count: 0,
            failure_count: 0,
            nodes: graph.nodes.clone(),
            edges: graph.edges.clone(),
            active_run: None,
            deleted_at: None,
        };
        // The version first: one without its workflow is seen by nobody, a workflow without one would be wrong.
        let first = Snapshot::automatic(graph, "Initial version").numbered(workflow.id, 1, owner, now);
        self.store.insert(&first).await?;
        self.store.insert(&workflow).await?;
        Ok(workflow)
    }
}
