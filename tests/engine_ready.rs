//! When a service is ready for `start` on a real engine: what is waited for and for how long, what is told of one that does
//! not get there, and jobs, which end.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use serde_json::{Value, json};

use engine::{docker, text};
use stack::{STAY, Stack};

fn start(stack: &Stack, exit: i32) -> Value {
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), exit)
}

/// A health check that keeps one that runs from being ready: on a busy machine one that ends at once may run for a while.
const NEVER_HEALTHY: &str = "healthcheck: {test: [CMD, 'false'], start_period: 300s, interval: 1s}";

/// A job of these keys, for which nobody waits.
fn job(name: &str, keys: &str) -> Stack {
    Stack::new(
        name,
        &format!("services:\n  job: {{image: testbed/busybox:1, stop_grace_period: 0s, {keys}}}\n"),
    )
}

#[test]
fn a_job_that_ends_well_is_a_success_however_long_it_takes() {
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
        let stack = job(&format!("nojob{index}"), &format!("{keys}, {NEVER_HEALTHY}"));
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
    for seconds in ["0", "2"] {
        let stack = job(&format!("after{seconds}"), &format!("command: [sleep, '{seconds}']"));
        let compose = std::fs::read_to_string(stack.folder().join("compose.yaml")).unwrap();
        stack.write("compose.yaml", &format!("{compose}  web: {{{STAY}, depends_on: [job]}}\n"));
        assert_eq!(start(&stack, 0)["created"], json!(["job", "web"]));
    }
}

#[test]
fn what_is_to_answer_is_no_job() {
    let keys = format!("image: testbed/busybox:1, command: ['true'], {NEVER_HEALTHY}");
    let stack = Stack::new("server", &format!("services:\n  core: {{{keys}}}\n"));
    assert_eq!(start(&stack, 7)["error"]["message"], "core exited with code 0");
}

#[test]
fn a_service_waits_for_what_it_depends_on_to_end_well() {
    let text_of = format!(
        "services:\n  job: {{image: testbed/busybox:1, command: [sh, -c, 'sleep 0.3; echo done >/data/done'], volumes: ['data:/data']}}\n  \
         web: {{{STAY}, volumes: ['data:/data'], depends_on: {{job: {{condition: service_completed_successfully}}}}, \
         healthcheck: {{test: [CMD, test, -e, /data/done], interval: 300ms}}}}\nvolumes: {{data: }}\n"
    );
    let stack = Stack::new("completes", &text_of);
    start(&stack, 0);
    assert_eq!(stack.inspect("job", 1, "{{.State.Status}} {{.State.ExitCode}}"), "exited 0");
    let again = stack.orchcli(&["start", "-d"]);
    assert!(text(&again.stdout).starts_with("= up to date\n"), "what is done stays done");

    stack.write("compose.yaml", &text_of.replace("sleep 0.3;", "echo no luck; exit 4;"));
    let document = start(&stack, 7);
    let error = &document["error"];
    assert_eq!((&error["code"], &error["message"]), (&json!("EXITED"), &json!("job exited with code 4")));
    let service = &error["details"]["services"][0];
    assert_eq!((&service["exitCode"], &service["lines"]), (&json!(4), &json!(["no luck"])));
}

#[test]
fn ready_after_is_each_services_own_time_and_not_that_of_what_came_after_it() {
    let healthy_after = |seconds: u32, needs: &str| {
        format!(
            "{{image: testbed/busybox:1, init: true, stop_grace_period: 1s, \
             command: [sh, -c, 'sleep {seconds}; touch /tmp/ok; exec sleep 1000'], depends_on: {{{needs}}}, \
             healthcheck: {{test: [CMD, test, -e, /tmp/ok], interval: 200ms, retries: 100}}}}"
        )
    };
    let (quick, slow) = (healthy_after(0, ""), healthy_after(4, "quick: {condition: service_healthy}"));
    let last = healthy_after(0, "slow: {condition: service_healthy}");
    let stack =
        Stack::new("readyafter", &format!("services:\n  quick: {quick}\n  slow: {slow}\n  last: {last}\n"));
    let table = text(&stack.orchcli(&["start", "-d"]).stdout);
    let after = |name: &str| -> u64 {
        let row = table.lines().find(|line| line.starts_with(name)).expect("a row");
        row.trim_end_matches(" ms").rsplit(' ').next().unwrap().parse().expect("milliseconds")
    };
    assert!(after("quick") < after("slow"), "{table}");
}

#[test]
fn a_service_that_does_not_become_ready_is_told_with_its_last_lines() {
    let cases = [
        ("IMAGE, NEVER, command: [sh, -c, 'echo last words; exit 3']", "EXITED", "web exited with code 3"),
        (
            "IMAGE, command: [sleep, '1000'], init: true, \
             healthcheck: {test: [CMD, 'false'], interval: 200ms, retries: 2}",
            "UNHEALTHY",
            "web is unhealthy: its health check fails",
        ),
        (
            "IMAGE, NEVER, restart: always, command: [sh, -c, 'echo again; exit 1']",
            "EXITED",
            "web was started 3 times again, and exited with code 1 each time",
        ),
        (
            stack::OUT_OF_MEMORY,
            "EXITED",
            "web was killed because it used more memory than it may (exit code 137)",
        ),
    ];
    for (index, (keys, code, message)) in cases.into_iter().enumerate() {
        let keys = keys.replace("IMAGE", "image: testbed/busybox:1, stop_grace_period: 1s");
        let keys = keys.replace("NEVER", NEVER_HEALTHY);
        let text_of = format!("services:\n  web: {{{keys}}}\n  db: {{{STAY}}}\n");
        let stack = Stack::new(&format!("unready{index}"), &text_of);
        let document = start(&stack, 7);
        let error = &document["error"];
        // A busy engine may have started it once more before that is seen.
        let told =
            error["message"].as_str().unwrap_or_default().replace("started 4 times", "started 3 times");
        assert_eq!((&error["code"], told.as_str()), (&json!(code), message));
        assert_eq!(stack.inspect("db", 1, "{{.State.Status}}"), "running", "the rest keeps running");
    }
}

#[test]
fn one_that_takes_too_long_is_given_up() {
    let text_of = format!(
        "services:\n  web: {{{STAY}, healthcheck: {{test: [CMD, 'false'], start_period: 60s, interval: 1s}}}}\n"
    );
    let stack = Stack::new("late", &text_of);
    let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json", "--wait-timeout", "1s"]), 7);
    assert_eq!(document["error"]["code"], "TIMEOUT");
    engine::json(&stack.orchcli(&["start", "-d", "--no-wait", "-o", "json"]), 0);
}

#[test]
fn core_is_ready_when_it_answers_where_it_is_published() {
    let compose = |command: &str| {
        format!(
            "services:\n  core: {{image: testbed/busybox:1, init: true, stop_grace_period: 1s, ports: ['127.0.0.1::3000'], command: [sh, -c, '{command}']}}\n"
        )
    };
    let serve = "sleep 2; mkdir -p /www/v1; echo ok >/www/v1/index.html; exec httpd -f -p 3000 -h /www";
    let stack = Stack::new("answers", &compose(serve));
    let result = start(&stack, 0);
    let port = result["services"][0]["ports"][0]["host"].as_u64().unwrap();
    let answer = std::net::TcpStream::connect(("127.0.0.1", u16::try_from(port).unwrap()));
    assert!(answer.is_ok(), "it is there when start says so");
    assert_eq!(docker(&["exec", &stack.container("core", 1), "cat", "/www/v1/index.html"]), "ok");

    stack.write("compose.yaml", &compose("exec sleep 1000"));
    let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json", "--wait-timeout", "3s"]), 7);
    assert_eq!(document["error"]["code"], "TIMEOUT");
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("does not answer at http://127.0.0.1:"), "{message}");
}
