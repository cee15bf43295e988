//! What a client is told when something cannot be done with a cluster.

use super::{Code, Error};
use crate::connection;

/// Keys of a request beside its credentials.
const PLAIN: [&str; 5] = ["name", "server", "displayName", "description", "labels"];

impl From<connection::Error> for Error {
    fn from(cause: connection::Error) -> Self {
        let words = cause.to_string();
        match cause {
            connection::Error::NotFound { .. } | connection::Error::NoDefault => {
                Self::new(Code::NotFound, words)
            }
            connection::Error::NotAllowed { .. } => Self::new(Code::Forbidden, words),
            connection::Error::NameTaken { .. } => Self::new(Code::Conflict, words),
            connection::Error::Invalid(invalid) => {
                let place = if PLAIN.contains(&invalid.key.as_str()) { "" } else { "credentials." };
                Self::field(&format!("{place}{}", invalid.key), invalid.reason)
            }
            connection::Error::InsecureTls => Self::new(Code::InsecureTlsForbidden, words),
            connection::Error::Unavailable { cluster, .. } => {
                Self::new(Code::ClusterUnreachable, words).with("cluster", cluster).with("status", "failed")
            }
            connection::Error::Seal(cause) => Self::internal(cause),
            connection::Error::Store(cause) => cause.into(),
        }
    }
}
