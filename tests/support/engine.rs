//! The engine of the test bed, and `orchcli` run against it as a user would.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The folder of the test bed's engine.
pub fn bed() -> PathBuf {
    std::env::var_os("ORCHCLI_TESTBED_ENGINE_DIR").expect("needs the engine: run tests/run.sh").into()
}

/// The engine's address.
pub fn host() -> String {
    format!("unix://{}/docker.sock", bed().display())
}

/// The newest API that the engine speaks; the bed has an old one and a new one, which builds by BuildKit.
pub fn api() -> (u32, u32) {
    let said = docker(&["version", "-f", "{{.Server.APIVersion}}"]);
    let (major, minor) = said.split_once('.').expect("major and minor");
    (major.parse().expect("a number"), minor.parse().expect("a number"))
}

/// Where the registry listens, such as `127.0.0.1:5000`.
pub fn registry() -> String {
    std::fs::read_to_string(bed().join("registry")).expect("the registry's address").trim().to_owned()
}

/// A command with an environment of its own: this engine, this home, nothing of whoever runs the tests.
pub fn command(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", folder.join(".home"))
        .env("DOCKER_HOST", host());
    command
}

/// `orchcli` in a folder.
pub fn orchcli(folder: &Path, arguments: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_orchcli"), folder).args(arguments).output().expect("orchcli runs")
}

/// What it wrote as JSON, when it ended with this code.
#[track_caller]
pub fn json(output: &Output, code: i32) -> Value {
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// Text of an output.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// `docker`, for looking at the engine from outside.
#[track_caller]
pub fn docker(arguments: &[&str]) -> String {
    let mut command = Command::new("docker");
    let output = command.args(arguments).env("DOCKER_HOST", host()).env("DOCKER_BUILDKIT", "0").output();
    let output = output.expect("docker runs");
    assert!(output.status.success(), "docker {arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}
