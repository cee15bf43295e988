//! Why a step of `init` fails.

use std::io;

use crate::dev::adopt;
use crate::dev::dependencies;
use crate::dev::project;
use crate::dev::registry;
use crate::dev::settings::Unfit;
use crate::dev::task::Reason;
use crate::git;

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Git.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// What was cloned is not what it should be.
    #[error("{repository} is no {service}: it has no {file}")]
    Foreign {
        /// The repository.
        repository: String,
        /// What it was to be.
        service: &'static str,
        /// What is missing.
        file: &'static str,
    },
    /// Dependencies.
    #[error(transparent)]
    Dependencies(#[from] dependencies::Error),
    /// A file could not be written.
    #[error("{what}: {why}")]
    Io {
        /// What could not be done.
        what: String,
        /// Why.
        why: io::Error,
    },
    /// The user's file.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// The project's file.
    #[error(transparent)]
    Project(#[from] project::Error),
    /// A value of the project.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The project's file cannot take a value.
    #[error("orchcli.yaml cannot be changed: {0}")]
    Edit(String),
    /// What the reference left cannot be taken over.
    #[error("what the old program left cannot be taken over")]
    Adopt(#[from] adopt::Error),
    /// The name of the folder makes no name of a Compose project.
    #[error("{0}")]
    Name(String),
}

impl Error {
    /// For what could not be done with a file.
    pub(super) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |why| Self::Io { what, why }
    }
}

impl Reason for Error {
    fn passing(&self) -> bool {
        match self {
            Self::Git(error) => error.passing(),
            Self::Foreign { .. }
            | Self::Dependencies(_)
            | Self::Io { .. }
            | Self::Registry(_)
            | Self::Project(_)
            | Self::Unfit(_)
            | Self::Edit(_)
            | Self::Adopt(_)
            | Self::Name(_) => false,
        }
    }
}
