//! Why a workflow was not changed.

use crate::id::WorkflowId;
use crate::store;

/// Why something could not be done with a workflow.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there, or not any more.
    #[error("workflow {0} does not exist")]
    Gone(WorkflowId),
    /// Its graph cannot be changed.
    #[error("the workflow is archived; set it to draft first")]
    Archived,
    /// It cannot be put away or restored now.
    #[error("a run of this workflow is in progress; wait until it has ended")]
    RunInProgress,
    /// It has no such version.
    #[error("the workflow has no version {0}; GET …/versions lists those it has")]
    NoVersion(u32),
    /// Others changed it again and again in the meantime.
    #[error("the workflow is being changed by others; read it again and repeat the change")]
    Contended,
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
}
