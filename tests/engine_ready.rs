//! When a service is ready for `start` on a real engine: what ends is told apart from what was to stay.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use serde_json::{Value, json};

use engine::docker;
use stack::Stack;

fn start(stack: &Stack, exit: i32) -> Value {
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), exit)
}

/// A job of these keys, for which nobody waits.
fn job(name: &str, keys: &str) -> Stack {
    Stack::new(
        name,
        &format!("services:\n  job: {{image: testbed/busybox:1, stop_grace_period: 0s, {keys}}}\n"),
    )
}

#[test]
fn a_job_that_ends_well_is_a_success_however_long_it_takes() {
    const NEVER_HEALTHY: &str = "healthcheck: {test: [CMD, 'false'], start_period: 60s, interval: 1s}";
    let cases = [
        "command: ['true']".to_owned(),
        "command: [sleep, '2']".to_owned(),
        format!("command: ['true'], {NEVER_HEALTHY}"),
        format!("command: [sleep, '2'], {NEVER_HEALTHY}"),
        "command: ['true'], restart: on-failure".to_owned(),
        "command: [sleep, '2'], restart: on-failure".to_owned(),
        // The second time goes well.
        "command: [sh, -c, '[ -e /tried ] || { touch /tried; exit 1; }'], restart: on-failure".to_owned(),
    ];
    for (index, keys) in cases.iter().enumerate() {
        let stack = job(&format!("job{index}"), keys);
        let document = start(&stack, 0);
        let service = &document["services"][0];
        assert_eq!(service["ready"], true, "{keys}: {service}");
    }
}

#[test]
fn a_job_that_fails_or_is_started_for_ever_is_none() {
    let cases = [
        ("command: [sh, -c, 'exit 3']", "job exited with code 3"),
        ("command: [sh, -c, 'exit 3'], restart: 'on-failure:1'", "job exited with code 3"),
        (
            "command: ['true'], restart: always",
            "job was started 3 times again, and exited with code 0 each time",
        ),
    ];
    for (index, (keys, message)) in cases.into_iter().enumerate() {
        let stack = job(&format!("nojob{index}"), keys);
        let error = &start(&stack, 7)["error"];
        // A busy engine may have started it once more before that is seen.
        let told = error["message"].as_str().unwrap().replace("started 4 times", "started 3 times");
        assert_eq!((&error["code"], told.as_str()), (&json!("EXITED"), message));
    }
}

#[test]
fn one_that_fails_later_was_ready_and_status_tells_its_end() {
    let stack = job("later", "command: [sh, -c, 'until [ -e /end ]; do sleep 0.1; done; exit 3']");
    assert_eq!(start(&stack, 0)["services"][0]["state"], "running");
    let container = stack.container("job", 1);
    docker(&["exec", &container, "touch", "/end"]);
    docker(&["wait", &container]);
    let status = engine::json(&stack.orchcli(&["status", "--check", "-o", "json"]), 7);
    let service = &status["services"][0];
    assert_eq!((&service["state"], &service["exitCode"]), (&json!("exited"), &json!(3)));
}

#[test]
fn what_is_started_after_a_job_does_not_mind_that_it_has_ended() {
    let web = "{image: testbed/busybox:1, init: true, stop_grace_period: 0s, command: [sleep, '1000'], depends_on: [job]}";
    for seconds in ["0", "2"] {
        let stack = job(&format!("after{seconds}"), &format!("command: [sleep, '{seconds}']"));
        let compose = std::fs::read_to_string(stack.folder().join("compose.yaml")).unwrap();
        stack.write("compose.yaml", &format!("{compose}  web: {web}\n"));
        assert_eq!(start(&stack, 0)["created"], json!(["job", "web"]));
    }
}

#[test]
fn what_is_to_answer_is_no_job() {
    let stack = Stack::new("server", "services:\n  core: {image: testbed/busybox:1, command: ['true']}\n");
    assert_eq!(start(&stack, 7)["error"]["message"], "core exited with code 0");
}
