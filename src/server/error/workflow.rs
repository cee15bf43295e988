//! What a client is told when a workflow was not changed.

use super::{Code, Error};
use crate::workflow;

impl From<workflow::Error> for Error {
    fn from(cause: workflow::Error) -> Self {
        let words = cause.to_string();
        match cause {
            workflow::Error::Gone(_) | workflow::Error::NoVersion(_) => Self::new(Code::NotFound, words),
            workflow::Error::Archived => Self::new(Code::Archived, words),
            workflow::Error::RunInProgress => Self::new(Code::RunInProgress, words),
            workflow::Error::Contended => Self::new(Code::Conflict, words),
            workflow::Error::Store(cause) => cause.into(),
        }
    }
}
