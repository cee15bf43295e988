//! News of a connection.

use super::status::ClusterStatus;
use crate::id::{ClusterId, UserId};

/// Something other rooms follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The status of a cluster is another one: alerts are evaluated, watches start or pause.
    Status {
        /// The cluster.
        cluster: ClusterId,
        /// Its owner.
        owner: UserId,
        /// What it was.
        old: ClusterStatus,
        /// What it is.
        new: ClusterStatus,
    },
    /// Server or credentials are others: what was built with the old ones starts again with the new ones.
    Reconnected {
        /// The cluster.
        cluster: ClusterId,
    },
    /// The cluster was removed: everything about it goes.
    Removed {
        /// The cluster.
        cluster: ClusterId,
        /// Who owned it.
        owner: UserId,
    },
}
