//! Where commands keep what they know of local processes (cli.md 3.2).

use std::path::PathBuf;

use crate::dev::folder::Folder;

/// Those places of a project.
#[derive(Debug, Clone)]
pub struct Places {
    /// Records.
    pub run: PathBuf,
    /// Logs.
    pub logs: PathBuf,
}

impl Places {
    /// Those in `.orchcli/`.
    pub fn of(folder: &Folder) -> Self {
        Self { run: folder.run(), logs: folder.logs() }
    }
}
