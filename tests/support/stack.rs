//! A Compose project of one test on the real engine, gone with the value.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::engine;

/// A service that stays until it is told to end.
pub const STAY: &str =
    "image: testbed/busybox:1, init: true, stop_grace_period: 1s, command: [sleep, '1000']";

/// A service that wants more memory than it may have. It stays for a moment before and after that: an engine looks at the
/// memory of a container only once it has started it, and no more when it is gone.
pub const OUT_OF_MEMORY: &str = "image: testbed/busybox:1, stop_grace_period: 1s, mem_limit: 16m, \
    healthcheck: {test: [CMD, 'false'], start_period: 60s}, \
    command: [sh, -c, 'sleep 1; tail -c 64m /dev/zero; code=$$?; sleep 1; exit $$code']";

/// A folder with a `compose.yaml`, and containers with the labels of its project.
pub struct Stack {
    folder: TempDir,
    project: String,
}

impl Stack {
    /// A project of a name nobody else has.
    pub fn new(name: &str, compose: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("compose.yaml"), compose).expect("a file");
        std::fs::create_dir(folder.path().join(".home")).expect("a home");
        Self { folder, project: format!("e-{name}-{}", std::process::id()) }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its name.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// Makes and starts a container of a service, as Compose would label it; `options` are those of `docker run`.
    pub fn run(&self, service: &str, number: u32, options: &[&str], command: &[&str]) -> String {
        self.made("run", service, number, &[&["-d"], options].concat(), command)
    }

    /// Makes a container and does not start it.
    pub fn create(&self, service: &str, number: u32, command: &[&str]) -> String {
        self.made("create", service, number, &[], command)
    }

    fn made(&self, verb: &str, service: &str, number: u32, options: &[&str], command: &[&str]) -> String {
        let name = self.container(service, number);
        let labels = [
            format!("com.docker.compose.project={}", self.project),
            format!("com.docker.compose.service={service}"),
            format!("com.docker.compose.container-number={number}"),
            "com.docker.compose.oneoff=False".to_owned(),
            "com.docker.compose.config-hash=0".to_owned(),
        ];
        let mut arguments = vec![verb, "--name", &name];
        for label in &labels {
            arguments.extend(["--label", label]);
        }
        arguments.extend(options);
        arguments.push("testbed/busybox:1");
        arguments.extend(command);
        engine::docker(&arguments)
    }

    /// Name of a container.
    pub fn container(&self, service: &str, number: u32) -> String {
        format!("{}-{service}-{number}", self.project)
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder().join(name), text).expect("a file");
    }

    /// What the engine says of a container, by a template of `docker inspect`.
    pub fn inspect(&self, service: &str, number: u32, template: &str) -> String {
        engine::docker(&["inspect", "-f", template, &self.container(service, number)])
    }

    /// `orchcli` about this project.
    pub fn orchcli(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("orchcli runs")
    }

    /// The same, to be run in another way.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), self.folder());
        command.args(["--file", "compose.yaml", "--project-name", &self.project]).args(arguments);
        command
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let label = format!("label=com.docker.compose.project={}", self.project);
        let of = |arguments: &[&str]| {
            let output = Command::new("docker").args(arguments).env("DOCKER_HOST", engine::host()).output();
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
        };
        let ids = of(&["ps", "-aq", "--filter", &label]);
        let ids: Vec<&str> = ids.split_whitespace().collect();
        if !ids.is_empty() {
            of(&[&["rm", "-f", "-v"], &ids[..]].concat());
        }
        let networks = of(&["network", "ls", "-q", "--filter", &label]);
        for network in networks.split_whitespace() {
            of(&["network", "rm", network]);
        }
        for kind in ["network", "volume"] {
            let names = of(&[kind, "ls", "-q", "--filter", &label]);
            let names: Vec<&str> = names.split_whitespace().collect();
            if !names.is_empty() {
                of(&[&[kind, "rm"], &names[..]].concat());
            }
        }
    }
}
