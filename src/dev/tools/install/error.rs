//! Why a tool is not installed.

use std::io;

use crate::dev::lock;
use crate::outbound::DownloadError;

/// Why it is not installed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something cannot be fetched.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// The vendor has nothing that will do.
    #[error("{from} lists no {tool} {wanted} for this machine")]
    NoRelease {
        /// The tool.
        tool: &'static str,
        /// What was asked for.
        wanted: String,
        /// Where it was looked for.
        from: String,
    },
    /// A list of the vendor cannot be read.
    #[error("{list} cannot be read: {why}")]
    List {
        /// The list.
        list: String,
        /// Why.
        why: String,
    },
    /// An archive is not among those that the vendor lists.
    #[error("{list} lists no checksum of {file}")]
    NotListed {
        /// The list.
        list: String,
        /// The archive.
        file: String,
    },
    /// An archive is another than the vendor lists.
    #[error("{file} is not what its vendor lists: its SHA-256 is {found}, and {listed} is listed")]
    Checksum {
        /// The archive.
        file: String,
        /// What came.
        found: String,
        /// What should have come.
        listed: String,
    },
    /// An archive holds what it must not hold.
    #[error("{file} is not unpacked: {why}")]
    Archive {
        /// The archive.
        file: String,
        /// Why.
        why: String,
    },
    /// A file or folder cannot be used.
    #[error("{what}: {why}")]
    Io {
        /// What could not be done.
        what: String,
        /// Why.
        why: io::Error,
    },
    /// The user has no folder for it.
    #[error("there is no home folder to install into: HOME is not set")]
    Homeless,
    /// Another process installs the same for too long.
    #[error(transparent)]
    Locked(#[from] lock::Error),
    /// A package manager failed.
    #[error("{command} {how}")]
    Package {
        /// What was run.
        command: String,
        /// How it ended.
        how: String,
    },
    /// It was told to end.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// For what could not be done with a file.
    pub(super) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |why| Self::Io { what, why }
    }
}
