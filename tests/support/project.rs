//! A project of one test, and `orchcli` in it; taken down with the value.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::engine;
use crate::ports::free_ports;

/// A folder `project` within one of its own, a name, and ports.
pub struct Project {
    folder: TempDir,
    /// A name that nobody else has.
    pub name: String,
    pub core: u16,
    pub ui: u16,
    pub mongodb: u16,
    /// Variables beside those of [`engine::command`].
    pub variables: Vec<(&'static str, OsString)>,
}

impl Project {
    /// One with nothing in it.
    pub fn empty(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("project/.home")).expect("a folder");
        let [core, ui, mongodb] = free_ports();
        let name = format!("{name}-{}", std::process::id());
        Self { folder, name, core, ui, mongodb, variables: Vec::new() }
    }

    /// What is beside it.
    pub fn beside(&self) -> &Path {
        self.folder.path()
    }

    /// What is in it.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join("project").join(below)
    }

    /// Writes a file of it.
    pub fn write(&self, below: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(below), text).expect("a file");
    }

    /// What is in a file of it.
    pub fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).expect("a file")
    }

    /// `orchcli` in it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &self.path(""));
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).args(arguments);
        command
    }

    /// How that ends.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("orchcli runs")
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.run(&["stop", "-v", "--yes"]);
    }
}
