//! A user who runs `init`.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::engine::{self, text};
use crate::host::bare;
use crate::ports;

/// A user with a home and ports of its own, whose GitHub is this machine.
pub struct User {
    pub folder: tempfile::TempDir,
    ports: [(&'static str, u16); 3],
}

impl User {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let hosted = folder.path().join("github");
        for (owner, name, files) in [
            ("KubeOrch", "ui", [("package.json", r#"{"name":"ui","version":"1.0.0"}"#)]),
            ("KubeOrch", "core", [("go.mod", "module core\n\ngo 1.22\n")]),
            ("me", "ui", [("package.json", r#"{"name":"mine","version":"1.0.0"}"#)]),
            ("me", "other", [("x.txt", "x")]),
        ] {
            std::fs::create_dir_all(hosted.join(owner)).expect("a folder");
            bare(&hosted.join(owner), name, &files);
        }
        let ports = ["mongodb", "core", "ui"].map(|service| (service, ports::free_port()));
        let user = Self { folder, ports };
        user.github(&format!("file://{}/", hosted.display()));
        std::fs::create_dir(user.project()).expect("a folder");
        user
    }

    /// Where github.com is for this user.
    pub fn github(&self, base: &str) {
        let config = format!("[url \"{base}\"]\n\tinsteadOf = https://github.com/\n");
        std::fs::write(self.folder.path().join("gitconfig"), config).expect("a file");
    }

    pub fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The port of a service where the arguments of `init` name none.
    pub fn port(&self, service: &str) -> u16 {
        self.ports.iter().find(|(name, _)| *name == service).expect("a service").1
    }

    /// `init` at ports that nobody has.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.again(arguments);
        for (service, port) in self.ports {
            let said = format!("{service}=");
            if !arguments.iter().any(|argument| argument.starts_with(&said)) {
                command.arg("--port").arg(format!("{said}{port}"));
            }
        }
        command
    }

    /// `init` at the ports that the project has.
    pub fn again(&self, arguments: &[&str]) -> Command {
        let home = self.folder.path().join("home");
        std::fs::create_dir_all(&home).expect("a folder");
        std::fs::copy(self.folder.path().join("gitconfig"), home.join(".gitconfig")).expect("a file");
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &self.project());
        // Node and Go are where the tests find them.
        let path = std::env::var_os("PATH").expect("a path");
        command.env("HOME", home).env("PATH", path).arg("init").args(arguments);
        command
    }

    pub fn init(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("orchcli runs")
    }

    pub fn registry(&self) -> Value {
        let path = self.folder.path().join("home/.config/orchcli/config.json");
        serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
    }

    /// What the registry has of the one project.
    pub fn entry(&self) -> Value {
        let registry = self.registry();
        let mut projects = registry["projects"].as_object().expect("projects").values();
        projects.next().expect("one").clone()
    }
}

/// Every file of a project with its content, but for what changes with the time.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with(".orchcli/init.json") && !path.ends_with(".git/index") {
                found.insert(path.clone(), std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[track_caller]
pub fn succeeds(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}
