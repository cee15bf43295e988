//! `restart` on a real engine: what is restarted, what follows, what is only told.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use serde_json::json;

use engine::text;
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
