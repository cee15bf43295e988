//! An engine of one test's own, for what would be in the way of others.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::process::Command;

use tempfile::TempDir;

/// An engine of this test's own, gone with the value.
pub struct Own(TempDir);

impl Own {
    /// One that is up; `name` is seen in the name of its folder.
    pub fn up(name: &str) -> Self {
        let own = Self(TempDir::with_prefix(format!("orchcli-{name}-")).expect("a folder"));
        own.run("up");
        own
    }

    /// `up`, `down`, `stop`, `start`.
    pub fn run(&self, verb: &str) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/testbed/docker/engine.sh");
        let mut command = Command::new(script);
        let output =
            command.arg(verb).arg(self.0.path()).env("TESTBED_BESIDE", "1").output().expect("a program");
        assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Its address.
    pub fn host(&self) -> String {
        format!("unix://{}/docker.sock", self.0.path().display())
    }

    /// `docker`, for looking at it from outside.
    #[track_caller]
    pub fn docker(&self, arguments: &[&str]) -> String {
        let output = Command::new("docker")
            .args(arguments)
            .env("DOCKER_HOST", self.host())
            .output()
            .expect("a program");
        assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.run("down");
    }
}
