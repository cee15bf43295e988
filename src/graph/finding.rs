//! What the checks have to say (`WorkflowIssue` of the HTTP contract).

use serde::Serialize;

/// One finding, attributed to a node where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether it stops a run.
    pub severity: Severity,
    /// Stable slug.
    pub code: Code,
    /// Names the field and the way out; at most [`Finding::MESSAGE_CHARS`] characters, never a secret value.
    pub message: String,
    /// `None` for findings about the whole graph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// Path inside `data`, such as `ports[1].nodePort`; `None` when the node as a whole is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A run is refused.
    Error,
    /// Logged as a warning; the run goes on.
    Warning,
    /// Worth a log line, nothing more.
    Info,
}

/// Stable slug of a finding, `snake_case` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A field that a run insists on is unset.
    FieldRequired,
    /// A field has a value that means nothing.
    FieldInvalid,
    /// Two things claim one identity.
    Duplicate,
    /// An object nobody may touch.
    Protected,
    /// Linked objects live in different namespaces.
    NamespaceMismatch,
    /// Two volumes want one path.
    PathConflict,
    /// An ingress path leads nowhere.
    BackendMissing,
    /// A drawn edge means nothing and is left out.
    EdgeIgnored,
    /// The edges form a cycle.
    Cycle,
    /// The node type is unknown; the node is skipped.
    TypeUnknown,
    /// A user label is reserved and left out.
    LabelReserved,
    /// Two workloads share the label a Service selects by.
    LabelClash,
    /// A declared key or variable has no value.
    ValueMissing,
    /// A database was opened because no password is known.
    InsecureDefault,
    /// A claim for one node is used by several replicas.
    AccessMode,
    /// An autoscaler's target requests no such resource.
    NoRequest,
    /// A mount, peer or reference whose source is gone was left out.
    ReferenceGone,
    /// A copied value was replaced by the linked node's.
    Overridden,
    /// A Service that should be headless is not.
    NotHeadless,
    /// Pull credentials could not be had.
    CredentialsMissing,
    /// The workflow's cluster is unknown to the caller.
    ClusterNotFound,
    /// The caller may not deploy to the cluster.
    ClusterForbidden,
    /// The cluster does not answer.
    ClusterUnreachable,
    /// The namespace does not exist.
    NamespaceMissing,
    /// Another workflow owns the object.
    OwnedByWorkflow,
    /// The object exists and nobody here manages it.
    NotManaged,
    /// A field of the live object cannot change.
    Immutable,
    /// The cluster does not serve the kind.
    KindNotInstalled,
    /// The user has not enabled the plugin.
    PluginDisabled,
    /// The storage or ingress class does not exist.
    ClassMissing,
    /// The cluster's dry run refused the object.
    Refused,
}

impl Finding {
    /// Longest message, in characters.
    pub const MESSAGE_CHARS: usize = 500;

    /// A finding about the whole graph.
    pub fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(Self::MESSAGE_CHARS) {
            message.truncate(end);
        }
        Self { severity, code, message, node_id: None, field: None }
    }

    /// The same finding, about that node.
    #[must_use]
    pub fn at_node(mut self, id: impl Into<String>) -> Self {
        self.node_id = Some(id.into());
        self
    }

    /// The same finding, about that path inside `data`.
    #[must_use]
    pub fn at_field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    /// Whether it stops a run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
