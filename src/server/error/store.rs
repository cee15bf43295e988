//! What a client is told when the store fails.

use super::{Code, Error};
use crate::store;

impl From<store::Error> for Error {
    /// Duplicates and stale revisions are conflicts; everything else is the server's own trouble.
    fn from(cause: store::Error) -> Self {
        match cause {
            store::Error::Duplicate { .. } | store::Error::Stale => {
                Self::new(Code::Conflict, cause.to_string())
            }
            store::Error::Full { .. } | store::Error::ReadOnly { .. } | store::Error::Closed => {
                tracing::error!(%cause, "the store refuses writes");
                Self::new(Code::Unavailable, "the server cannot store anything now; its log says why")
            }
            store::Error::TooDeep { .. } => Self::new(Code::InvalidField, cause.to_string()),
            other => Self::internal(other),
        }
    }
}
