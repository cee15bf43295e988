//! Why nothing was deployed.

use crate::graph::Finding;
use crate::id::RunId;
use crate::workflow::Run;
use crate::{cluster, connection, store, workflow};

/// Why a run, plan, validation or clean-up did not come about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only published workflows run.
    #[error("only a published workflow can run, and this one is {status}; publish it first")]
    NotPublished {
        /// What it is instead.
        status: &'static str,
    },
    /// An archived workflow cannot be planned.
    #[error("the workflow is archived; set it to draft or published first")]
    Archived,
    /// One run at a time.
    #[error("a run of this workflow is in progress; wait until it has ended")]
    RunInProgress,
    /// The workflow's cluster does not exist for the user.
    #[error("cluster {name} not found or not accessible; connect it, or ask its owner to share it")]
    ClusterNotFound {
        /// The name the workflow gives.
        name: String,
    },
    /// The user may look at the cluster, but not deploy to it.
    #[error("your role on cluster {name} is viewer; ask its owner for the role editor")]
    ClusterForbidden {
        /// The cluster's name.
        name: String,
    },
    /// The cluster cannot be asked.
    #[error("cluster {name} cannot be reached: {cause}")]
    ClusterUnreachable {
        /// The cluster's name.
        name: String,
        /// Why, redacted.
        cause: String,
    },
    /// The run was recorded as failed before anything was applied.
    #[error("{}", .run.error)]
    Refused {
        /// The record.
        run: Box<Run>,
        /// Everything that was found.
        findings: Vec<Finding>,
    },
    /// The run was recorded as failed while it was applied, or its cluster could not be reached.
    #[error("{}", .run.error)]
    Failed {
        /// The record.
        run: Box<Run>,
    },
    /// The record of a run is gone.
    #[error("the record of run {0} is gone")]
    RecordGone(RunId),
    /// Clusters.
    #[error(transparent)]
    Connection(#[from] connection::Error),
    /// The workflow's documents.
    #[error(transparent)]
    Workflow(#[from] workflow::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The cluster `name` did not do what it was asked.
    pub(super) fn unreachable(name: &str, cause: &cluster::Error) -> Self {
        Self::ClusterUnreachable { name: name.to_owned(), cause: cause.to_string() }
    }
}
