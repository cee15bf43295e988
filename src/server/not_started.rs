//! What keeps a server from its start.

use crate::store::{self, seal};
use crate::{deploy, outbound};

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The metrics cannot be set up.
    #[error("the metrics cannot be set up: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The encryption key cannot be used.
    #[error(transparent)]
    Key(#[from] seal::Error),
    /// The client for other hosts cannot be set up.
    #[error("the client for other hosts cannot be set up: {0}")]
    Outbound(#[from] outbound::Error),
    /// The runs of the last server cannot be closed.
    #[error("the runs that were interrupted cannot be closed: {0}")]
    Interrupted(#[from] deploy::Error),
}
