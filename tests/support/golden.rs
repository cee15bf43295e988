//! What a command shows in each of its forms, without what changes from run to run.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::process::{Command, Output, Stdio};

use regex::Regex;
use serde_json::Value;

/// The error codes that `golden_errors` shows.
pub const BY_ITSELF: [&str; 17] = [
    "USAGE",
    "NO_PROJECT",
    "INIT_INCOMPLETE",
    "ENGINE_UNREACHABLE",
    "ENGINE_DENIED",
    "ENGINE_TOO_OLD",
    "TOOL_MISSING",
    "CONFIG_INVALID",
    "CONFIG_LOCKED",
    "COMPOSE_INVALID",
    "COMPOSE_UNSUPPORTED",
    "PORT_BUSY",
    "DIR_EXISTS",
    "FILE_EDITED",
    "REPO_INVALID",
    "SERVICE_UNKNOWN",
    "INTERNAL",
];

/// The error codes that `engine_golden` shows.
pub const ON_AN_ENGINE: [&str; 16] = [
    "NAME_TAKEN",
    "HOST_KEY_CHANGED",
    "TOOL_TOO_OLD",
    "CLONE_FAILED",
    "AUTH_FAILED",
    "PULL_FAILED",
    "IMAGE_NOT_FOUND",
    "UNHEALTHY",
    "EXITED",
    "TIMEOUT",
    "SERVICE_NOT_RUNNING",
    "EXEC_REFUSED",
    "OFFLINE",
    "DECLINED",
    "LOCK_HELD",
    "INTERRUPTED",
];

/// Runs a command once a form, and shows what it said and how it ended. `hide` are texts and what stands for them.
pub fn shown(
    command: &dyn Fn() -> Command,
    arguments: &[&str],
    forms: &[&str],
    hide: &[(String, &str)],
) -> String {
    let shown: String = forms.iter().map(|form| once(command, arguments, form).1).collect();
    without(&shown, hide)
}

/// The error code of a failure and what is shown of it, in text and JSON.
pub fn failure(
    command: &dyn Fn() -> Command,
    arguments: &[&str],
    hide: &[(String, &str)],
) -> (String, String) {
    let (_, text) = once(command, arguments, "text");
    let (output, json) = once(command, arguments, "json");
    // Only the errors of exec go to stderr: its stdout is that of the command in the container.
    let document = if output.stdout.is_empty() { &output.stderr } else { &output.stdout };
    let document: Value = serde_json::from_slice(document)
        .unwrap_or_else(|_| panic!("one document: {}", String::from_utf8_lossy(document)));
    assert_eq!(document["kind"], "Error", "{document}");
    assert_eq!(
        document["error"]["exitCode"],
        output.status.code().expect("it ended by itself"),
        "{document}"
    );
    let code = document["error"]["code"].as_str().expect("a code").to_owned();
    (code, without(&format!("{text}{json}"), hide))
}

fn once(command: &dyn Fn() -> Command, arguments: &[&str], form: &str) -> (Output, String) {
    let output = given(command, arguments, form).output().expect("orchcli runs");
    let text = told(arguments, form, &output);
    (output, text)
}

/// A command in one of its forms.
pub fn given(command: &dyn Fn() -> Command, arguments: &[&str], form: &str) -> Command {
    let mut command = command();
    // Before the command: behind that of exec they would be the container's.
    command.args(flags(form)).args(arguments).stdin(Stdio::null());
    command
}

fn flags(form: &str) -> Vec<&str> {
    if form == "text" { Vec::new() } else { vec!["-o", form] }
}

/// What it said and how it ended.
pub fn told(arguments: &[&str], form: &str, output: &Output) -> String {
    let said = |bytes: &[u8]| pretty(std::str::from_utf8(bytes).expect("UTF-8"));
    let line = [&flags(form)[..], arguments].concat().join(" ");
    let mut text = format!("$ orchcli {line}\n{}", said(&output.stdout));
    text.extend(said(&output.stderr).lines().map(|line| format!("2> {line}\n")));
    let code = output.status.code().map_or_else(|| "a signal".to_owned(), |code| code.to_string());
    text.extend(["[", &code, "]\n\n"]);
    text
}

/// What of `version` is another in each build.
pub fn build(version: &Value) -> Vec<(String, &'static str)> {
    let told = ["commit", "built", "target"].map(|name| version[name].as_str().expect("text").to_owned());
    told.into_iter().map(|part| (part, "<build>")).collect()
}

/// Documents are easier to read with their fields below each other.
fn pretty(text: &str) -> String {
    let line = |line: &str| match serde_json::from_str::<Value>(line) {
        Ok(value) if is_on_the_way(&value) => String::new(),
        Ok(value @ (Value::Object(_) | Value::Array(_))) => format!("{value:#}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// How far a step is, and a service before it is ready: whether that is seen depends on how fast they are.
fn is_on_the_way(event: &Value) -> bool {
    let state = event["message"].as_str().unwrap_or_default();
    let waits = state == "starting" || state.starts_with("waiting") || state.starts_with("waits for");
    event["event"] == "step.progress" || event["event"] == "health" && waits
}

/// A text without ids, times, ports and the like.
pub fn without(text: &str, hide: &[(String, &str)]) -> String {
    let mut text = text.to_owned();
    let mut hide: Vec<&(String, &str)> = hide.iter().collect();
    hide.sort_by_key(|(what, _)| std::cmp::Reverse(what.len()));
    for (what, name) in hide {
        text = hidden(&text, what, name);
    }
    for (pattern, name) in [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", "<time>"),
        (r"sha256:[0-9a-f]{64}", "<digest>"),
        (r"SHA256:[A-Za-z0-9+/]{43}", "<fingerprint>"),
        (r"\b[0-9a-f]{40,64}\b", "<id>"),
        (r"\b[0-9a-f]{12}\b", "<id>"),
        (r#"(durationMs|uptimeSeconds|pid)("?): \d+"#, "$1$2: <n>"),
        (r"\bpid \d+", "pid <n>"),
        (r"\b\d+ ms\b", "<n> ms"),
        (r"\b\d+ m \d+ s\b", "<n> s"),
        (r"\b\d+(\.\d+)? s\b", "<n> s"),
        (r"/tmp/\.tmp[A-Za-z0-9]{6}", "<folder>"),
        (r"\b\d+s\b", "<n>s"),
        // What there is to do depends on the machine.
        (r"(start it|install one): [^;]*; or do without", "<the way to an engine>; or do without"),
        // Whether a service is seen on its way depends on how fast it is.
        (r"(?m)^2> [….] .*: (starting|waiting .*)\n", ""),
        // Told of what takes its time.
        (r"(?m)^2> [….] still .*\n", ""),
        // Told when one took its time.
        (r"(?m)^slowest step: .*\n", ""),
        // Columns are as wide as what is in them.
        (r"(?m)(\S) {2,}", "$1  "),
    ] {
        text = Regex::new(pattern).expect("a pattern").replace_all(&text, name).into_owned();
    }
    text
}

/// The text with `name` for `what`. A number is not one in the middle of an id.
fn hidden(text: &str, what: &str, name: &str) -> String {
    if what.is_empty() || what.contains(|sign: char| !sign.is_ascii_digit()) {
        return text.replace(what, name);
    }
    let number = Regex::new(&format!(r"\b{what}\b")).expect("a pattern");
    number.replace_all(text, regex::NoExpand(name)).into_owned()
}

/// Holds each against the snapshot of its name in `tests/golden`, all of them before it fails.
pub fn hold(folder: &str, shown: &[(String, String)]) {
    let wrong: Vec<&str> = shown
        .iter()
        .filter(|(name, text)| {
            let held = std::panic::catch_unwind(|| {
                insta::with_settings!({
                    snapshot_path => format!("../golden/{folder}"), prepend_module_to_snapshot => false,
                    omit_expression => true,
                }, { insta::assert_snapshot!(name.clone(), text) });
            });
            held.is_err()
        })
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(wrong.is_empty(), "not as in tests/golden/{folder}: {wrong:?}");
}
