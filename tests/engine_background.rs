//! Core within this program, as `start` runs it in the background: seen, read, restarted and stopped by the other
//! commands as a container is (cli.md 3.3).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/program.rs"]
mod program;
#[path = "support/project.rs"]
mod project;

use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use engine::{docker, json, text};
use project::Project;
use serde_json::{Value, json};

impl Project {
    /// One with core within this program.
    fn new(name: &str, more: &str) -> Self {
        let project = Self::empty(&format!("e-{name}"));
        let core = format!("core: {{provider: embedded, port: {}}}", project.core);
        let yaml = format!("version: 1\nname: {}\nservices:\n  {core}\n{more}", project.name);
        project.write("orchcli.yaml", yaml);
        project
    }

    fn without_engine(&self, arguments: &[&str]) -> Output {
        self.command(arguments).env("DOCKER_HOST", "unix:///nowhere/docker.sock").output().unwrap()
    }
}

fn core(document: &Value) -> &Value {
    document["services"].as_array().unwrap().iter().find(|service| service["name"] == "core").unwrap()
}

#[test]
fn it_needs_no_engine_and_is_known_to_every_command() {
    let project = Project::new("back", "  ui: {provider: none}\n");
    let started = json(&project.without_engine(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(started["created"], json!(["core"]), "{started}");
    assert_eq!((&core(&started)["provider"], &core(&started)["ready"]), (&"embedded".into(), &true.into()));
    let again = json(&project.without_engine(&["start", "-d", "-o", "json"]), 0);
    assert_eq!((&again["created"], &again["kept"]), (&json!([]), &json!(["core"])));
    assert_eq!(core(&again)["pid"], core(&started)["pid"]);

    let status = json(&project.without_engine(&["status", "--check", "-o", "json"]), 0);
    assert_eq!(core(&status)["url"], format!("http://localhost:{}", project.core));
    let logs = project.without_engine(&["logs", "core"]);
    assert_eq!(logs.status.code(), Some(0), "{}", text(&logs.stderr));
    assert!(text(&logs.stdout).contains("core | "), "{}", text(&logs.stdout));
    let looked = project.without_engine(&["debug", "core", "--check", "svc.core", "-o", "json"]);
    let checks = json(&looked, 0)["checks"].clone();
    let ids: Vec<&str> =
        checks.as_array().unwrap().iter().map(|check| check["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["svc.core.state", "svc.core.http"], "{checks}");
    assert!(checks[1]["summary"].as_str().unwrap().ends_with("/v1/ answers 200"), "{checks}");
    let refused = project.without_engine(&["exec", "core", "true"]);
    assert_eq!(refused.status.code(), Some(7));

    let restarted = json(&project.without_engine(&["restart", "core", "-o", "json"]), 0);
    assert_eq!(restarted["restarted"], json!(["core"]));
    assert_ne!(core(&restarted)["pid"], core(&started)["pid"]);
    let stopped = json(&project.without_engine(&["stop", "-o", "json"]), 0);
    assert_eq!(stopped["stopped"], json!(["core"]));
    let failed = json(&project.without_engine(&["restart", "core", "-o", "json"]), 7);
    assert_eq!(failed["error"]["code"], "SERVICE_NOT_RUNNING");
}

#[test]
fn what_runs_from_a_checkout_is_listed_and_not_expected_before_dev_runs() {
    let project = Project::new("back-source", "");
    std::fs::create_dir_all(project.path("ui/.git")).unwrap();
    let check = |more: &[&str], code| {
        let line = [&["status", "-o", "json", "--check"], more].concat();
        json(&project.without_engine(&line), code)
    };
    let listed = |status: &Value, name: &str| {
        let mut services = status["services"].as_array().unwrap().iter();
        services.find(|service| service["name"] == name).cloned().unwrap_or_default()
    };
    let down = check(&[], 7);
    let states = |name| (listed(&down, name)["provider"].clone(), listed(&down, name)["state"].clone());
    assert_eq!(states("core"), (json!("embedded"), json!("missing")), "{down}");
    assert_eq!(states("ui"), (json!("source"), json!("missing")), "{down}");

    json(&project.without_engine(&["start", "-d", "-o", "json"]), 0);
    let up = check(&[], 0);
    assert_eq!((&listed(&up, "core")["ready"], &listed(&up, "ui")["ready"]), (&json!(true), &json!(false)));
    check(&["ui"], 7);
    let shown = text(&project.without_engine(&["status"]).stdout);
    assert!(shown.contains("ui: runs from its checkout: orchcli dev"), "{shown}");
}

#[test]
fn its_port_is_looked_at_before_anything_is_made() {
    let project = Project::new("back-port", "  ui: {provider: none}\n");
    let _held = TcpListener::bind(("127.0.0.1", project.core)).unwrap();
    let busy = json(&project.without_engine(&["start", "-d", "-o", "json"]), 6);
    assert_eq!(busy["error"]["code"], "PORT_BUSY");
    let started = json(&project.without_engine(&["start", "-d", "--auto-port", "-o", "json"]), 0);
    assert_ne!(core(&started)["url"], format!("http://localhost:{}", project.core));
}

#[test]
fn a_store_that_another_server_has_is_told_with_who_that_is() {
    let project = Project::new("back-store", "  ui: {provider: none}\n");
    let (ready, port) = (project.path("ready"), ports::free_port().to_string());
    let mut serve = project.command(&["serve", "--port", &port, "--console-port", "off", "--data-dir"]);
    serve.arg(project.path(".orchcli/data")).arg("--ready-file").arg(&ready);
    let mut other = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !ready.exists() {
        assert_eq!(other.try_wait().unwrap(), None, "it ended");
        std::thread::sleep(Duration::from_millis(20));
    }
    let refused = project.without_engine(&["start", "-d", "-o", "json"]);
    let status = project.without_engine(&["status", "-o", "json"]);
    other.kill().unwrap();
    other.wait().unwrap();
    let error = json(&refused, 6)["error"].clone();
    assert_eq!((&error["code"], &error["exitCode"]), (&json!("LOCK_HELD"), &json!(6)), "{error}");
    assert_eq!(error["message"], "core cannot be started", "{error}");
    let holder = format!("is in use by process {} on ", other.id());
    assert!(error["causes"].to_string().contains(&holder), "{error}");
    assert_eq!(core(&json(&status, 0))["state"], "missing");
    json(&project.without_engine(&["start", "-d", "-o", "json"]), 0);
}

#[test]
fn it_runs_beside_containers_and_what_runs_from_source_is_left_to_dev() {
    let project = Project::new("back-beside", "");
    std::fs::create_dir(project.path("ui")).unwrap();
    let web = "services:\n  web: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000'], stop_grace_period: 0s}\n";
    project.write("orchcli.override.yaml", web);
    let plan = json(&project.run(&["start", "--dry-run", "-o", "json"]), 0);
    let targets = plan["steps"].to_string();
    assert!(targets.contains("process core at port") && targets.contains("web-1"), "{plan}");
    assert!(!targets.contains("mongodb"), "it has a store of its own: {plan}");
    let output = project.run(&["start", "-d"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    assert!(told.contains("ui runs from its checkout: run orchcli dev") && told.contains("web"), "{told}");
    let refused = json(&project.run(&["start", "-d", "ui", "-o", "json"]), 2);
    assert!(refused["error"]["hint"].as_str().unwrap().contains("orchcli dev --only ui"), "{refused}");
    let result = json(&project.run(&["stop", "-o", "json"]), 0);
    assert_eq!(result["stopped"].as_array().unwrap().len(), 2, "{result}");
    let label = format!("label=com.docker.compose.project={}", project.name);
    assert_eq!(docker(&["ps", "-aq", "--filter", &label]), "");
}

#[cfg(unix)]
#[test]
fn in_the_foreground_it_ends_with_the_command_and_the_page_is_opened() {
    use std::io::{BufRead, BufReader};

    let project = Project::new("back-front", "  ui: {provider: none}\n");
    let opened = project.path("opened");
    let browser = project.path("browser");
    let script = format!("#!/bin/sh\necho \"$1\" >{}\n", opened.display());
    program::script(&browser, &script);
    let mut command = project.command(&["start", "--open"]);
    command.env("DOCKER_HOST", "unix:///nowhere/docker.sock").env("BROWSER", &browser);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().starts_with("core | "));
    while !opened.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let page = format!("http://localhost:{}", project.core);
    while std::fs::read_to_string(&opened).unwrap().trim() != page {
        std::thread::sleep(Duration::from_millis(20));
    }
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let status = json(&project.without_engine(&["status", "-o", "json"]), 0);
    assert!(
        !status["services"].as_array().unwrap().iter().any(|service| service["state"] == "running"),
        "{status}"
    );
}
