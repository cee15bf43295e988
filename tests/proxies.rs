//! The proxies of the user's file reach what orchcli starts, without an engine (cli.md 2.9).
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/dev.rs"]
mod dev;
#[path = "support/git.rs"]
mod git;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use dev::Dev;
use ports::free_ports;
use tempfile::TempDir;

/// An npm that notes what it is told of proxies, by the first word of its command.
const NPM: &str = r#"#!/bin/sh
case $1 in --version) echo 10.0.0; exit;; esac
echo "$HTTPS_PROXY $HTTP_PROXY $NO_PROXY" >"$HOME/told-$1"
[ "$1" = run ] && echo the server listens && exec sleep 1000
exit 0
"#;

struct User(TempDir);

impl User {
    fn new() -> Self {
        let user = Self(tempfile::tempdir().expect("a folder"));
        let proxies = r#"{"https": "http://proxy:3128", "http": "http://plain:3128", "no_proxy": ["near", "127.0.0.1"]}"#;
        let config = format!(r#"{{"version": 1, "projects": {{}}, "proxy": {proxies}}}"#);
        fs::create_dir_all(user.path(".config/orchcli")).expect("a folder");
        fs::write(user.path(".config/orchcli/config.json"), config).expect("a file");
        fs::create_dir_all(user.path("bin")).expect("a folder");
        for (name, script) in [("npm", NPM), ("node", "#!/bin/sh\necho v22.0.0\n")] {
            program::script(&user.path("bin").join(name), script);
        }
        git::bare(user.0.path(), "ui", &[("package.json", r#"{"name": "ui", "scripts": {"dev": "x"}}"#)]);
        fs::create_dir(user.path("shop")).expect("a folder");
        user
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn orchcli(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        command.current_dir(self.path("shop")).env_clear().env("HOME", self.0.path()).env("PATH", path);
        command.env("DOCKER_HOST", "unix:///no/such/engine").args(arguments);
        command
    }

    /// What npm was told.
    fn told(&self, command: &str) -> String {
        fs::read_to_string(self.path(&format!("told-{command}"))).expect("npm was called")
    }
}

#[test]
fn the_proxies_of_the_configuration_reach_the_installation_and_the_processes() {
    let user = User::new();
    let [core, ui] = free_ports();
    let ports = [format!("--port=core={core}"), format!("--port=ui={ui}")];
    let ports = [&*ports[0], &*ports[1]];
    let source = format!("--fork-ui=file://{}", user.path("ui.git").display());
    let init = [&["init", &source, "--no-upstream-fetch", "--core", "embedded"], &ports[..]].concat();
    let output = user.orchcli(&init).output().expect("orchcli runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(user.told("install"), "http://proxy:3128 http://plain:3128 near,127.0.0.1\n");

    // What the environment says goes first, as for everything.
    fs::write(user.path("shop/ui/package-lock.json"), "{}").expect("a file");
    let run = ["dev", "--frontend-only", "--core", "none"];
    let mut dev = Dev::start(user.orchcli(&[&run, &ports[..]].concat()).env("https_proxy", "http://mine:1"));
    dev.until("| the server listens");
    assert_eq!(dev.end(), 0, "{}", dev.said());
    for command in ["ci", "run"] {
        assert_eq!(user.told(command), " http://plain:3128 near,127.0.0.1\n", "{command}");
    }
}
