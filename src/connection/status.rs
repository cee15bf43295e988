//! What a connection is worth: one classification for adding, testing and monitoring (engine.md 7.3).

use serde::{Deserialize, Serialize};

use crate::cluster;
use crate::store::{Scalar, Value, seal};

/// The state of a cluster's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClusterStatus {
    /// The API server answered the version request with these credentials.
    Connected,
    /// Not reachable: name resolution, connection, timeout, or a fault of the API server.
    Disconnected,
    /// Never checked yet.
    Unknown,
    /// It cannot work as configured.
    Error,
}

impl ClusterStatus {
    /// The word on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
            Self::Unknown => "unknown",
            Self::Error => "error",
        }
    }
}

impl From<ClusterStatus> for Value {
    fn from(status: ClusterStatus) -> Self {
        Self::Scalar(Scalar::from(status.as_str()))
    }
}

/// Why a cluster could not be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The stored credentials do not open.
    #[error("the credentials cannot be read: {0}")]
    Sealed(#[from] seal::Error),
    /// The door stayed shut.
    #[error(transparent)]
    Cluster(#[from] cluster::Error),
}

impl Failure {
    /// The status this failure means.
    pub fn status(&self) -> ClusterStatus {
        match self {
            Self::Sealed(_) => ClusterStatus::Error,
            Self::Cluster(error) => match error {
                cluster::Error::Unreachable { .. }
                | cluster::Error::Timeout { .. }
                | cluster::Error::SignInUnreachable(_)
                | cluster::Error::Busy(_) => ClusterStatus::Disconnected,
                cluster::Error::Status { status, .. } if status.is_server_error() => {
                    ClusterStatus::Disconnected
                }
                cluster::Error::Unusable(_)
                | cluster::Error::Refused(_)
                | cluster::Error::Tls { .. }
                | cluster::Error::SignInRefused(_)
                | cluster::Error::Unauthorized(_)
                | cluster::Error::Forbidden(_)
                | cluster::Error::NotFound(_)
                | cluster::Error::Conflict(_)
                | cluster::Error::Gone(_)
                | cluster::Error::Invalid { .. }
                | cluster::Error::Status { .. }
                | cluster::Error::Unexpected { .. }
                | cluster::Error::UnknownKind { .. } => ClusterStatus::Error,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn what_may_pass_is_disconnected_and_what_needs_a_hand_is_an_error() {
        let host = || "k".to_owned();
        let status = |status| cluster::Error::Status { status, message: String::new() };
        for (error, expected) in [
            (cluster::Error::Unreachable { host: host(), reason: host() }, ClusterStatus::Disconnected),
            (cluster::Error::Timeout { host: host() }, ClusterStatus::Disconnected),
            (status(StatusCode::BAD_GATEWAY), ClusterStatus::Disconnected),
            (status(StatusCode::IM_A_TEAPOT), ClusterStatus::Error),
            (cluster::Error::Tls { host: host(), reason: host() }, ClusterStatus::Error),
            (cluster::Error::Unauthorized(host()), ClusterStatus::Error),
            (cluster::Error::Forbidden(host()), ClusterStatus::Error),
        ] {
            assert_eq!(Failure::from(error.clone()).status(), expected, "{error}");
        }
        assert_eq!(Failure::from(seal::Error::Refused).status(), ClusterStatus::Error);
    }
}
