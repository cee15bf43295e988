//! The workflow document.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::reading::null_is_default;
use crate::clock::Time;
use crate::graph::{Edge, Graph, Node};
use crate::id::{RunId, UserId, WorkflowId};
use crate::store::{Collection, Document, Filter, Index};

/// A workflow as it is stored, with the reference's field names. [`View`](super::View) is what clients see of it.
///
/// The graph is parsed, unless the reader only passes it on: see [`Verbatim`](super::Verbatim).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "N: Deserialize<'de> + Default, E: Deserialize<'de> + Default"))]
pub struct Workflow<N = Vec<Node>, E = Vec<Edge>> {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: WorkflowId,
    /// Its name, trimmed.
    pub name: String,
    /// What the owner says about it.
    #[serde(default, deserialize_with = "null_is_default")]
    pub description: String,
    /// The name, not the id, of the cluster it is deployed to.
    pub cluster_id: String,
    /// Where it is in its life.
    pub status: Status,
    /// The owner's words to find it by.
    #[serde(default, deserialize_with = "null_is_default")]
    pub tags: Vec<String>,
    /// The highest version number.
    pub current_version: u32,
    /// Whose it is.
    pub owner_id: UserId,
    /// Reserved; always empty.
    #[serde(default, deserialize_with = "null_is_default")]
    pub team_id: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was last edited or changed its status; status of its nodes does not count.
    pub updated_at: Time,
    /// When its last run ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run_at: Option<Time>,
    /// Runs that ended.
    #[serde(default)]
    pub run_count: u32,
    /// Runs that ended well.
    #[serde(default)]
    pub success_count: u32,
    /// Runs that failed.
    #[serde(default)]
    pub failure_count: u32,
    /// The nodes, with the status of each in `data._status`.
    #[serde(default, deserialize_with = "null_is_default")]
    pub nodes: N,
    /// The edges.
    #[serde(default, deserialize_with = "null_is_default")]
    pub edges: E,
    /// The run in progress: while it is there, no other run starts, and the workflow is neither archived, deleted nor
    /// restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_run: Option<RunId>,
    /// When it was deleted; such a workflow is not served any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Time>,
}

/// Where a workflow is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being drawn; cannot run.
    Draft,
    /// Can run.
    Published,
    /// Put away; can neither run nor be saved.
    Archived,
}

impl<N, E> Document for Workflow<N, E>
where
    N: Serialize + DeserializeOwned + Default + Send + Sync + 'static,
    E: Serialize + DeserializeOwned + Default + Send + Sync + 'static,
{
    type Id = WorkflowId;

    const COLLECTION: Collection = Collection {
        name: "workflows",
        indexes: &[
            Index::on("recent", &["owner_id", "updated_at"]).while_missing("deleted_at"),
            Index::on("running", &["active_run"]),
        ],
    };

    fn id(&self) -> WorkflowId {
        self.id
    }
}

impl Workflow {
    /// The workflows that are served.
    pub fn live() -> Filter {
        Filter::missing("deleted_at")
    }

    /// What is drawn, with the live state of its nodes.
    pub fn graph(&self) -> Graph {
        Graph { nodes: self.nodes.clone(), edges: self.edges.clone() }
    }
}

impl Status {
    /// The wire's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }
}
