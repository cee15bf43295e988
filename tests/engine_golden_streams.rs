//! What commands show that go on until Ctrl-C, and the lines that services wrote, in each form (cli.md 2.3, 3).
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

use golden_stack::{STAY, command, hidden};
use stack::Stack;

const DOCUMENTS: [&str; 4] = ["text", "json", "yaml", "ndjson"];
const STREAMS: [&str; 2] = ["text", "ndjson"];

/// What a command shows that ends by itself.
fn shown(stack: &Stack, line: &str, forms: &[&str]) -> String {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    golden::shown(&|| command(stack, &[]), &arguments, forms, &hidden(stack))
}

/// What a command shows that Ctrl-C ends once it has said these words.
fn interrupted(stack: &Stack, line: &str, words: &str) -> String {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    going::shown(&|| command(stack, &[]), &arguments, &STREAMS, (&[words], &[]), &hidden(stack))
}

/// Makes a container and waits for its end.
fn written(stack: &Stack, service: &str, script: &str) {
    stack.run(service, 1, &[], &["sh", "-c", script]);
    engine::docker(&["wait", &stack.container(service, 1)]);
}

#[test]
fn lines_of_services_are_shown_so() {
    let stack = Stack::new(
        "golden-logs",
        "services:\n  web: {image: testbed/busybox:1}\n  job: {image: testbed/busybox:1}\n",
    );
    // One after the other: lines are shown in the order of their times.
    written(&stack, "web", r#"echo 'web listens'; echo '{"level": "warn", "msg": "slow"}'"#);
    written(&stack, "job", "echo 'ERROR: no database, password=hunter2' >&2");
    let table: [(&str, &str, &[&str]); 6] = [
        ("logs-lines", "logs", &DOCUMENTS),
        ("logs-timestamps", "logs -t", &["text"]),
        ("logs-no-prefix", "logs --no-prefix", &["text", "json"]),
        ("logs-timestamps-no-prefix", "logs -t --no-prefix --tail 1", &["text"]),
        ("logs-level", "logs --level error", &["text", "ndjson"]),
        ("logs-follow-gone", "logs -f web", &STREAMS),
    ];
    let shown: Vec<(String, String)> =
        table.into_iter().map(|(name, line, forms)| (name.to_owned(), shown(&stack, line, forms))).collect();
    golden::hold("commands", &shown);
}

#[test]
fn what_goes_on_shows_so_until_ctrl_c() {
    let stay = STAY.replace("[sleep, '1000']", "[sh, -c, 'echo web listens; sleep 1000']");
    let stack = Stack::new("golden-going", &format!("services:\n  web: {{{stay}}}\n"));
    let starting = || {
        // Each form begins with nothing.
        assert!(stack.orchcli(&["stop"]).status.success());
        command(&stack, &[])
    };
    let hide = hidden(&stack);
    let started = going::shown(&starting, &["start"], &STREAMS, (&["web listens"], &[]), &hide);
    assert!(stack.orchcli(&["start", "-d"]).status.success());
    let following = interrupted(&stack, "logs -f --tail 1", "web listens");
    let watching = interrupted(&stack, "status --watch=1h", "testbed/busybox:1");
    golden::hold(
        "commands",
        &[
            ("start-foreground".to_owned(), started),
            ("logs-follow".to_owned(), following),
            ("status-watch".to_owned(), watching),
        ],
    );
}
