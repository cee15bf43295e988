//! What a client is told who cannot have one more stream.

use super::{Code, Error};
use crate::event;

impl From<event::Full> for Error {
    fn from(full: event::Full) -> Self {
        Self::new(Code::TooManyStreams, full.to_string())
    }
}
