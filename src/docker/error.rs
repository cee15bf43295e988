//! What can go wrong with an engine.

use bollard::errors::Error as Bollard;
use thiserror::Error as ThisError;

/// Why the engine did not do what it was asked.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Nobody answers at the address.
    #[error("no engine answers at {endpoint}")]
    Unreachable {
        /// The address.
        endpoint: String,
        /// Why.
        #[source]
        source: Bollard,
    },
    /// The socket is there, and this user may not use it.
    #[error("this user may not use the engine at {endpoint}")]
    Denied {
        /// The address.
        endpoint: String,
    },
    /// The engine answered with a refusal.
    #[error("the engine refused: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its words.
        message: String,
    },
    /// The connection broke, or what came is no answer.
    #[error("the engine gave no proper answer")]
    Broken(#[source] Bollard),
}

impl Error {
    /// Whether what was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether it is there already, or in the way.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status: 409, .. })
    }
}

impl From<Bollard> for Error {
    fn from(error: Bollard) -> Self {
        match error {
            Bollard::DockerResponseServerError { status_code, message } => {
                Self::Refused { status: status_code, message }
            }
            error => Self::Broken(error),
        }
    }
}
