//! Why something could not be done with a cluster.

use super::status::Failure;
use crate::cluster::Invalid;
use crate::store::{self, seal};

/// A use case that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user sees no cluster of that name.
    #[error("cluster {name:?} was not found")]
    NotFound {
        /// The name.
        name: String,
    },
    /// The user has no default cluster.
    #[error("no default cluster is set")]
    NoDefault,
    /// The user sees the cluster, but with a role that is too low.
    #[error("only {needed} of the cluster may do this")]
    NotAllowed {
        /// Who may.
        needed: &'static str,
    },
    /// The user sees a cluster of that name already.
    #[error("a cluster named {name:?} exists already, your own or shared with you")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// An input cannot be used.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// TLS verification may not be skipped.
    #[error(
        "this server does not connect without TLS verification: give the cluster's CA in caData, \
         or let an administrator set ALLOW_INSECURE_TLS"
    )]
    InsecureTls,
    /// The cluster could not be used.
    #[error("{failure}")]
    Unavailable {
        /// The cluster's name.
        cluster: String,
        /// Why.
        failure: Failure,
    },
    /// A secret could not be sealed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}
