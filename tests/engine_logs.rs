//! Logs of containers: history, following across restarts and recreations, forms.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use engine::{docker, json, text};
use rustix::process::{Pid, Signal, kill_process};
use stack::Stack;

const COMPOSE: &str = "services:\n  core: {image: testbed/busybox:1}\n  ui: {image: testbed/busybox:1}\n";

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("no code: {output:?}"))
}

fn interrupt(child: &Child) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).expect("a pid");
    kill_process(pid, Signal::INT).expect("it gets the signal");
}

fn follow(stack: &Stack, arguments: &[&str]) -> Child {
    let mut command = stack.command(&[&["logs", "-f"], arguments].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("orchcli runs")
}

/// Reads until a line has these words.
fn until(child: &mut Child, words: &str) -> String {
    let stdout = child.stdout.as_mut().expect("stdout");
    let mut seen = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&seen).contains(words) {
        assert_eq!(stdout.read(&mut byte).expect("it writes"), 1, "{}", String::from_utf8_lossy(&seen));
        seen.push(byte[0]);
    }
    text(&seen)
}

/// What a container wrote, by the engine's own client: both streams.
fn truth(container: &str) -> (Vec<String>, Vec<String>) {
    let output = std::process::Command::new("docker")
        .args(["logs", container])
        .env("DOCKER_HOST", engine::host())
        .output()
        .expect("docker runs");
    let lines = |bytes: &[u8]| text(bytes).lines().map(str::to_owned).collect();
    (lines(&output.stdout), lines(&output.stderr))
}

#[test]
fn a_service_whose_profile_is_off_is_known_by_its_container_and_without_one() {
    let stack = Stack::new(
        "logs-off",
        &format!("{COMPOSE}  tools: {{image: testbed/busybox:1, profiles: [tools]}}\n"),
    );
    let output = stack.orchcli(&["logs", "tools"]);
    assert_eq!(code(&output), 7, "{output:?}");
    assert!(text(&output.stderr).starts_with("error: none of tools has a container\n"), "{output:?}");
    stack.run("tools", 1, &[], &["echo", "done with it"]);
    docker(&["wait", &stack.container("tools", 1)]);
    let output = stack.orchcli(&["logs", "tools"]);
    assert!(code(&output) == 0 && text(&output.stdout).contains("done with it"), "{output:?}");
}

#[test]
fn following_goes_on_across_restarts_and_recreations_and_no_line_is_lost_or_doubled() {
    let stack = Stack::new("follow", COMPOSE);
    let producer =
        "i=0; while :; do i=$((i+1)); echo out $i; echo err $i >&2; [ $((i % 9)) = 0 ] && usleep 2000; done";
    let core = stack.container("core", 1);
    // As long as it runs, following goes on.
    stack.run("ui", 1, &["--init"], &["sleep", "1000"]);
    stack.run("core", 1, &[], &["sh", "-c", producer]);
    let mut child = follow(&stack, &["--tail", "all", "--no-prefix"]);
    let stdout = BufReader::new(child.stdout.take().expect("stdout"));
    let shown: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&shown);
    let reader = std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            heard.lock().expect("no panic").push(line);
        }
    });
    let of = |word: &str| -> Vec<String> {
        let shown = shown.lock().expect("no panic");
        shown.iter().filter(|line| line.starts_with(word)).cloned().collect()
    };
    // What is gone can be shown no more.
    let all_of = |words: [&str; 2]| {
        let (written, end) = (truth(&core), Instant::now() + Duration::from_mins(3));
        let whole = || of(words[0]).len() >= written.0.len() && of(words[1]).len() >= written.1.len();
        while !whole() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(50));
        }
        written
    };
    let more = |before: usize| {
        while truth(&core).0.len() < before + 150 {
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    more(0);
    let before = truth(&core).0.len();
    docker(&["restart", "-t", "0", &core]);
    more(before);
    docker(&["kill", &core]);
    let before = truth(&core).0.len();
    docker(&["start", &core]);
    more(before);
    docker(&["kill", &core]);
    let first = all_of(["out", "err"]);
    assert!((of("out"), of("err")) == first, "the lines are those of the engine, in their order");
    docker(&["rm", &core]);
    stack.run("core", 1, &[], &["sh", "-c", &producer.replace("echo ", "echo again ")]);
    more(0);
    docker(&["kill", &core]);
    let second = all_of(["again out", "again err"]);
    assert!((of("again out"), of("again err")) == second, "those of the next container too");
    assert!((of("out"), of("err")) == first, "and nothing comes twice");
    docker(&["rm", "-f", &stack.container("ui", 1)]);
    reader.join().expect("read");
    let output = child.wait_with_output().expect("orchcli ends");
    assert_eq!((code(&output), text(&output.stderr)), (0, String::new()));
}

#[test]
fn what_was_written_is_merged_by_time_and_cut_for_each_service() {
    let stack = Stack::new("history", COMPOSE);
    stack.run("core", 1, &[], &["sh", "-c", "for i in 1 3 5; do echo core $i; sleep 0.4; done"]);
    stack.run("ui", 1, &[], &["sh", "-c", "sleep 0.2; for i in 2 4 6; do echo ui $i >&2; sleep 0.4; done"]);
    for service in ["core", "ui"] {
        docker(&["wait", &stack.container(service, 1)]);
    }
    let of = |arguments: &[&str]| {
        let output = stack.orchcli(&[&["logs"], arguments].concat());
        assert_eq!((code(&output), text(&output.stderr)), (0, String::new()), "{arguments:?}");
        text(&output.stdout)
    };
    let whole = "core | core 1\nui   | ui 2\ncore | core 3\nui   | ui 4\ncore | core 5\nui   | ui 6\n";
    // The containers were started one after the other: what counts is the order of the engine's times.
    let mut lines: Vec<String> = of(&[]).lines().map(str::to_owned).collect();
    let mut expected: Vec<String> = whole.lines().map(str::to_owned).collect();
    let times = of(&["-t", "--no-prefix"]);
    let times: Vec<&str> = times.lines().map(|line| line.split(' ').next().expect("a time")).collect();
    assert!(times.is_sorted() && times.len() == 6, "{times:?}");
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
    let last = of(&["--tail", "1"]);
    assert!(last.contains("core 5") && last.contains("ui 6") && last.lines().count() == 2, "{last}");
    assert_eq!(of(&["--tail", "0"]), "");
    assert_eq!(of(&["core", "--no-prefix", "--grep", "[35]"]), "core 3\ncore 5\n");
    assert_eq!(of(&["--service", "core", "--no-prefix", "--grep", "1", "-v"]), "core 3\ncore 5\n");
    let third = times[2];
    assert_eq!(of(&["--since", third]).lines().count(), 4);
    assert_eq!(of(&["--until", third]).lines().count(), 3);
    assert_eq!(of(&["--since", "1h", "--until", "30m"]), "");
    let json = json(&stack.orchcli(&["logs", "ui", "-o", "json"]), 0);
    assert_eq!(json["kind"], "Logs");
    let line = &json["lines"][0];
    assert_eq!(
        (&line["service"], &line["stream"], &line["message"], &line["source"]),
        (&"ui".into(), &"stderr".into(), &"ui 2".into(), &"container".into())
    );
    assert_eq!(line["container"], stack.container("ui", 1));
    let lines = text(&stack.orchcli(&["logs", "core", "-o", "ndjson"]).stdout);
    let events: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(events.len(), 4);
    assert_eq!((&events[0]["event"], &events[0]["message"]), (&"log".into(), &"core 1".into()));
    assert_eq!((&events[3]["event"], &events[3]["count"]), (&"result".into(), &3.into()));
}

#[test]
fn long_lines_terminals_and_bytes_that_are_no_text_come_out_whole() {
    let stack = Stack::new("shapes", COMPOSE);
    let script = "i=0; while [ $i -lt 4000 ]; do printf 0123456789; i=$((i+1)); done; echo; printf 'a\\377b\\n'; echo \"\u{e9}\"";
    stack.run("core", 1, &[], &["sh", "-c", script]);
    stack.run("ui", 1, &["-t"], &["sh", "-c", script]);
    for service in ["core", "ui"] {
        docker(&["wait", &stack.container(service, 1)]);
        let output = stack.orchcli(&["logs", "--no-prefix", service]);
        let lines = text(&output.stdout);
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 3, "{service}");
        assert!(lines[0] == "0123456789".repeat(4000), "{service}: {} bytes", lines[0].len());
        assert_eq!(lines[1..], ["a\u{fffd}b", "\u{e9}"], "{service}");
    }
}

#[test]
fn the_last_run_and_the_one_before_are_told_apart() {
    let stack = Stack::new("previous", COMPOSE);
    let core = stack.container("core", 1);
    stack.run(
        "core",
        1,
        &[],
        &["sh", "-c", "[ -e /tmp/was ] && { echo second; sleep 600; }; echo first; touch /tmp/was"],
    );
    docker(&["wait", &core]);
    // Of a run that has ended only its beginning is known, to within some milliseconds.
    std::thread::sleep(Duration::from_millis(200));
    docker(&["start", &core]);
    let of =
        |arguments: &[&str]| text(&stack.orchcli(&[&["logs", "--no-prefix"], arguments].concat()).stdout);
    while of(&[]) != "first\nsecond\n" {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(of(&["--previous"]), "first\n");
    docker(&["kill", &core]);
    docker(&["wait", &core]);
    assert!(of(&["--previous"]).starts_with("first\n"), "what ended is told as well");
}

#[test]
fn what_cannot_be_shown_is_said() {
    let stack = Stack::new("unreadable", COMPOSE);
    let output = stack.orchcli(&["logs"]);
    assert_eq!(code(&output), 7);
    assert!(
        text(&output.stderr).starts_with("error: no service has a container\n"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(code(&stack.orchcli(&["logs", "cor"])), 2);
    for form in ["json", "yaml"] {
        assert_eq!(code(&stack.orchcli(&["logs", "-f", "-o", form])), 2);
    }
    stack.run("core", 1, &["--log-driver", "none"], &["sh", "-c", "echo lost"]);
    stack.run("ui", 1, &[], &["sh", "-c", "echo kept"]);
    docker(&["wait", &stack.container("ui", 1)]);
    let output = stack.orchcli(&["logs"]);
    assert_eq!((code(&output), text(&output.stdout)), (0, "ui   | kept\n".into()));
    assert!(text(&output.stderr).contains("its log driver none cannot be read"), "{}", text(&output.stderr));
}

#[test]
fn ctrl_c_ends_following_well_and_so_does_the_end_of_everything() {
    let stack = Stack::new("detach", COMPOSE);
    stack.run("core", 1, &[], &["sh", "-c", "echo up; sleep 600"]);
    let mut child = follow(&stack, &["core"]);
    until(&mut child, "up\n");
    interrupt(&child);
    assert_eq!(code(&child.wait_with_output().expect("orchcli ends")), 0);
    let mut child = follow(&stack, &["-o", "ndjson"]);
    until(&mut child, "\n");
    docker(&["rm", "-f", &stack.container("core", 1)]);
    let output = child.wait_with_output().expect("orchcli ends");
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).contains(r#""event":"result""#), "{}", text(&output.stdout));
}

#[test]
fn following_ends_when_nobody_reads_any_more_and_nothing_is_written() {
    let stack = Stack::new("reader", COMPOSE);
    stack.run("core", 1, &["--init"], &["sh", "-c", "echo hello; sleep 1000"]);
    let mut child = follow(&stack, &[]);
    until(&mut child, "hello\n");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((code(&output), text(&output.stderr)), (0, String::new()));
}

#[test]
fn a_service_that_appears_while_following_is_followed_too() {
    let stack = Stack::new("appears", COMPOSE);
    stack.run("core", 1, &[], &["sh", "-c", "echo core up; sleep 600"]);
    let mut child = follow(&stack, &[]);
    until(&mut child, "core up");
    stack.run("ui", 1, &[], &["sh", "-c", "echo ui was here"]);
    until(&mut child, "ui was here");
    interrupt(&child);
    assert!(child.wait().expect("orchcli ends").success());
}
