//! What can be wrong with the user's file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::dev::lock::Holder;

/// Why the registry cannot be read or changed.
#[derive(Debug, Error)]
pub enum Error {
    /// Another process changed it for longer than we wait.
    #[error(
        "the user configuration is being changed by {}",
        holder.as_ref().map_or_else(|| "another process".to_owned(), ToString::to_string)
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who, when it is known.
        holder: Option<Holder>,
    },
    /// It is not what such a file is.
    #[error("{}: {why}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column where there is one.
        why: String,
        /// Where a copy was put.
        copy: Option<PathBuf>,
    },
    /// The reference's file, which was to be taken over, is not what such a file is, or cannot be read.
    #[error("{}: {why}", path.display())]
    Reference {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column where there is one.
        why: String,
    },
    /// There are two, and nobody can tell which is meant.
    #[error("there are both {} and {}", first.display(), second.display())]
    Two {
        /// One.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// A newer version wrote it.
    #[error("{} has version {version}, which a newer orchcli wrote: it is not changed", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// It is there and cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It cannot be written.
    #[error("{} cannot be written", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The user has no folder for it.
    #[error("there is no HOME to keep the user configuration in")]
    Homeless,
    /// It has no written form.
    #[error("the user configuration cannot be written down: {0}")]
    Form(String),
}
