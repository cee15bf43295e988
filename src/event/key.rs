//! What a stream is about.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::id::{ResourceId, WorkflowId};

/// What a stream is about; events are published to a key and read by whoever subscribed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamKey {
    /// The status of a workflow's nodes.
    Workflow(WorkflowId),
    /// The status of one synced cluster resource.
    Resource(ResourceId),
}

impl StreamKey {
    /// What kind of thing it is about.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Workflow(_) => "workflow",
            Self::Resource(_) => "resource",
        }
    }
}

impl fmt::Display for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind())?;
        match self {
            Self::Workflow(id) => write!(f, "{id}"),
            Self::Resource(id) => write!(f, "{id}"),
        }
    }
}

impl Serialize for StreamKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
