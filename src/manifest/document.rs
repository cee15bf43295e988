//! What a compilation yields: documents in apply order and everything there is to say about them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::graph::Finding;

/// The outcome of compiling a graph.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// Documents of the nodes that compile, in apply order (engine.md 3.3). With an error among the findings the
    /// other nodes' documents are still here, for `render`; a run must look at [`Compiled::errors`] first.
    pub documents: Vec<Document>,
    /// Every finding, by node position; findings about the whole graph last.
    pub findings: Vec<Finding>,
    /// Ids of all nodes of known type, in apply order: the log line `Execution order: […]`.
    pub order: Vec<String>,
    /// Link, note and warning lines, by node in apply order, as they belong into a run's log.
    pub log: Vec<LogLine>,
    /// Nodes whose state is already known before anything is applied.
    pub notes: BTreeMap<String, NodeNote>,
    /// Live Jobs to delete before their document is applied (engine.md 3.4).
    pub replacements: Vec<Replacement>,
}

/// One Kubernetes object to apply.
#[derive(Clone, PartialEq)]
pub struct Document {
    /// The node it belongs to; `None` for pull secrets, which workflows share.
    pub node_id: Option<String>,
    /// What it is to its node.
    pub role: Role,
    /// Where it lives.
    pub object: ObjectRef,
    /// The whole manifest, `apiVersion` and `kind` included.
    pub body: Value,
    /// Who owns its fields when it is applied.
    pub manager: FieldManager,
    /// Environment variables whose values are masked over HTTP (engine.md 3.12).
    pub masked_env: BTreeSet<String>,
}

/// The address of a Kubernetes object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// `v1`, `apps/v1`, …
    pub api_version: String,
    /// `Deployment`, …
    pub kind: String,
    /// The resource name in URLs, `deployments`.
    pub plural: String,
    /// `None` for cluster-wide kinds.
    pub namespace: Option<String>,
    /// Object name.
    pub name: String,
}

/// What a document is to its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The node's own object.
    Node,
    /// The headless Service of a StatefulSet (engine.md 1.4).
    Headless,
    /// Registry credentials (engine.md 3.6).
    PullSecret,
}

/// The field manager a document is applied under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldManager {
    /// Everything but Secret data.
    Orchcli,
    /// A Secret with data (engine.md 3.5): a partial update must not drop keys.
    OrchcliSecret,
    /// Hands `spec.replicas` over to an autoscaler (engine.md 2.6).
    OrchcliScale,
}

impl FieldManager {
    /// The name the API server knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orchcli => "orchcli",
            Self::OrchcliSecret => "orchcli-secret",
            Self::OrchcliScale => "orchcli-scale",
        }
    }
}

/// One line of a run's log, without its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The node it is about.
    pub node_id: Option<String>,
    /// The words.
    pub text: String,
}

/// A node state known before anything is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeNote {
    /// The Secret exists and no values were given: only its labels are applied (engine.md 3.5).
    SecretExists,
    /// The Secret does not exist and no values were given: nothing is created, the node ends as a warning.
    SecretNotCreated,
    /// The live claim is bound (engine.md 1.12).
    ClaimBound,
    /// The type is unknown: the node is skipped.
    Skipped,
}

impl NodeNote {
    /// The words of the node's state, where the contract fixes them.
    pub fn message(self) -> &'static str {
        match self {
            Self::SecretExists => "Secret exists",
            Self::SecretNotCreated => "Secret not created - no values provided",
            Self::ClaimBound => "PVC already bound",
            Self::Skipped => "unknown node type",
        }
    }
}

/// A live object to delete, and wait for, before its successor is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The node it belongs to.
    pub node_id: String,
    /// What to delete.
    pub object: ObjectRef,
    /// The precondition of the delete, when the live object told it.
    pub uid: Option<String>,
    /// Whether it is still running.
    pub active: bool,
}

impl Compiled {
    /// The findings that stop a run.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_error())
    }
}

impl ObjectRef {
    /// The API group, empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// `body` may hold Secret data, so it is left out.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("node_id", &self.node_id)
            .field("role", &self.role)
            .field("object", &self.object)
            .finish_non_exhaustive()
    }
}
