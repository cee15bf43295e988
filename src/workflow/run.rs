//! The run document.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reading::null_is_default;
use crate::clock::Time;
use crate::id::{RunId, UserId, WorkflowId};
use crate::store::{Collection, Document, Index};

/// One run of a workflow (engine.md 3.9). Values of secrets and variables are never in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: RunId,
    /// The workflow that ran.
    pub workflow_id: WorkflowId,
    /// The version that was made for it.
    pub version: u32,
    /// How it stands.
    pub status: RunStatus,
    /// When it started.
    pub started_at: Time,
    /// When it ended, well or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Time>,
    /// Milliseconds from start to end; 0 until then.
    #[serde(default)]
    pub duration: u64,
    /// What became of each node, by id, in the order they were reached; a node not reached yet has no entry.
    #[serde(default, deserialize_with = "null_is_default")]
    pub node_states: IndexMap<String, NodeState>,
    /// What was applied for each node, by id: a `WorkflowApplyResult`, or what is told of a secret.
    #[serde(default, deserialize_with = "null_is_default")]
    pub output: IndexMap<String, Value>,
    /// Lines `[HH:MM:SS] text`, UTC.
    #[serde(default, deserialize_with = "null_is_default")]
    pub logs: Vec<String>,
    /// Why it failed; empty otherwise.
    #[serde(default, deserialize_with = "null_is_default")]
    pub error: String,
    /// What started it; `manual` so far.
    #[serde(default, deserialize_with = "null_is_default")]
    pub triggered_by: String,
    /// Who started it, and how.
    pub trigger_data: Trigger,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// In progress.
    Running,
    /// It ended well.
    Completed,
    /// It failed.
    Failed,
    /// Reserved.
    Cancelled,
}

/// What became of a node in a run (openapi `WorkflowNodeRunState`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeState {
    /// The outcome.
    pub status: NodeOutcome,
    /// What was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// A sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why it failed, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// How many nodes are linked to it; Services and ingresses only.
    #[serde(default, rename = "connectedFrom", skip_serializing_if = "Option::is_none")]
    pub connected_from: Option<u32>,
}

/// The outcome of a node in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeOutcome {
    /// Applied.
    Completed,
    /// Applied, or left, with something to tell.
    Warning,
    /// Refused by the cluster.
    Failed,
    /// Not reached, since an earlier one failed.
    Skipped,
}

/// Who started a run, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The user.
    pub user_id: UserId,
    /// Take over objects that nobody manages.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopt: bool,
    /// Make missing namespaces.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create_namespaces: bool,
}

impl Document for Run {
    type Id = RunId;

    const COLLECTION: Collection = Collection {
        name: "workflow_runs",
        indexes: &[Index::on("history", &["workflow_id", "started_at"]), Index::on("status", &["status"])],
    };

    fn id(&self) -> RunId {
        self.id
    }
}
