//! Why dependencies are not installed.

use std::io;
use std::time::Duration;

use crate::dev::tools::Unprovided;

/// Why they are not installed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Programs are missing, or too old.
    #[error(transparent)]
    Tools(#[from] Unprovided),
    /// A program failed.
    #[error("{command} {how}")]
    Command {
        /// What was run.
        command: String,
        /// In which folder.
        folder: String,
        /// How it ended.
        how: String,
        /// Whether it said that the lock file is behind `package.json`.
        out_of_sync: bool,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// It needs what is not on this machine.
    #[error("{command} needs what is not on this machine, and --offline forbids to fetch it")]
    Offline {
        /// What was run.
        command: String,
        /// In which folder.
        folder: String,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// It took too long.
    #[error("{command} took longer than {} min", .after.as_secs() / 60)]
    Slow {
        /// What was run.
        command: String,
        /// In which folder.
        folder: String,
        /// How long it had.
        after: Duration,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// A program cannot be run.
    #[error("{command} cannot be run: {why}")]
    Start {
        /// What was to be run.
        command: String,
        /// Why.
        why: io::Error,
    },
}

impl Error {
    /// Whether the lock file is behind `package.json`.
    pub(super) fn is_out_of_sync(&self) -> bool {
        match self {
            Self::Command { out_of_sync, .. } => *out_of_sync,
            Self::Tools(_) | Self::Offline { .. } | Self::Slow { .. } | Self::Start { .. } => false,
        }
    }

    /// What a failure is where nothing may be fetched.
    pub(super) fn offline(self) -> Self {
        match self {
            Self::Command { command, folder, tail, .. } => Self::Offline { command, folder, tail },
            Self::Tools(_) | Self::Offline { .. } | Self::Slow { .. } | Self::Start { .. } => self,
        }
    }
}
