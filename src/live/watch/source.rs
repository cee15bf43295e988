//! What watches need of a cluster.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde_json::Value;

use crate::id::ClusterId;
use crate::live::ObjectRef;

/// What one API watch is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One object by its name.
    Object(Arc<ObjectRef>),
    /// The pods of a namespace that a label selector selects.
    Pods {
        /// The namespace.
        namespace: String,
        /// The label selector; `""` selects every pod.
        selector: String,
    },
}

/// The state of a target at a version, from which a watch can go on.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The object, or the pods.
    pub objects: Vec<Value>,
    /// Where the watch starts.
    pub resource_version: String,
}

/// A change a watch tells of.
#[derive(Debug, Clone)]
pub enum Change {
    /// The object was added or modified.
    Applied(Value),
    /// The object was deleted; this is its last state.
    Deleted(Value),
    /// Nothing changed, but this version is reached.
    Bookmark(String),
}

/// Why a read or a watch did not work.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// 410: the version asked for is too old.
    #[error("the resource version is too old")]
    Expired,
    /// 401 or 403.
    #[error("not allowed")]
    Forbidden,
    /// 404 on a watch: the cluster does not know the kind.
    #[error("the cluster does not know it")]
    Unknown,
    /// Anything else, in safe words.
    #[error("{0}")]
    Other(String),
}

/// The changes of a target, until the server ends the watch.
pub type Changes = BoxStream<'static, Result<Change, Failure>>;

/// A cluster as watches see it.
pub trait Source: Send + Sync + 'static {
    /// The state of the target now; `None` when the object does not exist.
    fn read<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, Result<Option<Snapshot>, Failure>>;

    /// The changes after a version, with bookmarks.
    fn watch<'a>(&'a self, target: &'a Target, version: &'a str) -> BoxFuture<'a, Result<Changes, Failure>>;
}

/// The connected clusters.
pub trait Clusters: Send + Sync + 'static {
    /// The door to a cluster with the credentials stored now.
    fn source(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Arc<dyn Source>, Failure>>;
}
