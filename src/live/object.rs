//! What is followed: one object of a cluster.

use std::fmt;

use super::status::Kind;
use crate::id::ClusterId;

/// One object of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectRef {
    /// The cluster it lives in.
    pub cluster: ClusterId,
    /// Whose rules give its status.
    pub rules: Kind,
    /// Its `apiVersion`, such as `apps/v1`.
    pub api_version: String,
    /// Its Kubernetes kind, such as `Deployment`.
    pub kind: String,
    /// Its namespace; none for a cluster-wide object.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}
