//! A user of this machine: a home, projects in it, and `orchcli` run there.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A home that goes when the test ends.
pub struct User {
    home: PathBuf,
    _folder: TempDir,
}

impl User {
    /// A user who never ran anything.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { home: fs::canonicalize(folder.path()).unwrap(), _folder: folder }
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The user's configuration.
    pub fn config(&self) -> PathBuf {
        self.home.join(".config/orchcli/config.json")
    }

    /// What is in it.
    pub fn contents(&self) -> Value {
        serde_json::from_slice(&fs::read(self.config()).unwrap()).unwrap()
    }

    /// Writes a file below the home, with the folders above it.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.home.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A folder below the home.
    pub fn folder(&self, path: &str) -> PathBuf {
        let path = self.home.join(path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// `orchcli` in a folder below the home, with an environment of its own.
    pub fn orchcli(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
        command.args(arguments).current_dir(self.folder(folder)).env_clear().env("HOME", &self.home);
        // No engine of this machine is looked for.
        command.env("DOCKER_HOST", "unix:///no/such/engine");
        command
    }

    /// What it says and how it ends.
    pub fn run(&self, folder: &str, arguments: &[&str]) -> Said {
        Said::of(self.orchcli(folder, arguments).output().unwrap(), &self.home)
    }
}

/// What a command said, with the home as `~`.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: Output, home: &Path) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(home.to_str().unwrap(), "~");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The text of a command that succeeded.
    #[track_caller]
    pub fn text(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// The document of a command that succeeded.
    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    /// The error of a command that ended with this code.
    #[track_caller]
    pub fn error(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self.err
    }
}
