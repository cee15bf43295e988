//! How the services are, on a real engine.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/stack.rs"]
mod stack;

use std::process::{Output, Stdio};

use engine::{docker, json, text};
use ports::free_port;
use serde_json::{Value, json};
use stack::Stack;

/// Core as a small HTTP server, and a service that just stays.
fn compose(core: u16) -> String {
    let serve = "mkdir -p /www/v1; echo hi >/www/v1/index.html; exec httpd -f -p 3000 -h /www";
    format!(
        "services:\n  core:\n    image: testbed/busybox:1\n    command: [sh, -c, \"{serve}\"]\n    stop_grace_period: 0s\n    \
         ports: [\"127.0.0.1:{core}:3000\"]\n  worker:\n    image: testbed/busybox:1\n    stop_grace_period: 0s\n    \
         command: [sh, -c, \"while :; do sleep 1; done\"]\n"
    )
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("no code: {output:?}"))
}

fn started(stack: &Stack) {
    let output = stack.orchcli(&["start", "-d"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
}

fn service<'s>(status: &'s Value, name: &str) -> &'s Value {
    let mut services = status["services"].as_array().expect("services").iter();
    services.find(|service| service["name"] == name).expect("the service")
}

#[test]
fn services_are_told_with_everything_that_is_known_of_them() {
    let port = free_port();
    let stack = Stack::new("status", &compose(port));
    let before = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    assert_eq!(service(&before, "core")["state"], "missing");
    assert_eq!(code(&stack.orchcli(&["status", "--check"])), 7, "nothing is ready");
    started(&stack);
    let status = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    assert_eq!((&status["kind"], &status["composeProject"]), (&"Status".into(), &stack.project().into()));
    let (major, minor) = engine::api();
    assert_eq!(status["engine"]["apiVersion"], format!("{major}.{minor}"));
    let core = service(&status, "core");
    assert_eq!(
        core["ports"],
        json!([{"bind": "127.0.0.1", "host": port, "container": 3000, "protocol": "tcp"}])
    );
    assert_eq!(
        (&core["state"], &core["health"], &core["ready"], &core["configDrift"]),
        (&"running".into(), &"healthy".into(), &true.into(), &false.into())
    );
    assert_eq!(core["url"], format!("http://localhost:{port}"));
    assert_eq!(service(&status, "worker")["health"], "none");
    let mut keys: Vec<&String> = core.as_object().expect("an object").keys().collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "configDrift",
            "containerId",
            "containerName",
            "exitCode",
            "health",
            "image",
            "imageId",
            "name",
            "oomKilled",
            "pid",
            "ports",
            "provider",
            "ready",
            "restartCount",
            "startedAt",
            "state",
            "uptimeSeconds",
            "url"
        ]
    );
    assert_eq!(code(&stack.orchcli(&["ps", "--check"])), 0);
    let table = text(&stack.orchcli(&["status"]).stdout);
    assert!(table.starts_with("SERVICE  PROVIDER  STATE    HEALTH   UPTIME"), "{table}");
    assert!(table.contains(&format!("127.0.0.1:{port}->3000")), "{table}");
    let ids = text(&stack.orchcli(&["status", "--quiet-ids", "worker"]).stdout);
    assert_eq!(ids.trim(), service(&status, "worker")["containerId"].as_str().expect("an id"));
    assert_eq!(text(&stack.orchcli(&["status", "--services"]).stdout), "core\nworker\n");
    assert_eq!(code(&stack.orchcli(&["status", "work"])), 2);
}

#[test]
fn what_does_not_answer_ended_or_changed_is_seen() {
    let port = free_port();
    let stack = Stack::new("status-ill", &compose(port));
    started(&stack);
    // The server goes, the container stays: only asking it tells.
    let core = stack.container("core", 1);
    docker(&["exec", &core, "rm", "-r", "/www/v1"]);
    let status = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    assert_eq!(service(&status, "core")["ready"], false);
    assert_eq!(code(&stack.orchcli(&["status", "--check", "worker"])), 0);
    assert_eq!(code(&stack.orchcli(&["status", "--check"])), 7);
    docker(&["kill", &core]);
    let status = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    let core = service(&status, "core");
    assert_eq!((&core["state"], &core["exitCode"]), (&"exited".into(), &137.into()));
    let changed = compose(port).replace("  worker:\n", "  worker:\n    environment: {NEW: '1'}\n");
    std::fs::write(stack.folder().join("compose.yaml"), changed).expect("a file");
    let status = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    assert_eq!(service(&status, "worker")["configDrift"], true);
    assert_eq!(status["pending"][0]["service"], "worker");
    let text = text(&stack.orchcli(&["status"]).stdout);
    assert!(text.contains("changed: worker (") && text.contains("restart --recreate"), "{text}");
}

#[test]
fn what_runs_of_other_profiles_or_files_is_told_and_not_expected() {
    let idle = "{image: 'testbed/busybox:1', init: true, command: [sleep, '1000']";
    let compose = format!("services:\n  web: {idle}}}\n  tool: {idle}, profiles: [tools]}}\n");
    let stack = Stack::new("status-beyond", &compose);
    let output = stack.orchcli(&["--profile", "tools", "start", "-d"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    stack.write("compose.yaml", &compose.replace("web:", "page:"));
    let status = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    let names: Vec<&Value> =
        status["services"].as_array().expect("services").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["page", "tool", "web"]);
    assert_eq!(
        (&service(&status, "web")["ready"], &service(&status, "tool")["ready"]),
        (&true.into(), &true.into())
    );
    assert_eq!(status["pending"], json!([{"service": "web", "reason": "not in the files"}]));
    let told = stack.orchcli(&["status"]);
    assert!(text(&told.stdout).contains("not in the files: web\n"), "{}", text(&told.stdout));
    docker(&["stop", "-t", "0", &stack.container("tool", 1)]);
    assert_eq!(code(&stack.orchcli(&["status", "--check", "web"])), 0);
    assert_eq!(code(&stack.orchcli(&["status", "--check", "tool"])), 7, "it is named");
    assert_eq!(code(&stack.orchcli(&["status", "--check"])), 7, "page is missing");
    stack.write("compose.yaml", &compose);
    assert_eq!(code(&stack.orchcli(&["status", "--check"])), 0, "the profile is off");
    for command in ["status", "logs"] {
        let unknown = stack.orchcli(&[command, "core"]);
        assert_eq!(code(&unknown), 2, "{}", text(&unknown.stdout));
        let hint = "the services are tool, web";
        assert!(text(&unknown.stderr).contains(hint), "{}", text(&unknown.stderr));
    }
}

#[test]
fn without_an_engine_local_processes_are_still_told() {
    let stack = Stack::new("status-away", &compose(free_port()));
    let away = |arguments: &[&str]| {
        let host = format!("unix://{}/no.sock", stack.folder().display());
        stack.command(arguments).env("DOCKER_HOST", host).output().expect("orchcli runs")
    };
    let output = away(&["status", "-o", "json"]);
    let status = json(&output, 4);
    assert_eq!(status["warnings"][0]["code"], "ENGINE_UNREACHABLE");
    let run = stack.folder().join(".orchcli/run");
    std::fs::create_dir_all(&run).expect("a folder");
    for (name, provider) in [("core", "embedded"), ("worker", "source")] {
        let record = json!({
            "service": name, "provider": provider, "pid": std::process::id(), "birth": null,
            "startedAt": "2026-11-25T10:00:00Z", "command": "x", "port": 1, "url": "http://localhost:1", "restarts": 2,
        });
        std::fs::write(run.join(format!("{name}.json")), record.to_string()).expect("a record");
    }
    let status = json(&away(&["status", "-o", "json"]), 0);
    let core = service(&status, "core");
    assert_eq!(
        (&core["provider"], &core["state"], &core["ready"], &core["restartCount"]),
        (&"embedded".into(), &"running".into(), &false.into(), &2.into()),
        "nobody listens on its port"
    );
    assert_eq!(service(&status, "worker")["ready"], true);
}

#[test]
fn watching_goes_on_until_it_is_interrupted() {
    use std::io::{BufRead, BufReader};
    let stack = Stack::new("status-watch", &compose(free_port()));
    assert_eq!(code(&stack.orchcli(&["status", "--watch", "-o", "json"])), 2);
    let mut command = stack.command(&["status", "--watch=100ms", "-o", "ndjson"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("orchcli runs");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    for _ in 0..2 {
        let line: Value = serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
        assert_eq!((&line["event"], &line["services"][0]["state"]), (&"status".into(), &"missing".into()));
    }
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it gets the signal");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
