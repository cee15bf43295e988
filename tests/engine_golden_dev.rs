//! What a run of `dev` with containers shows from its start to Ctrl-C (cli.md 2.3, 3.2).
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/going.rs"]
mod going;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/golden_stack.rs"]
mod golden_stack;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/stack.rs"]
mod stack;
#[path = "support/standin_ui.rs"]
mod standin_ui;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use golden_stack::hidden;
use ports::for_services;
use serde_json::Value;
use stack::Stack;

/// A database of few words.
const DATABASE: &str = "
services:
  mongodb:
    image: testbed/busybox:1
    init: true
    entrypoint: [sh, -c, 'echo database listens; sleep 1000']
    command: []
    healthcheck: {test: [CMD, 'true'], interval: 100ms}
    stop_grace_period: 1s
";

/// A project with this database and a UI.
fn project(name: &str, database: &str) -> Stack {
    let stack = Stack::new(name, "");
    stack.write("orchcli.yaml", &format!("name: {}\n", stack.project()));
    stack.write("orchcli.override.yaml", database);
    standin_ui::write(stack.folder());
    stack
}

fn orchcli(stack: &Stack) -> Command {
    let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), stack.folder());
    // npm has words of its own, others with each version; Node is where the tests find it.
    command.env("npm_config_loglevel", "silent").env("PATH", std::env::var_os("PATH").unwrap());
    command.env("LANG", "C.UTF-8");
    command
}

#[test]
fn a_run_with_a_container_shows_so() {
    let stack = project("golden-dev", DATABASE);
    let ports = for_services();
    let mut hide = hidden(&stack);
    hide.extend(ports.iter().map(|port| (port.rsplit_once('=').unwrap().1.to_owned(), "<port>")));
    let command = || orchcli(&stack);
    let mut arguments = vec!["dev", "--frontend-only", "--only", "mongodb,ui"];
    arguments.extend(ports.iter().map(String::as_str));
    // The volume and the keys are there: what is made at once is told in any order.
    let mut first = going::Going::start(command().args(&arguments));
    first.until(&["ready after"]);
    first.interrupt();
    assert!(first.ended().status.success());
    assert!(command().arg("stop").output().unwrap().status.success());
    let words = (&["ready after", "database listens"][..], &["mongodb", "ui"][..]);
    let shown = going::shown(&command, &arguments, &["text", "ndjson"], words, &hide);
    assert!(command().args(["stop", "-v", "-y"]).output().unwrap().status.success());
    golden::hold("commands", &[("dev-containers".to_owned(), shown)]);
}

#[test]
fn a_signal_while_it_starts_up_is_told_as_an_error() {
    let never = DATABASE.replace("[CMD, 'true'], interval: 100ms", "[CMD, 'false'], interval: 1h");
    let stack = project("golden-dev-cut", &never);
    let ports = for_services();
    let mut command = orchcli(&stack);
    command.args(["dev", "--frontend-only", "--only", "mongodb,ui", "-o", "ndjson"]).args(&ports);
    let mut going = going::Going::start(&mut command);
    going.until(&["waiting (health"]);
    going.interrupt();
    let output = going.ended();
    let said = engine::text(&output.stdout);
    let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["error"]["code"]), (&"error".into(), &"INTERRUPTED".into()), "{last}");
    assert_eq!(output.status.code(), Some(130));
}

#[test]
fn a_run_that_nobody_reads_any_more_ends_as_by_a_signal() {
    let stack = project("golden-dev-unread", DATABASE);
    let ports = for_services();
    let mut command = orchcli(&stack);
    command.args(["dev", "--frontend-only", "--only", "mongodb,ui", "-o", "ndjson"]).args(&ports);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("ready after")));
    drop(lines);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", engine::text(&output.stderr));
    let running = format!("label=com.docker.compose.project={}", stack.project());
    assert_eq!(engine::docker(&["ps", "-q", "--filter", &running]), "");
    assert!(command.arg("--dry-run").output().unwrap().status.success(), "its ports are free again");
}
