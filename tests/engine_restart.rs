//! `restart` on a real engine: what is restarted, what follows, what is only told.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use serde_json::json;

use engine::{docker, text};
use stack::Stack;

const COMPOSE: &str = "\
services:
  db: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000']}
  web: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000'], depends_on: {db: {condition: service_started, restart: true}}}
  job: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000'], depends_on: [db]}
";

fn started(name: &str) -> Stack {
    let stack = Stack::new(name, COMPOSE);
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    stack
}

#[test]
fn a_service_is_restarted_with_those_that_follow_it() {
    let stack = started("restart");
    let since = |service: &str| stack.inspect(service, 1, "{{.State.StartedAt}}");
    let id = stack.inspect("db", 1, "{{.Id}}");
    let (db, web, job) = (since("db"), since("web"), since("job"));
    let result = engine::json(&stack.orchcli(&["restart", "db", "-t", "1s", "-o", "json"]), 0);
    assert_eq!((&result["restarted"], &result["recreated"]), (&json!(["db", "web"]), &json!([])));
    assert_eq!(stack.inspect("db", 1, "{{.Id}}"), id);
    assert!(since("db") != db && since("web") != web && since("job") == job);
    assert!(since("db") < since("web"), "in the order of what they depend on");
    let result = engine::json(&stack.orchcli(&["restart", "db", "--no-deps", "-t", "1s", "-o", "json"]), 0);
    assert_eq!(result["restarted"], json!(["db"]));
    let result = engine::json(&stack.orchcli(&["restart", "-t", "1s", "-o", "json"]), 0);
    assert_eq!(result["restarted"].as_array().unwrap().len(), 3);
}

#[test]
fn what_changed_is_told_and_applied_on_request() {
    let stack = started("changed");
    stack.write(
        "compose.yaml",
        &COMPOSE.replace("depends_on: [db]", "depends_on: [db], environment: {LEVEL: debug}"),
    );
    let output = stack.orchcli(&["restart", "job", "-t", "1s"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = "job is out of date (environment LEVEL added): --recreate makes it anew";
    assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    let result = engine::json(&stack.orchcli(&["restart", "job", "--recreate", "-t", "1s", "-o", "json"]), 0);
    assert_eq!(result["recreated"], json!([{"service": "job", "reason": "environment LEVEL added"}]));
}

#[test]
fn what_did_its_work_and_followers_that_do_not_run_stop_nobody_from_a_restart() {
    let done = "\
services:
  prepare: {image: 'testbed/busybox:1', command: ['true']}
  db: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000'], depends_on: {prepare: {condition: service_completed_successfully}}}
  web: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000'], depends_on: {db: {condition: service_started, restart: true}}}
";
    let stack = Stack::new("done", done);
    let result = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(result["services"][0]["ready"], true, "it ended well, and that is what it is for");
    let check = stack.orchcli(&["status", "--check"]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stdout));
    let result = engine::json(&stack.orchcli(&["restart", "-o", "json"]), 0);
    assert_eq!(result["restarted"], json!(["db", "web"]));
    engine::json(&stack.orchcli(&["stop", "web", "-o", "json"]), 0);
    let output = stack.orchcli(&["restart", "db"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("web does not run, and is left so"), "{}", text(&output.stderr));
    assert_eq!(stack.inspect("web", 1, "{{.State.Status}}"), "exited");
    let named = engine::json(&stack.orchcli(&["restart", "prepare", "-o", "json"]), 7);
    assert_eq!(named["error"]["code"], "SERVICE_NOT_RUNNING");
}

#[test]
fn a_service_ends_in_the_time_that_it_says_it_needs() {
    let command = "trap \"sleep 11; echo ended well; exit 0\" TERM; while :; do sleep 0.1; done";
    let slow = format!(
        "services:\n  db: {{image: 'testbed/busybox:1', stop_grace_period: 1m, command: [sh, -c, '{command}']}}\n"
    );
    let stack = Stack::new("slow", &slow);
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    engine::json(&stack.orchcli(&["restart", "-o", "json"]), 0);
    assert_eq!(docker(&["logs", &stack.container("db", 1)]), "ended well");
    docker(&["kill", &stack.container("db", 1)]);
}

#[test]
fn what_does_not_run_is_not_restarted_and_unknown_names_are_refused() {
    let stack = started("not");
    engine::json(&stack.orchcli(&["stop", "job", "-t", "1s", "-o", "json"]), 0);
    let document = engine::json(&stack.orchcli(&["restart", "job", "-o", "json"]), 7);
    assert_eq!(document["error"]["code"], "SERVICE_NOT_RUNNING");
    let document = engine::json(&stack.orchcli(&["restart", "webb", "-o", "json"]), 2);
    assert_eq!(
        (&document["error"]["code"], &document["error"]["hint"]),
        (&json!("SERVICE_UNKNOWN"), &json!("did you mean web?"))
    );
}
