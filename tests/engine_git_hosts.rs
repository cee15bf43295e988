//! `init` from hosts as they are: an SSH server, proxies, headers and authorities of the user (cli.md 2.9, 6.4, 6.5).
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/going.rs"]
mod going;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/git.rs"]
mod host;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/sshd.rs"]
mod sshd;
#[path = "support/tls.rs"]
mod tls;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use engine::{json, text};
use going::Going;
use host::{Manner, Server, bare};
use serde_json::Value;
use sshd::{Agent, Sshd, keygen, user};
use tls::{Proxy, Tls};

/// A user with a home and a project, and a folder of repositories with `me/ui`.
struct User(tempfile::TempDir);

impl User {
    fn new() -> Self {
        let user = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir_all(user.path("hosted/me")).expect("a folder");
        fs::create_dir_all(user.path("project")).expect("a folder");
        bare(&user.path("hosted/me"), "ui", &[("package.json", r#"{"name":"ui"}"#)]);
        user
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn init(&self, repository: &str) -> Command {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &self.path("project"));
        command.env("HOME", self.path("home"));
        command.args(["init", "--skip-deps", "--no-upstream-fetch", "--auto-port", "--no-input"]);
        command.args(["--fork-ui", repository]);
        command
    }

    /// Clones, and forgets it again.
    #[track_caller]
    fn clones(&self, command: &mut Command) {
        let made = json(&output(command.args(["-o", "json"])), 0);
        assert_eq!(made["services"]["ui"]["action"], "cloned", "{made}");
        fs::remove_dir_all(self.path("project/ui")).expect("the clone");
    }

    /// The error when it cannot; nothing is left of it.
    #[track_caller]
    fn refused(&self, command: &mut Command, code: i32) -> Value {
        let failed = json(&output(command.args(["-o", "json"])), code);
        assert!(!self.path("project/ui").exists());
        failed["error"].clone()
    }
}

fn output(command: &mut Command) -> Output {
    command.output().expect("orchcli runs")
}

#[test]
fn the_configuration_of_ssh_says_where_a_host_is_and_with_which_key() {
    let home = User::new();
    let server = Sshd::start(&home.path("sshd"), &home.path("hosted"));
    server.key(&home.path("keys/work"), "");
    home.write("known", &server.known());
    let config = format!(
        "Host work\n  HostName 127.0.0.1\n  Port {}\n  User {}\n  IdentityFile {}\n  UserKnownHostsFile {}\n",
        server.port,
        user(),
        home.path("keys/work").display(),
        home.path("known").display()
    );
    home.write("home/.ssh/config", &config);
    // By its whole path, and relative to where the user is at home there.
    let whole = format!("ssh://work{}", home.path("hosted/me/ui.git").display());
    home.clones(&mut home.init(&whole));
    home.clones(&mut home.init(&format!("{}@work:me/ui.git", user())));
    assert!(!home.path("home/.ssh/known_hosts").exists(), "what is known is not written down again");
}

#[test]
fn the_agent_is_asked_before_there_is_nothing_to_try() {
    let home = User::new();
    let server = Sshd::start(&home.path("sshd"), &home.path("hosted"));
    server.key(&home.path("keys/agent"), "");
    home.write("home/.ssh/known_hosts", &server.known());
    let url = format!("ssh://{}@127.0.0.1:{}{}", user(), server.port, home.path("hosted/me/ui").display());
    let error = home.refused(&mut home.init(&url), 8);
    assert_eq!(error["code"], "AUTH_FAILED", "{error}");
    let agent = Agent::with(&home.path("keys/agent"), home.0.path());
    home.clones(home.init(&url).env("SSH_AUTH_SOCK", &agent.socket));
}

#[test]
fn a_key_with_a_passphrase_is_opened_by_the_one_in_the_environment() {
    let home = User::new();
    let server = Sshd::start(&home.path("sshd"), &home.path("hosted"));
    server.key(&home.path("home/.ssh/id_ed25519"), "open sesame");
    home.write("home/.ssh/known_hosts", &server.known());
    let url = format!("ssh://{}@127.0.0.1:{}{}", user(), server.port, home.path("hosted/me/ui").display());
    home.clones(home.init(&url).env("ORCHCLI_SSH_PASSPHRASE", "open sesame"));
    for passphrase in ["wrong one", ""] {
        let mut command = home.init(&url);
        let failed = output(command.args(["-o", "json"]).env("ORCHCLI_SSH_PASSPHRASE", passphrase));
        assert!(!text(&failed.stdout).contains("wrong one") && !text(&failed.stderr).contains("wrong one"));
        assert_eq!(json(&failed, 8)["error"]["code"], "AUTH_FAILED");
    }
}

#[test]
fn a_host_that_is_not_known_or_has_another_key_is_not_trusted() {
    let home = User::new();
    let server = Sshd::start(&home.path("sshd"), &home.path("hosted"));
    server.key(&home.path("home/.ssh/id_ed25519"), "");
    let url = format!("ssh://{}@127.0.0.1:{}{}", user(), server.port, home.path("hosted/me/ui").display());
    let error = home.refused(&mut home.init(&url), 8);
    assert!(error["message"].as_str().is_some_and(|text| text.contains("is not known: SHA256:")), "{error}");

    keygen(&home.path("other"), "");
    let other = fs::read_to_string(home.path("other.pub")).expect("a key");
    home.write("home/.ssh/known_hosts", &format!("[127.0.0.1]:{} {other}", server.port));
    let error = home.refused(&mut home.init(&url), 8);
    assert_eq!(error["code"], "HOST_KEY_CHANGED", "{error}");
    let way = format!("ssh-keygen -R '[127.0.0.1]:{}'", server.port);
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains(&way)), "{error}");

    home.write("home/.ssh/known_hosts", &server.known());
    home.clones(&mut home.init(&url));
}

#[test]
fn what_is_far_away_is_reached_through_the_proxy_of_the_environment_or_the_configuration() {
    let home = User::new();
    let server = Server::start(&home.path("hosted"), Manner::Good);
    let tls = Tls::before(&server.url, "git.invalid", &home.path("tls"));
    let proxy = Proxy::before(tls.port);
    let init = || {
        let mut command = home.init("https://git.invalid/me/ui");
        command.arg("--ca-file").arg(&tls.authority);
        command
    };
    home.refused(&mut init(), 8);
    home.clones(init().env("HTTPS_PROXY", &proxy.url));
    home.write("home/.gitconfig", &format!("[http]\n\tproxy = {}\n", proxy.url));
    home.clones(&mut init());
    fs::remove_file(home.path("home/.gitconfig")).expect("a file");
    let config = serde_json::json!({"version": 1, "projects": {}, "proxy": {"https": proxy.url}});
    home.write("home/.config/orchcli/config.json", &config.to_string());
    home.clones(&mut init());
    assert_eq!(proxy.asked(), ["git.invalid:443"; 3]);
    let error = home.refused(init().arg("--offline"), 8);
    assert_eq!(error["code"], "OFFLINE", "{error}");
    assert_eq!(proxy.asked().len(), 3, "not even the proxy is asked");
}

#[test]
fn a_credential_helper_that_hangs_is_named_and_ends_with_all_that_it_started() {
    let home = User::new();
    let server = Server::start(&home.path("hosted"), Manner::Login("me", "hunter2"));
    let pipe = home.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let child = format!("sh -c 'echo up; exec sleep 1000' >{}", pipe.display());
    home.write("home/.gitconfig", &format!("[credential]\n\thelper = \"!f() {{ {child} & wait; }}; f\"\n"));
    // It tells that the child is there, and ends with it.
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(fs::File::open(pipe).expect("a pipe")).lines().map_while(Result::ok) {
            tell.send(line).expect("it is heard");
        }
    });
    let patience = Duration::from_mins(3);
    let mut init = home.init(&format!("{}/me/ui", server.url));
    let mut going = Going::start(init.stdin(Stdio::null()));
    going.until(&["waits for the credential helper !f()"]);
    assert_eq!(told.recv_timeout(patience).as_deref(), Ok("up"));
    going.interrupt();
    let ended = going.ended();
    assert_eq!(ended.status.code(), Some(130), "{}", text(&ended.stderr));
    assert_eq!(told.recv_timeout(patience), Err(RecvTimeoutError::Disconnected));
    assert!(!home.path("project/ui").exists());
}

#[test]
fn a_dry_run_that_is_out_of_time_says_so() {
    let home = User::new();
    let server = Server::start(&home.path("hosted"), Manner::Login("me", "hunter2"));
    home.write("home/.gitconfig", "[credential]\n\thelper = \"!f() { sleep 1000; }; f\"\n");
    let mut command = home.init(&format!("{}/me/ui", server.url));
    let error = home.refused(command.args(["--dry-run", "--timeout", "1s"]), 1);
    assert_eq!(error["code"], "TIMEOUT", "{error}");
}

#[test]
fn headers_of_the_configuration_are_sent_to_their_host_alone() {
    let home = User::new();
    let server = Server::start(&home.path("hosted"), Manner::Login("me", "hunter2"));
    let url = format!("{}/me/ui", server.url);
    let header = "Authorization: Basic bWU6aHVudGVyMg==";
    home.write("home/.gitconfig", &format!("[http \"https://else.invalid\"]\n\textraHeader = {header}\n"));
    home.refused(&mut home.init(&url), 8);
    assert_eq!(server.logins.load(Ordering::SeqCst), 0);
    home.write("home/.gitconfig", &format!("[http \"{}/\"]\n\textraHeader = {header}\n", server.url));
    home.clones(&mut home.init(&url));
}

#[test]
fn an_authority_that_the_user_names_is_trusted_for_its_host() {
    let home = User::new();
    let server = Server::start(&home.path("hosted"), Manner::Good);
    let tls = Tls::before(&server.url, "localhost", &home.path("tls"));
    let authority = tls.authority.to_str().expect("UTF-8").to_owned();
    let url = format!("https://localhost:{}/me/ui", tls.port);
    let error = home.refused(&mut home.init(&url), 8);
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("--ca-file")), "{error}");
    home.clones(home.init(&url).args(["--ca-file", &authority]));
    home.write("home/.gitconfig", &format!("[http]\n\tsslCAInfo = {authority}\n"));
    home.clones(&mut home.init(&url));
    let elsewhere = url.replace("localhost", "127.0.0.1");
    home.refused(&mut home.init(&elsewhere), 8);
}
