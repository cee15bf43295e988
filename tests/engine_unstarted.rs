//! Containers that the engine does not start: which service, why, and what to do (cli.md 2.2, 3.3).
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/faulty.rs"]
mod faulty;
#[path = "support/stack.rs"]
mod stack;

use faulty::{Fault, Faulty, answer};
use serde_json::{Value, json};
use stack::Stack;

/// A service that stays until it is told to end.
const STAY: &str = "image: testbed/busybox:1, init: true, stop_grace_period: 1s, command: [sleep, '1000']";

fn stack_of(name: &str, web: &str) -> Stack {
    Stack::new(name, &format!("services:\n  db: {{{STAY}}}\n  web: {{{web}}}\n"))
}

fn refused(stack: &Stack, arguments: &[&str]) -> Value {
    engine::json(&stack.orchcli(arguments), 7)["error"].clone()
}

#[test]
fn a_program_that_is_not_in_the_image_is_a_service_that_does_not_start() {
    let stack = stack_of("no-program", "image: testbed/busybox:1, command: [no-such-program]");
    // Far less than the stack may take to get ready: it is not waited for.
    let error = refused(&stack, &["--timeout", "100s", "start", "-d", "-o", "json"]);
    let message = format!("the container {} cannot be started", stack.container("web", 1));
    assert_eq!((&error["code"], &error["message"]), (&json!("EXITED"), &json!(message)), "{error}");
    assert!(error["causes"].to_string().contains("executable file not found"), "{error}");
    assert!(error["hint"].to_string().contains("command and entrypoint"), "{error}");
    assert_eq!(error["details"]["services"][0]["service"], "web", "{error}");
    assert_eq!(stack.inspect("db", 1, "{{.State.Status}}"), "running", "the rest keeps running");
    let again = refused(&stack, &["start", "-d", "-o", "json"]);
    assert_eq!(again["code"], "EXITED", "{again}");
}

#[test]
fn a_folder_to_mount_that_is_not_there_is_told_with_the_way_out() {
    let mount = "volumes: [{type: bind, source: ./nowhere, target: /data, bind: {create_host_path: false}}]";
    let stack = stack_of("no-mount", &format!("{STAY}, {mount}"));
    let error = refused(&stack, &["start", "-d", "-o", "json"]);
    assert_eq!(error["code"], "EXITED", "{error}");
    assert!(error["causes"].to_string().contains("bind source path does not exist"), "{error}");
    assert!(error["hint"].to_string().contains("change volumes"), "{error}");
}

#[test]
fn a_port_that_is_taken_at_the_last_moment_is_a_conflict() {
    let stack = stack_of("late-port", STAY);
    let engine = Faulty::before(engine::bed().join("docker.sock"), |call| {
        let words = "driver failed programming external connectivity: Bind for 127.0.0.1:3000 failed: \
                     port is already allocated";
        if call.starts_with("POST /containers/") && call.ends_with("/start") {
            let body = json!({"message": words}).to_string();
            return Fault::Answered(answer("500 Internal Server Error", &body));
        }
        Fault::Passes
    });
    let mut command = stack.command(&["start", "-d", "web", "-o", "json"]);
    let error =
        engine::json(&command.env("DOCKER_HOST", engine.host()).output().unwrap(), 6)["error"].clone();
    assert_eq!(error["code"], "PORT_BUSY", "{error}");
    assert!(error["hint"].to_string().contains("--port web=N"), "{error}");
}
