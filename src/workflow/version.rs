//! The version document.

use serde::{Deserialize, Serialize};

use super::RunStatus;
use super::reading::null_is_default;
use crate::clock::Time;
use crate::graph::{Edge, Node};
use crate::id::{RunId, UserId, VersionId, WorkflowId};
use crate::store::{Collection, Document, Index};

/// Name of the index that makes numbers unique.
pub(super) const NUMBER: &str = "number";

/// A graph of a workflow as it once was (engine.md 3.10). The graph never changes; it holds no runtime status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: VersionId,
    /// The workflow it is of.
    pub workflow_id: WorkflowId,
    /// Its number: consecutive from 1 in the workflow, never reused.
    pub version: u32,
    /// The nodes.
    #[serde(default, deserialize_with = "null_is_default")]
    pub nodes: Vec<Node>,
    /// The edges.
    #[serde(default, deserialize_with = "null_is_default")]
    pub edges: Vec<Edge>,
    /// The user's name for it; may be empty.
    #[serde(default, deserialize_with = "null_is_default")]
    pub name: String,
    /// The user's tag for it; may be empty.
    #[serde(default, deserialize_with = "null_is_default")]
    pub tag: String,
    /// Why it was made; may be empty.
    #[serde(default, deserialize_with = "null_is_default")]
    pub description: String,
    /// When it was made.
    pub created_at: Time,
    /// Who made it.
    pub created_by: UserId,
    /// The version whose graph it brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_from: Option<u32>,
    /// Whether the server made it: at creation, for a run, before a restore.
    #[serde(default)]
    pub is_automatic: bool,
    /// The run it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// How that run stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_status: Option<RunStatus>,
}

impl Document for Version {
    type Id = VersionId;

    const COLLECTION: Collection = Collection {
        name: "workflow_versions",
        indexes: &[Index::unique(NUMBER, &["workflow_id", "version"]), Index::on("run", &["run_id"])],
    };

    fn id(&self) -> VersionId {
        self.id
    }
}
