//! The event that replaces everything a client knows about a workflow.

use serde::Serialize;

use crate::clock::Time;
use crate::event::{Envelope, StreamKey};
use crate::id::WorkflowId;

/// What `workflow_sync` says: every node with its newest status, since clients forget all others (engine.md 4.4).
#[derive(Debug, Clone, Serialize)]
pub struct WorkflowSync<N> {
    nodes: N,
}

impl WorkflowSync<()> {
    /// The name of the event.
    pub const NAME: &'static str = "workflow_sync";
}

impl<N> WorkflowSync<N> {
    /// The event about all nodes of a workflow.
    pub fn event(workflow: WorkflowId, nodes: N, now: Time) -> Envelope<Self> {
        Envelope::new(StreamKey::Workflow(workflow), WorkflowSync::NAME, now, Self { nodes })
    }
}
