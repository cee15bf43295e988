//! `debug` on a real engine: a stack that is well, and one that is not (cli.md 3.9).
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::fs::File;
use std::io::Read;

use serde_json::Value;

use engine::{docker, json};
use stack::Stack;

const COMPOSE: &str = "services:
  web: {image: testbed/busybox:1}
  job: {image: testbed/busybox:1}
";
const STAY: [&str; 3] = ["sh", "-c", "while :; do sleep 1; done"];

fn check<'d>(diagnosis: &'d Value, id: &str) -> &'d Value {
    let checks = diagnosis["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id} in {diagnosis:#}"))
}

fn debug(stack: &Stack, arguments: &[&str]) -> std::process::Output {
    stack.orchcli(&[&["debug", "-o", "json"], arguments].concat())
}

#[test]
fn an_engine_that_is_up_is_described() {
    let stack = Stack::new("debug-up", COMPOSE);
    let diagnosis = json(&debug(&stack, &["--check", "engine,memory,clock"]), 0);
    assert_eq!(check(&diagnosis, "engine.socket")["status"], "ok");
    let version = docker(&["version", "-f", "{{.Server.Version}}"]);
    assert!(check(&diagnosis, "engine.version")["summary"].as_str().unwrap().starts_with(&version));
    let (major, minor) = engine::api();
    let builder = if (major, minor) < (1, 42) { "the classic builder" } else { "BuildKit" };
    let told = format!("API {major}.{minor}, builds by {builder}");
    assert_eq!(check(&diagnosis, "engine.api")["summary"], told);
    assert_eq!(check(&diagnosis, "clock")["status"], "ok");
    assert_ne!(check(&diagnosis, "memory")["status"], "skip");
}

#[test]
fn a_stack_that_runs_is_well_and_one_that_was_not_started_is_passed_by() {
    let stack = Stack::new("debug-well", COMPOSE);
    let diagnosis = json(&debug(&stack, &["--check", "services"]), 0);
    assert_eq!(check(&diagnosis, "svc.web.state")["status"], "skip");
    stack.run("web", 1, &[], &STAY);
    stack.run("job", 1, &[], &["true"]);
    let diagnosis = json(&debug(&stack, &["web", "--check", "services"]), 0);
    assert_eq!(check(&diagnosis, "svc.web.state")["status"], "ok");
    assert_eq!(check(&diagnosis, "svc.web.restarts")["status"], "ok");
    assert!(diagnosis["checks"].as_array().unwrap().iter().all(|check| check["id"] != "svc.job.state"));
}

#[test]
fn a_service_whose_profile_is_off_is_looked_at_when_it_is_named() {
    let stack = Stack::new(
        "debug-off",
        &format!("{COMPOSE}  tools: {{image: testbed/busybox:1, profiles: [tools]}}\n"),
    );
    stack.run("web", 1, &[], &STAY);
    let look = || json(&debug(&stack, &["tools", "--check", "svc"]), 0);
    let told = look();
    assert_eq!(check(&told, "svc.tools.state")["summary"], "it has no container");
    stack.run("tools", 1, &[], &STAY);
    assert_eq!(check(&look(), "svc.tools.state")["status"], "ok");
}

#[test]
fn a_service_that_died_is_told_with_its_last_words_and_what_they_mean() {
    let stack = Stack::new("debug-broken", COMPOSE);
    stack.run("web", 1, &[], &["sh", "-c", "echo bind: address already in use >&2; exit 1"]);
    stack.run("job", 1, &[], &["sh", "-c", "exit 132"]);
    engine::docker(&["wait", &stack.container("web", 1), &stack.container("job", 1)]);
    let diagnosis = json(&debug(&stack, &["--check", "svc"]), 7);
    let web = check(&diagnosis, "svc.web.state");
    assert_eq!(web["status"], "fail");
    assert!(web["detail"].as_str().unwrap().contains("address already in use"), "{web}");
    assert!(web["fix"]["command"].as_str().unwrap().contains("listens on its port"), "{web}");
    let job = check(&diagnosis, "svc.job.state");
    assert!(job["fix"]["command"].as_str().unwrap().contains("AVX"), "{job}");
}

#[test]
fn an_archive_holds_diagnosis_model_and_logs_without_secrets() {
    let stack = Stack::new(
        "debug-bundle",
        "services: {web: {image: testbed/busybox:1, environment: {ENCRYPTION_KEY: v3ry-s3cret-value, PORT: 3000}}}",
    );
    let words = "echo ready; echo key is $ENCRYPTION_KEY; while :; do sleep 1; done";
    stack.run("web", 1, &["-e", "ENCRYPTION_KEY=v3ry-s3cret-value"], &["sh", "-c", words]);
    while !engine::docker(&["logs", &stack.container("web", 1)]).contains("key is") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let path = stack.folder().join("bundle.tar.gz");
    json(&debug(&stack, &["--check", "svc", "--bundle", path.to_str().unwrap()]), 0);
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(File::open(&path).unwrap()));
    let mut files = std::collections::BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut text = String::new();
        let name = entry.path().unwrap().display().to_string();
        entry.read_to_string(&mut text).unwrap();
        assert!(!text.contains("v3ry-s3cret-value"), "{name}: {text}");
        files.insert(name, text);
    }
    let log = files.iter().find(|(name, _)| name.starts_with("logs/")).unwrap().1;
    assert!(log.contains("ready") && log.contains("key is ***"), "{log}");
    assert!(files["compose.json"].contains("3000"), "{}", files["compose.json"]);
    let diagnosis: Value = serde_json::from_str(&files["diagnosis.json"]).unwrap();
    assert_eq!(check(&diagnosis, "svc.web.state")["status"], "ok");
    // It does not replace what is there.
    assert_eq!(debug(&stack, &["--check", "svc", "--bundle", path.to_str().unwrap()]).status.code(), Some(1));
}

#[test]
fn a_project_that_is_not_known_is_registered_on_request() {
    let stack = Stack::new("debug-unknown", COMPOSE);
    std::fs::write(stack.folder().join("orchcli.yaml"), "version: 1\n").unwrap();
    let look = |more: &[&str]| json(&debug(&stack, &[&["--check", "project.registered"], more].concat()), 0);
    let before = look(&[]);
    let registered = check(&before, "project.registered");
    assert_eq!((&registered["status"], &registered["fix"]["automatic"]), (&"warn".into(), &true.into()));
    assert_eq!(
        debug(&stack, &["--check", "project.registered", "--fix", "--no-input"]).status.code(),
        Some(10)
    );
    look(&["--fix", "--yes"]);
    assert_eq!(check(&look(&[]), "project.registered")["status"], "ok");
}

#[test]
fn what_can_be_taken_back_is_put_right_on_request() {
    let network = format!("e-debug-net-{}", std::process::id());
    let compose = format!(
        "services: {{web: {{image: testbed/busybox:1, networks: [n]}}}}\nnetworks: {{n: {{external: true, name: {network}}}}}\n"
    );
    let stack = Stack::new("debug-fix", &compose);
    let lock = stack.folder().join(".orchcli/lock");
    std::fs::create_dir_all(stack.folder().join(".orchcli")).unwrap();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let host = std::process::Command::new("hostname").output().unwrap();
    let holder = serde_json::json!({
        "pid": child.id(), "command": "start", "host": engine::text(&host.stdout).trim(),
        "started_at": "2026-11-25T10:00:00Z",
    });
    std::fs::write(lock.with_file_name("lock.held"), holder.to_string()).unwrap();
    let only = ["--check", "net.external,files.edited,compose.drift"];
    let diagnosis = json(&debug(&stack, &only), 6);
    let missing = check(&diagnosis, "net.external.n");
    assert_eq!((&missing["status"], &missing["fix"]["automatic"]), (&"fail".into(), &true.into()));
    assert_eq!(check(&diagnosis, "compose.drift")["status"], "skip");
    // Nobody is there to say yes.
    assert_eq!(debug(&stack, &[&only[..], &["--fix", "--no-input"]].concat()).status.code(), Some(10));
    let fixed = debug(&stack, &[&only[..], &["--fix", "--yes"]].concat());
    assert_eq!(fixed.status.code(), Some(0), "{}", engine::text(&fixed.stderr));
    assert_eq!(engine::docker(&["network", "inspect", "-f", "{{.Name}}", &network]), network);
    engine::docker(&["network", "rm", &network]);
}

#[test]
fn what_changed_since_the_containers_were_made_is_told() {
    let stack = Stack::new(
        "debug-drift",
        "services: {web: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000']}}\n",
    );
    json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    let only = ["--check", "compose.drift"];
    assert_eq!(check(&json(&debug(&stack, &only), 0), "compose.drift")["status"], "ok");
    let changed = "services: {web: {image: 'testbed/busybox:1', init: true, command: [sleep, '1001']}}\n";
    stack.write("compose.yaml", changed);
    let diagnosis = json(&debug(&stack, &only), 0);
    let drift = check(&diagnosis, "compose.drift");
    assert_eq!(drift["status"], "warn");
    assert!(drift["detail"].as_str().unwrap().starts_with("web: "), "{drift}");
    // Started and restarted as they are, they are still not what the files say.
    for arguments in
        [&["start", "-d", "--no-recreate", "-o", "json"][..], &["restart", "-t", "0", "-o", "json"]]
    {
        let result = json(&stack.orchcli(arguments), 0);
        assert_eq!(result["services"][0]["configDrift"], true, "{arguments:?}");
    }
    let result = json(&stack.orchcli(&["restart", "-t", "0", "--recreate", "-o", "json"]), 0);
    assert_eq!(result["services"][0]["configDrift"], false);
}

#[test]
fn whether_core_reaches_the_database_is_asked_from_within_core() {
    // The wget of the test bed's image cannot look names up: this one says what it is told to.
    let script = "printf '#!/bin/sh\\ncat /said >&2; exit 1\\n' >/tmp/wget; chmod +x /tmp/wget; mv /tmp/wget /bin/wget; exec sleep 1000";
    let stack = Stack::new(
        "debug-net",
        &format!(
            "services:
  core: {{image: 'testbed/busybox:1', init: true, command: [sh, -c, \"{script}\"]}}
  mongodb: {{image: 'testbed/busybox:1', init: true, command: [sleep, '1000']}}
"
        ),
    );
    json(&stack.orchcli(&["start", "-d", "--no-wait", "-o", "json"]), 0);
    let only = ["--check", "net.core-to-mongodb"];
    let asked = |said: &str| {
        engine::docker(&["exec", &stack.container("core", 1), "sh", "-c", &format!("echo '{said}' >/said")]);
        check(&serde_json::from_slice(&debug(&stack, &only).stdout).unwrap(), only[1]).clone()
    };
    while asked("wget: Connection refused")["status"] != "fail" {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(asked("wget: Connection refused")["detail"].as_str().unwrap().contains("connection refused"));
    let well = asked("wget: error getting response");
    assert!(well["summary"].as_str().unwrap().starts_with("core reaches mongodb in "), "{well}");
    engine::docker(&["rm", "-f", &stack.container("mongodb", 1)]);
    assert_eq!(asked("")["summary"], "mongodb does not run");
}

#[test]
fn a_context_whose_engine_answers_takes_the_place_of_one_that_leads_nowhere() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join(".docker");
    let docker = |arguments: &[&str]| {
        let mut command = std::process::Command::new("docker");
        let output =
            command.args(arguments).env("DOCKER_CONFIG", &config).env_remove("DOCKER_HOST").output().unwrap();
        assert!(output.status.success(), "{}", engine::text(&output.stderr));
    };
    docker(&["context", "create", "gone", "--docker", "host=unix:///nowhere/docker.sock"]);
    docker(&["context", "create", "there", "--docker", &format!("host={}", engine::host())]);
    docker(&["context", "use", "gone"]);
    let run = |more: &[&str]| {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), home.path());
        command.env("HOME", home.path()).env_remove("DOCKER_HOST");
        command.args(["debug", "-o", "json", "--check", "engine.context"]).args(more).output().unwrap()
    };
    let told = json(&run(&[]), 4);
    let context = check(&told, "engine.context");
    assert_eq!(context["fix"]["command"], "docker context use there", "{context}");
    json(&run(&["--fix", "--yes"]), 0);
    assert_eq!(check(&json(&run(&[]), 0), "engine.context")["status"], "ok");
}
