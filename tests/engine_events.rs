//! Events of an engine that come late, twice, in another order or not at all: no line is lost, no service taken for dead.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/faulty.rs"]
mod faulty;
#[path = "support/going.rs"]
mod going;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/stack.rs"]
mod stack;

use std::process::Output;
use std::time::Duration;

use engine::{docker, json, text};
use faulty::{Fault, Faulty, stream};
use going::Going;
use serde_json::json;
use stack::Stack;

/// The engine behind somebody who spoils its events.
fn before(fault: impl Fn() -> Fault + Send + Sync + 'static) -> Faulty {
    let spoilt = move |call: &str| if call.starts_with("GET /events") { fault() } else { Fault::Passes };
    Faulty::before(engine::bed().join("docker.sock"), spoilt)
}

/// Late, backwards and twice.
fn muddled() -> Faulty {
    before(|| Fault::Muddled(Duration::from_millis(700)))
}

/// None, ever.
fn silent() -> Faulty {
    before(|| Fault::Trickled(vec![stream()], Duration::ZERO))
}

/// Follows a job that is run again and again, each time for a moment, and gives what was followed and what was written.
fn followed(name: &str, engine: &Faulty) -> (Vec<String>, Vec<String>) {
    let stack =
        Stack::new(name, "services: {job: {image: testbed/busybox:1}, web: {image: testbed/busybox:1}}");
    stack.create("job", 1, &["cat", "/proc/sys/kernel/random/uuid"]);
    stack.run("web", 1, &["--init"], &["sh", "-c", "echo web listens; sleep 1000"]);
    let mut command = stack.command(&["logs", "-f", "--no-prefix"]);
    let mut going = Going::start(command.env("DOCKER_HOST", engine.host()));
    going.until(&["web listens"]);
    let job = stack.container("job", 1);
    for _ in 0..5 {
        docker(&["start", "-a", &job]);
    }
    docker(&["rm", "-f", &stack.container("web", 1)]);
    // Nothing runs any more, and following ends.
    let output = going.ended();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines = |said: &str| said.lines().map(str::to_owned).filter(|line| line != "web listens").collect();
    (lines(&text(&output.stdout)), lines(&docker(&["logs", &job])))
}

#[test]
fn following_loses_no_line_to_events_that_come_late_twice_or_in_another_order() {
    let (followed, written) = followed("muddled-logs", &muddled());
    assert_eq!(followed, written);
}

#[test]
fn following_loses_no_line_to_an_engine_that_tells_nothing() {
    let (followed, written) = followed("silent-logs", &silent());
    assert_eq!(followed, written);
}

/// Starts what needs each other, and one that fails the first time.
fn started(name: &str, engine: &Faulty) -> Output {
    let stay = "image: testbed/busybox:1, init: true, stop_grace_period: 1s";
    let compose = format!(
        "services:\n  db: {{{stay}, command: [sleep, '1000'], healthcheck: {{test: [CMD, 'true'], interval: 1s}}}}\n  \
         job: {{{stay}, command: ['true'], depends_on: {{db: {{condition: service_healthy}}}}}}\n  \
         web: {{{stay}, restart: on-failure, depends_on: {{job: {{condition: service_completed_successfully}}}},\n    \
         healthcheck: {{test: [CMD, test, -e, /tmp/up], interval: 1s}},\n    \
         command: [sh, -c, 'test -e /tmp/again && touch /tmp/up && exec sleep 1000; touch /tmp/again; exit 3']}}\n"
    );
    let stack = Stack::new(name, &compose);
    stack.command(&["start", "-d", "-o", "json"]).env("DOCKER_HOST", engine.host()).output().unwrap()
}

#[test]
fn starting_takes_no_service_for_dead_because_of_such_events() {
    for (name, engine) in [("muddled-start", muddled()), ("silent-start", silent())] {
        let started = json(&started(name, &engine), 0);
        let of = |key: &str| -> Vec<_> {
            started["services"].as_array().unwrap().iter().map(|service| service[key].clone()).collect()
        };
        assert_eq!(of("name"), ["db", "job", "web"], "{started}");
        assert_eq!(of("state"), ["running", "exited", "running"], "{started}");
        assert_eq!(started["services"][2]["restartCount"], json!(1), "{started}");
    }
}

#[test]
fn a_want_of_memory_that_the_engine_tells_only_after_the_end_is_told() {
    let stack = Stack::new("late-memory", &format!("services: {{web: {{{}}}}}", stack::OUT_OF_MEMORY));
    let engine = Faulty::before(engine::bed().join("docker.sock"), |call| {
        if call.starts_with("GET /events") {
            Fault::Overtaken("oom", "die")
        } else if call.starts_with("GET /containers/") && call.ends_with("/json") {
            Fault::Reworded("\"OOMKilled\":true", "\"OOMKilled\":null")
        } else {
            Fault::Passes
        }
    });
    let output = stack.command(&["start", "-d", "-o", "json"]).env("DOCKER_HOST", engine.host()).output();
    let error = &json(&output.unwrap(), 7)["error"];
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!("EXITED"), &json!("web was killed because it used more memory than it may (exit code 137)"))
    );
}
