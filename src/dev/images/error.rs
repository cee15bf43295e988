//! Why images cannot be had.

use thiserror::Error;

use crate::docker::build::BuildError;
use crate::docker::{Error as EngineError, PullError};

/// Why the images of a stack are not there.
#[derive(Debug, Error)]
pub enum ImagesError {
    /// `--offline`, and these are not there.
    #[error("offline, and not there: {}", images.join(", "))]
    Offline {
        /// The images.
        images: Vec<String>,
    },
    /// These are not there, and are not to be pulled.
    #[error("not there, and not to be pulled: {}", images.join(", "))]
    Absent {
        /// The images.
        images: Vec<String>,
    },
    /// Of the pulls some failed; the others are done.
    #[error("{}", pulls.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Pulls {
        /// What failed.
        pulls: Vec<PullError>,
    },
    /// A build failed.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A build has no way to be done.
    #[error("services.{service}.build: {why}")]
    Recipe {
        /// The service.
        service: String,
        /// What is wrong.
        why: String,
    },
    /// The engine itself failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
