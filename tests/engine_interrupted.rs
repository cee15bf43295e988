//! `start` that is interrupted, killed, or loses its engine: what it says, and that the next run puts it right.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/faulty.rs"]
mod faulty;
#[path = "support/own_engine.rs"]
mod own_engine;
#[path = "support/stack.rs"]
mod stack;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use orchcli::dev::folder::Folder;
use orchcli::dev::lock;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use engine::{docker, text};
use faulty::{Fault, Faulty};
use own_engine::Own;
use stack::Stack;

/// Four services in a row, each healthy a moment after its start.
fn row(level: u32) -> String {
    let service = |number: u32| {
        let needs = match number {
            1 => String::new(),
            number => format!("s{}: {{condition: service_healthy, restart: true}}", number - 1),
        };
        format!(
            "  s{number}: {{image: 'testbed/busybox:1', init: true, stop_grace_period: 1s, environment: {{LEVEL: '{level}'}}, \
             command: [sh, -c, 'sleep 0.2; touch /tmp/ok; exec sleep 1000'], volumes: [/scratch], \
             healthcheck: {{test: [CMD, test, -e, /tmp/ok], interval: 200ms}}, depends_on: {{{needs}}}}}\n"
        )
    };
    let services: String = (1..=4).map(service).collect();
    format!("services:\n{services}")
}

fn spawned(stack: &Stack, arguments: &[&str]) -> Child {
    let mut command = stack.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("orchcli runs")
}

fn interrupt(child: &Child) {
    signal(child, Signal::INT);
}

fn signal(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Everything runs, as the files say, under its own name, and nothing else is there.
fn is_as_wanted(stack: &Stack, level: u32) {
    let label = format!("label=com.docker.compose.project={}", stack.project());
    let names = docker(&["ps", "--filter", &label, "--format", "{{.Names}}"]);
    let mut names: Vec<&str> = names.lines().collect();
    names.sort_unstable();
    let expected: Vec<String> = (1..=4).map(|number| stack.container(&format!("s{number}"), 1)).collect();
    assert_eq!(names, expected);
    assert_eq!(docker(&["ps", "-aq", "--filter", &label]).lines().count(), 4);
    for number in 1..=4 {
        let environment = stack.inspect(&format!("s{number}"), 1, "{{json .Config.Env}}");
        assert!(environment.contains(&format!("LEVEL={level}")), "{environment}");
    }
}

#[test]
fn killed_at_any_point_the_next_run_brings_it_to_its_end() {
    let stack = Stack::new("killed", &row(0));
    let mut level = 0;
    // While everything is made, and while everything is made anew.
    for after in [0, 150, 400, 700, 1000, 1500, 2200] {
        let mut child = spawned(&stack, &["start", "-d"]);
        std::thread::sleep(Duration::from_millis(after));
        child.kill().unwrap();
        child.wait().unwrap();
        let result = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
        assert_eq!(result["services"].as_array().unwrap().len(), 4, "after {after} ms");
        is_as_wanted(&stack, level);
        level += 1;
        stack.write("compose.yaml", &row(level));
    }
}

#[test]
fn the_first_signal_finishes_what_is_in_flight_and_begins_nothing_new() {
    let stack = Stack::new("signal", &row(0));
    let mut child = spawned(&stack, &["start", "-d", "-o", "ndjson"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let is_first_end = |line: &String| {
        let event: Value = serde_json::from_str(line).unwrap();
        event["event"] == "step.end" && event["step"] == "container.s1-1"
    };
    assert!(lines.by_ref().map(Result::unwrap).any(|line| is_first_end(&line)));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let label = format!("label=com.docker.compose.project={}", stack.project());
    let count = docker(&["ps", "-aq", "--filter", &label]).lines().count();
    assert!((1..4).contains(&count), "{count}");
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    is_as_wanted(&stack, 0);
}

#[test]
fn waiting_for_another_command_ends_with_the_first_signal() {
    let stack = Stack::new("waiting", &row(0));
    let folder = Folder::of(stack.folder());
    folder.prepare().unwrap();
    let _held = lock::take(&folder.lock(), "dev", Duration::ZERO, |_| {}).unwrap();
    for command in [&["start", "-d"][..], &["restart"], &["stop"]] {
        let mut child = spawned(&stack, &[&["--lock-timeout", "10m"], command].concat());
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(said.any(|line| line.starts_with("waits for")), "{command:?}");
        interrupt(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130), "{command:?}");
        assert_eq!(said.last().as_deref(), Some("error: the command was ended by SIGINT"), "{command:?}");
    }
}

/// Lines of containers that come late, as they do where there is much to do.
fn late() -> Faulty {
    Faulty::before(engine::bed().join("docker.sock"), |call| {
        let follows = call.contains("/logs?") && call.contains("follow=true");
        if follows { Fault::Late(Duration::from_millis(500)) } else { Fault::Passes }
    })
}

#[test]
fn a_machine_format_has_its_error_with_what_was_done_when_a_signal_ends_the_command() {
    let never = "healthcheck: {test: [CMD, 'false'], interval: 1h}";
    let service =
        |more: &str| format!("{{image: 'testbed/busybox:1', init: true, command: [sleep, '1000'], {more}}}");
    let (web, db) = (service("depends_on: {db: {condition: service_healthy}}"), service(never));
    let stack = Stack::new("cut", &format!("services:\n  db: {db}\n  web: {web}\n"));
    let cut = |arguments: &[&str]| -> Value {
        let mut child = spawned(&stack, &[arguments, &["-o", "ndjson"]].concat());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains("waiting (health 0/3)")));
        interrupt(&child);
        let last = lines.last().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{last}");
        let mut last: Value = serde_json::from_str(&last).unwrap();
        assert_eq!(
            (&last["event"], &last["error"]["code"]),
            (&"error".into(), &"INTERRUPTED".into()),
            "{last}"
        );
        last["error"]["details"].take()
    };
    let started = cut(&["start", "-d"]);
    assert_eq!(started["created"], serde_json::json!(["db"]), "{started}");
    assert_eq!(
        (&started["services"][0]["state"], &started["services"][1]["state"]),
        (&"running".into(), &"missing".into())
    );
    let restarted = cut(&["restart", "db"]);
    assert_eq!(restarted["restarted"][0], "db", "{restarted}");
}

#[test]
fn a_pull_that_a_signal_ends_is_told_as_an_error_in_each_machine_format() {
    let stack = Stack::new("cut-pull", "services: {web: {image: 'cut.pull/none:1'}}");
    let (send, pulls) = mpsc::channel();
    let endless = Faulty::before(engine::bed().join("docker.sock"), move |call| {
        if !call.starts_with("POST /images/create") {
            return Fault::Passes;
        }
        send.send(()).unwrap();
        Fault::Trickled(vec![faulty::stream()], Duration::from_hours(1))
    });
    for (form, by, code) in [("ndjson", Signal::INT, 130), ("yaml", Signal::TERM, 143)] {
        let mut command = stack.command(&["start", "-d", "-o", form]);
        command.env("DOCKER_HOST", endless.host()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        pulls.recv_timeout(Duration::from_mins(3)).unwrap();
        signal(&child, by);
        let output = child.wait_with_output().unwrap();
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains("INTERRUPTED") && said.contains("Error"), "{said}");
    }
}

#[test]
fn in_the_foreground_it_shows_lines_and_takes_down_what_it_started() {
    let late = late();
    let text_of = "services: {web: {image: 'testbed/busybox:1', stop_grace_period: 1s, \
                   command: [sh, -c, 'trap \"echo bye; exit 0\" TERM; echo hello; while :; do sleep 0.1; done']}}";
    let stack = Stack::new("foreground", text_of);
    let mut command = stack.command(&["start"]);
    command.env("DOCKER_HOST", late.host()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "web | hello");
    interrupt(&child);
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(rest.contains(&"web | bye".to_owned()), "{rest:?}");
    assert_eq!(stack.inspect("web", 1, "{{.State.Status}}"), "exited");
    let refused = stack.orchcli(&["start", "-o", "json"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn the_foreground_ends_as_by_a_signal_when_nobody_reads_it_any_more() {
    // One goes on to write, and one has said all.
    for (name, goes_on) in
        [("unread", "while :; do echo more; sleep 0.1; done"), ("unheard", "exec sleep 1000")]
    {
        let stack = Stack::new(
            name,
            &format!(
                "services: {{web: {{image: 'testbed/busybox:1', init: true, stop_grace_period: 1s, \
                 command: [sh, -c, 'echo hello; {goes_on}']}}}}"
            ),
        );
        let mut child = spawned(&stack, &["start"]);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "web | hello");
        drop(lines);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(stack.inspect("web", 1, "{{.State.Status}}"), "exited", "{name}");
    }
}

#[test]
fn at_the_end_of_the_foreground_what_depends_on_others_ends_first_and_each_has_its_time() {
    let service = |name: &str, takes: u32, more: &str| {
        let command = format!(
            "trap \"sleep {takes}; echo {name} ended; exit 0\" TERM; echo {name} up; while :; do sleep 0.1; done"
        );
        format!(
            "  {name}: {{image: 'testbed/busybox:1', stop_grace_period: 1m, command: [sh, -c, '{command}']{more}}}\n"
        )
    };
    let (db, web) = (service("db", 0, ""), service("web", 11, ", depends_on: [db]"));
    let stack = Stack::new("order", &format!("services:\n{db}{web}"));
    let mut child = spawned(&stack, &["start"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "web | web up"));
    interrupt(&child);
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let ended: Vec<&str> = rest.iter().map(String::as_str).filter(|line| line.ends_with("ended")).collect();
    assert_eq!(ended, ["web | web ended", "db  | db ended"]);
    let at = |service: &str| stack.inspect(service, 1, "{{.State.FinishedAt}}");
    assert!(at("web") < at("db"));
}

#[test]
fn the_second_signal_in_the_foreground_kills_what_does_not_stop() {
    let text_of = "services: {web: {image: 'testbed/busybox:1', command: [sh, -c, \
                   'trap \"echo no\" TERM; echo hello; while :; do sleep 0.1; done']}}";
    let stack = Stack::new("insisted", text_of);
    let mut child = spawned(&stack, &["start"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "web | hello");
    interrupt(&child);
    assert_eq!(lines.next().unwrap(), "web | no", "it was asked, and goes on");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(stack.inspect("web", 1, "{{.State.Status}} {{.State.ExitCode}}"), "exited 137");
}

#[test]
fn an_engine_that_goes_away_is_told_and_the_next_run_goes_on() {
    let own = Own::up("engine");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("compose.yaml"), row(0)).unwrap();
    let run = |more: &[&str]| {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), folder.path());
        let arguments = ["--file", "compose.yaml", "--project-name", "a-own"];
        command.env("DOCKER_HOST", own.host()).args(arguments).args(more);
        command
    };
    let mut child =
        run(&["start", "-d", "-o", "ndjson"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("step.end") && line.contains("container.s1-1")));
    own.run("stop");
    let last = lines.last().unwrap();
    let code = child.wait().unwrap().code();
    let document: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(document["event"], "error", "{last}");
    assert!(matches!(code, Some(4 | 7 | 9)), "{code:?} {last}");
    let document = engine::json(&run(&["start", "-d", "-o", "json"]).output().unwrap(), 4);
    assert_eq!(document["error"]["code"], "ENGINE_UNREACHABLE");

    own.run("start");
    let result = engine::json(&run(&["start", "-d", "-o", "json"]).output().unwrap(), 0);
    let services = result["services"].as_array().unwrap();
    assert!(services.len() == 4 && services.iter().all(|service| service["ready"] == true), "{result}");
    engine::json(&run(&["stop", "-o", "json"]).output().unwrap(), 0);
}

#[test]
fn the_time_of_a_command_ends_it_as_a_signal_does_and_says_so() {
    let never = "services:\n  slow: {image: 'testbed/busybox:1', init: true, stop_grace_period: 1s, \
                 command: [sleep, '1000'], healthcheck: {test: [CMD, 'false'], interval: 1s, retries: 1000}}\n";
    let stack = Stack::new("outoftime", never);
    // Its time goes by while it waits, however long it takes to start something.
    assert!(stack.orchcli(&["start", "-d", "--no-wait"]).status.success());
    let ended = stack.orchcli(&["start", "-d", "--timeout", "2s", "-o", "json"]);
    let error = engine::json(&ended, 1)["error"].clone();
    assert_eq!(error["code"], "TIMEOUT");
    assert_eq!(error["message"], "the command was not done after 2s (--timeout)");
    assert_eq!(stack.inspect("slow", 1, "{{.State.Status}}"), "running");
    // Following has no end of its own, so its time is no failure.
    let followed = stack.orchcli(&["logs", "-f", "--timeout", "1s"]);
    assert_eq!(followed.status.code(), Some(0), "{}", text(&followed.stderr));
}
