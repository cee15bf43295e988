//! `.orchcli/`: what commands keep in a project (cli.md 4.5).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{self, Audience};

/// Its name.
pub(super) const NAME: &str = ".orchcli";

/// `.orchcli/` of a project, there or not.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// That of the project at `root`.
    pub fn of(root: &Path) -> Self {
        Self(root.join(NAME))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes it, for this user only, and keeps it out of Git.
    pub fn prepare(&self) -> io::Result<()> {
        files::private_folder(&self.0)?;
        let ignore = self.0.join(".gitignore");
        if ignore.exists() { Ok(()) } else { files::replace(&ignore, b"*\n", Audience::Owner) }
    }

    /// Held by the one command that changes the project (cli.md 2.8).
    pub fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// What was chosen for the project: ports.
    pub fn state(&self) -> PathBuf {
        self.0.join("state.json")
    }

    /// The journal of `init`.
    pub fn journal(&self) -> PathBuf {
        self.0.join("init.json")
    }

    /// Keys for containers.
    pub fn secrets(&self) -> PathBuf {
        self.0.join("secrets.env")
    }

    /// A file per local process.
    pub fn run(&self) -> PathBuf {
        self.0.join("run")
    }

    /// What local processes and tasks said.
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// What is built from checkouts.
    pub fn build(&self) -> PathBuf {
        self.0.join("build")
    }

    /// What is not finished.
    pub fn tmp(&self) -> PathBuf {
        self.0.join("tmp")
    }
}

/// Whether a folder of that name is a project's: the reference keeps its configuration in one of a home (cli.md 4.1).
pub(super) fn is_ours(path: &Path) -> bool {
    path.is_dir() && !fs::exists(path.join("orchcli-config.json")).unwrap_or(false)
}
