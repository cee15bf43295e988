//! Docker Compose itself beside us on one project: it understands what we made, and we what it made.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use engine::{docker, text};
use stack::Stack;

const COMPOSE: &str = "\
services:
  db: {image: 'testbed/busybox:1', init: true, stop_grace_period: 1s, command: [sleep, '1000'], volumes: ['data:/data', /scratch],
    healthcheck: {test: [CMD, 'true'], interval: 300ms}, mem_limit: 64m, cap_add: [NET_ADMIN], ulimits: {nofile: 1000}}
  web: {image: 'testbed/busybox:1', init: true, stop_grace_period: 1s, command: [sleep, '1000'], environment: {LEVEL: info},
    labels: {mine: 'yes'}, depends_on: {db: {condition: service_healthy}}, networks: {back: {aliases: [site]}, default: },
    tmpfs: /tmp, extra_hosts: ['other=10.0.0.1'], dns: [10.0.0.2], sysctls: {net.core.somaxconn: '100'}, restart: unless-stopped}
networks: {back: }
volumes: {data: }
";

/// Docker Compose's own program, which the test bed builds.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/testbed/compose/build.sh");
        let output = Command::new(script).output().expect("the script runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    })
}

/// What it prints, when it ends well.
#[track_caller]
fn compose(stack: &Stack, arguments: &[&str]) -> String {
    let mut command = engine::command(program(), stack.folder());
    let output = command.args(["-p", stack.project()]).args(arguments).output().expect("docker-compose runs");
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn it_lists_and_takes_down_what_we_made_without_the_files() {
    let stack = Stack::new("understood", COMPOSE);
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    let all: Value = serde_json::from_str(&compose(&stack, &["ls", "--format", "json"])).unwrap();
    let ours = all.as_array().unwrap().iter().find(|project| project["Name"] == *stack.project()).unwrap();
    let file = stack.folder().canonicalize().unwrap().join("compose.yaml").display().to_string();
    assert_eq!((&ours["Status"], &ours["ConfigFiles"]), (&json!("running(2)"), &json!(file)));

    std::fs::remove_file(stack.folder().join("compose.yaml")).unwrap();
    let services = compose(&stack, &["ps", "--services"]);
    assert_eq!(services.split_whitespace().collect::<std::collections::BTreeSet<_>>(), ["db", "web"].into());
    compose(&stack, &["stop", "web"]);
    assert_eq!(stack.inspect("web", 1, "{{.State.Status}}"), "exited");
    compose(&stack, &["down"]);
    let label = format!("label=com.docker.compose.project={}", stack.project());
    assert_eq!(docker(&["ps", "-aq", "--filter", &label]), "");
    assert_eq!(docker(&["network", "ls", "-q", "--filter", &label]), "");
}

#[test]
fn what_it_made_is_adopted_and_what_is_out_of_date_is_made_anew_once() {
    let stack = Stack::new("adopted", COMPOSE);
    compose(&stack, &["-f", "compose.yaml", "up", "-d"]);
    let ids = || (stack.inspect("db", 1, "{{.Id}}"), stack.inspect("web", 1, "{{.Id}}"));
    let before = ids();
    let result = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!((&result["kept"], &result["recreated"]), (&json!(["db", "web"]), &json!([])));
    assert_eq!(ids(), before);

    docker(&[
        "exec",
        &stack.container("db", 1),
        "sh",
        "-c",
        "echo kept >/data/file; echo kept >/scratch/file",
    ]);
    stack.write("compose.yaml", &COMPOSE.replace("mem_limit: 64m", "mem_limit: 65m"));
    let output = stack.orchcli(&["start", "-d"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = format!("{} was made by another program, and is made anew once", stack.container("db", 1));
    assert!(text(&output.stderr).contains(&told), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("mem_limit changed"), "{}", text(&output.stderr));
    assert_eq!(ids().1, before.1);
    let files = docker(&["exec", &stack.container("db", 1), "cat", "/data/file", "/scratch/file"]);
    assert_eq!(files, "kept\nkept", "volumes survive, anonymous ones too");
}

#[test]
fn up_after_us_works_and_keeps_the_volumes() {
    let stack = Stack::new("after", COMPOSE);
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    docker(&["exec", &stack.container("db", 1), "sh", "-c", "echo kept >/data/file"]);
    compose(&stack, &["-f", "compose.yaml", "up", "-d"]);
    assert_eq!(docker(&["exec", &stack.container("db", 1), "cat", "/data/file"]), "kept");
    let result = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(result["recreated"], json!([]));
    engine::json(&stack.orchcli(&["stop", "-o", "json"]), 0);
    assert_eq!(compose(&stack, &["ps", "-aq"]), "");
}

#[test]
fn a_file_through_standard_input_is_a_project_as_in_compose() {
    let stack = Stack::new("stdin", "services: {}\n");
    stack.write(
        "other.yaml",
        "services: {one: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000']}}\n",
    );
    let through = |program: &str, before: &[&str], arguments: &[&str]| {
        let mut command = engine::command(program, stack.folder());
        command.args([before, &[stack.project()], arguments].concat());
        command.stdin(std::fs::File::open(stack.folder().join("other.yaml")).unwrap());
        command.output().expect("it runs")
    };
    let orchcli = |arguments: &[&str]| {
        let before = ["--file", "-", "--project-name"];
        engine::json(&through(env!("CARGO_BIN_EXE_orchcli"), &before, arguments), 0)
    };
    orchcli(&["start", "-d", "-o", "json"]);
    let files =
        stack.inspect("one", 1, "{{index .Config.Labels \"com.docker.compose.project.config_files\"}}");
    assert_eq!(files.trim(), "-");
    let status = orchcli(&["status", "-o", "json"]);
    assert_eq!(status["services"][0]["name"], "one", "{status}");
    let theirs = through(program(), &["-f", "-", "-p"], &["ps", "--services"]);
    assert_eq!(text(&theirs.stdout).trim(), "one", "{}", text(&theirs.stderr));
    orchcli(&["stop", "--yes", "-o", "json"]);
    assert_eq!(compose(&stack, &["ps", "-aq"]).trim(), "");
}
