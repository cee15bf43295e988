//! What a sound engine does not do: calls that are refused, broken off, slow or answered with nonsense.
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/faulty.rs"]
mod faulty;
#[path = "support/stack.rs"]
mod stack;

use std::process::Output;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use engine::text;
use faulty::{Fault, Faulty, answer, piece, stream};
use serde_json::{Value, json};
use stack::Stack;

/// A service that stays until it is told to end.
const STAY: &str = "image: testbed/busybox:1, init: true, stop_grace_period: 1s, command: [sleep, '1000']";

fn stack_of(name: &str, more: &str) -> Stack {
    Stack::new(name, &format!("services:\n  web: {{{STAY}{more}}}\n"))
}

/// `orchcli` about the stack, with this fault between it and the engine.
fn with(stack: &Stack, fault: impl Fn(&str) -> Fault + Send + Sync + 'static, arguments: &[&str]) -> Output {
    let engine = Faulty::before(engine::bed().join("docker.sock"), fault);
    stack.command(arguments).env("DOCKER_HOST", engine.host()).output().expect("orchcli runs")
}

/// A fault for the calls that are meant.
fn on(
    meant: impl Fn(&str) -> bool + Send + Sync,
    fault: impl Fn() -> Fault + Send + Sync,
) -> impl Fn(&str) -> Fault + Send + Sync {
    move |call| if meant(call) { fault() } else { Fault::Passes }
}

fn refusal(status: &str, message: &str) -> Vec<u8> {
    answer(status, &json!({"message": message}).to_string())
}

fn error(output: &Output, code: i32) -> Value {
    engine::json(output, code)["error"].clone()
}

#[test]
fn waiting_goes_on_when_the_engine_stops_telling() {
    let stack = stack_of("silent", ", healthcheck: {test: [CMD, 'true'], interval: 1s}");
    let fault =
        on(|call| call.starts_with("GET /events"), move || Fault::Trickled(vec![stream()], Duration::ZERO));
    let started = engine::json(&with(&stack, fault, &["start", "-d", "-o", "json"]), 0);
    assert_eq!(started["services"][0]["health"], "healthy", "{started}");
}

#[test]
fn a_container_that_somebody_else_is_removing_is_as_good_as_removed() {
    let stack = stack_of("removing", "");
    assert!(stack.orchcli(&["start", "-d"]).status.success());
    let fault = on(
        |call| call.starts_with("DELETE /containers/"),
        move || Fault::Lied(refusal("409 Conflict", "removal of container 12ab is already in progress")),
    );
    let stopped = engine::json(&with(&stack, fault, &["stop", "-o", "json"]), 0);
    assert_eq!(stopped["removed"]["containers"], json!([stack.container("web", 1)]), "{stopped}");
    assert_eq!(stopped["removed"]["networks"], json!([format!("{}_default", stack.project())]), "{stopped}");
}

#[test]
fn a_container_that_vanishes_is_told_and_made_the_next_time() {
    let stack = stack_of("vanished", "");
    let fault = on(
        |call| call.starts_with("POST /containers/") && call.contains("/start"),
        move || Fault::Answered(refusal("404 Not Found", "No such container: 12ab")),
    );
    let error = error(&with(&stack, fault, &["start", "-d", "-o", "json"]), 7);
    let message = format!("the container {} cannot be started", stack.container("web", 1));
    assert_eq!((&error["code"], &error["message"]), (&json!("EXITED"), &json!(message)), "{error}");
    assert!(error["causes"].to_string().contains("No such container"), "{error}");
    let started = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(started["services"][0]["state"], "running", "{started}");
}

#[test]
fn a_container_that_goes_while_it_is_looked_at_is_missing() {
    let stack = stack_of("fleeting", "");
    assert!(stack.orchcli(&["start", "-d"]).status.success());
    let fault = on(
        |call| call.starts_with("GET /containers/") && !call.contains("/containers/json"),
        move || Fault::Answered(refusal("404 Not Found", "No such container: 12ab")),
    );
    let status = engine::json(&with(&stack, fault, &["status", "-o", "json"]), 0);
    assert_eq!(status["services"][0]["state"], "missing", "{status}");
}

#[test]
fn the_lines_of_a_container_that_is_being_removed_are_not_missed() {
    let stack = stack_of("going", "");
    assert!(stack.orchcli(&["start", "-d"]).status.success());
    let (asked, refused) = mpsc::channel();
    let asked = Mutex::new(asked);
    let message = "can not get logs from container which is dead or marked for removal";
    let fault = on(
        |call| call.contains("/logs?") && call.contains("follow=true"),
        move || {
            let _ = asked.lock().unwrap().send(());
            Fault::Answered(refusal("409 Conflict", message))
        },
    );
    let output = std::thread::scope(|scope| {
        let followed = scope.spawn(|| with(&stack, fault, &["logs", "-f"]));
        refused.recv().unwrap();
        engine::docker(&["rm", "-f", &stack.container("web", 1)]);
        followed.join().unwrap()
    });
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn a_pull_that_takes_its_time_is_shown_and_ends_well() {
    let stack = stack_of("slow", "");
    let progress = |done: u32| {
        let detail = json!({"current": done, "total": 400});
        piece(&format!("{}\n", json!({"id": "a1", "status": "Downloading", "progressDetail": detail})))
    };
    let fault = on(
        |call| call.starts_with("POST /images/create"),
        move || {
            let mut pieces = vec![stream()];
            pieces.extend([100, 200, 300].map(progress));
            pieces.push(piece(""));
            Fault::Trickled(pieces, Duration::from_millis(300))
        },
    );
    let output = with(&stack, fault, &["start", "-d", "--pull", "always", "-o", "ndjson"]);
    assert!(output.status.success(), "{}", text(&output.stdout));
    let events: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = |event: &&Value| event["event"] == "step.progress" && event["step"] == "pull.web";
    let counts: Vec<u64> = events.iter().filter(told).filter_map(|event| event["current"].as_u64()).collect();
    // Of those that come close together only the first is told.
    assert_eq!(counts.first(), Some(&100), "{events:?}");
    assert!(counts.is_sorted() && counts.iter().all(|count| [100, 200, 300].contains(count)), "{counts:?}");
}

#[test]
fn the_end_of_a_line_may_come_later_than_the_line() {
    let stack = stack_of("late-end", "");
    let line = json!({"id": "a1", "status": "Already exists"}).to_string();
    let fault = on(
        |call| call.starts_with("POST /images/create"),
        move || {
            let pieces = vec![stream(), piece(&line), piece("\r\n"), piece("")];
            Fault::Trickled(pieces, Duration::from_millis(50))
        },
    );
    let started = engine::json(&with(&stack, fault, &["start", "-d", "--pull", "always", "-o", "json"]), 0);
    assert_eq!(started["services"][0]["state"], "running", "{started}");
}

/// A pull that comes half-way.
fn half() -> Fault {
    let line = json!({"id": "a1", "status": "Downloading", "progressDetail": {"current": 1, "total": 4}});
    Fault::Trickled(vec![stream(), piece(&format!("{line}\n"))], Duration::ZERO)
}

#[test]
fn a_pull_that_breaks_off_is_tried_again() {
    let stack = stack_of("half-pull", "");
    let pulls = AtomicU32::new(0);
    let fault = on(
        |call| call.starts_with("POST /images/create"),
        move || match pulls.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => half(),
            _ => Fault::Trickled(vec![stream(), piece("")], Duration::ZERO),
        },
    );
    let started = engine::json(&with(&stack, fault, &["start", "-d", "--pull", "always", "-o", "json"]), 0);
    assert_eq!(started["services"][0]["state"], "running", "{started}");
}

#[test]
fn a_pull_that_breaks_off_every_time_failed_and_nothing_is_started() {
    let stack = stack_of("broken-pull", "");
    let fault = on(|call| call.starts_with("POST /images/create"), half);
    let error = error(&with(&stack, fault, &["start", "-d", "--pull", "always", "-o", "json"]), 8);
    assert_eq!(error["code"], "PULL_FAILED", "{error}");
    assert!(error["message"].to_string().contains("the connection broke off"), "{error}");
    assert_eq!(engine::docker(&["ps", "-aq", "--filter", &format!("name={}", stack.project())]), "");
}

#[test]
fn a_pull_that_ends_with_the_engine_is_no_fault_of_the_registry() {
    let stack = stack_of("gone-pull", "");
    let gone = AtomicBool::new(false);
    let fault = move |call: &str| {
        if call.starts_with("POST /images/create") {
            gone.store(true, Ordering::SeqCst);
            return half();
        }
        if gone.load(Ordering::SeqCst) { Fault::Trickled(Vec::new(), Duration::ZERO) } else { Fault::Passes }
    };
    let error = error(&with(&stack, fault, &["start", "-d", "--pull", "always", "-o", "json"]), 4);
    assert_eq!(error["code"], "ENGINE_UNREACHABLE", "{error}");
}

#[test]
fn an_answer_that_is_none_is_told_as_that() {
    let stack = stack_of("nonsense", "");
    let fault = on(
        |call| call.starts_with("GET /containers/json"),
        move || Fault::Answered(answer("200 OK", "<html>who are you?</html>")),
    );
    let error = error(&with(&stack, fault, &["status", "-o", "json"]), 1);
    assert_eq!(error["code"], "INTERNAL", "{error}");
    assert!(error["causes"].to_string().contains("the engine gave no proper answer"), "{error}");
}
