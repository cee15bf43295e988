//! `start` with images that are not there yet, and ports that somebody has (cli.md 3.3, 3.3.1, 8.5).
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/login_registry.rs"]
mod login_registry;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/program.rs"]
mod program;
#[path = "support/stack.rs"]
mod stack;

use std::fs;
use std::net::TcpListener;

use engine::{docker, json, text};
use login_registry::LoginRegistry;
use ports::{free_port, free_ports};
use stack::Stack;

const STAY: &str = "command: [\"sh\", \"-c\", \"while :; do sleep 1; done\"], stop_signal: SIGKILL";

/// Stops it, with what it made.
fn down(stack: &Stack) {
    json(&stack.orchcli(&["stop", "-o", "json"]), 0);
}

#[test]
fn start_builds_what_is_not_there_and_keeps_it_the_second_time() {
    let compose = format!("services: {{web: {{build: ., network_mode: none, {STAY}}}}}");
    let stack = Stack::new("start-build", &compose);
    fs::write(stack.folder().join("Dockerfile"), "FROM testbed/busybox:1\nCOPY compose.yaml /\n").unwrap();
    let plan = json(&stack.orchcli(&["start", "-d", "--dry-run", "-o", "json"]), 0);
    assert_eq!(plan["steps"][0]["target"], format!("image {}-web", stack.project()));
    assert_eq!(
        (&plan["steps"][0]["action"], &plan["steps"][0]["reason"]),
        (&"create".into(), &"build: it is not there".into())
    );
    let started = json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(started["created"].as_array().unwrap().len(), 1, "{started}");
    let again = json(&stack.orchcli(&["start", "-d", "--dry-run", "-o", "json"]), 0);
    assert!(!again["steps"].to_string().contains("image "), "{again}");
    down(&stack);
    docker(&["rmi", "-f", &format!("{}-web", stack.project())]);
}

#[test]
fn a_credential_helper_lets_start_pull_and_its_secret_is_nowhere() {
    let registry = LoginRegistry::start("robot", "h3lper-s3cret");
    let image = format!("{}/b-helper-{}:1", registry.address, std::process::id());
    docker(&["tag", "testbed/busybox:1", &image]);
    registry.push(&image);
    docker(&["rmi", &image]);
    let stack = Stack::new(
        "start-login",
        &format!("services: {{web: {{image: \"{image}\", network_mode: none, {STAY}}}}}"),
    );
    let refused = json(&stack.orchcli(&["start", "-d", "-o", "json"]), 8);
    assert_eq!(refused["error"]["code"], "AUTH_FAILED");

    let bin = stack.folder().join("bin");
    fs::create_dir(&bin).unwrap();
    let helper = bin.join("docker-credential-bed");
    let script = "#!/bin/sh\nread server\n[ \"$1 $server\" = \"get $SERVER\" ] || { echo 'credentials not found'; exit 1; }\n\
                  echo '{\"Username\":\"robot\",\"Secret\":\"h3lper-s3cret\"}'\n";
    program::script(&helper, script);
    fs::create_dir_all(stack.folder().join(".home/.docker")).unwrap();
    fs::write(stack.folder().join(".home/.docker/config.json"), r#"{"credsStore": "bed"}"#).unwrap();
    let mut command = stack.command(&["start", "-d", "-o", "ndjson", "--verbose"]);
    let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", bin.display());
    let output = command.env("PATH", path).env("SERVER", &registry.address).output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("pull.web") && said.contains("@sha256:"), "{said}");
    assert!(!said.contains("h3lper-s3cret"), "{said}");
    down(&stack);
    docker(&["rmi", "-f", &image]);
}

#[test]
fn an_image_that_cannot_be_had_ends_start_with_its_own_code() {
    let absent = format!("{}/b-nothing:1", engine::registry());
    let stack = Stack::new("start-absent", &format!("services: {{web: {{image: \"{absent}\"}}}}"));
    let error = json(&stack.orchcli(&["start", "-d", "-o", "json"]), 8);
    assert_eq!(error["error"]["code"], "IMAGE_NOT_FOUND");
    let error = json(&stack.orchcli(&["start", "-d", "--offline", "-o", "json"]), 8);
    assert_eq!(
        (&error["error"]["code"], &error["error"]["details"]["images"][0]),
        (&"OFFLINE".into(), &absent.into())
    );
}

#[test]
fn a_build_that_fails_shows_its_last_lines() {
    let stack = Stack::new("start-failed-build", "services: {web: {build: {context: ., network: none}}}");
    fs::write(stack.folder().join("Dockerfile"), "FROM testbed/busybox:1\nRUN echo it-breaks-here; exit 3\n")
        .unwrap();
    let output = stack.orchcli(&["start", "-d"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("it-breaks-here"), "{}", text(&output.stderr));
}

#[test]
fn a_port_that_somebody_has_is_told_before_anything_is_made_and_can_be_another() {
    let port = free_port();
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let compose = format!(
        "services: {{web: {{image: \"testbed/busybox:1\", ports: [\"127.0.0.1:{port}:80\"], {STAY}}}}}"
    );
    let stack = Stack::new("start-port", &compose);
    let error = json(&stack.orchcli(&["start", "-d", "-o", "json"]), 6)["error"].clone();
    assert_eq!(error["code"], "PORT_BUSY");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with(&format!("port {port} (web) is used by ")), "{message}");
    assert_eq!(error["details"]["ports"][0]["holder"]["pid"], std::process::id());
    assert!(error["hint"].as_str().unwrap().contains("--auto-port"), "{error}");
    assert_eq!(
        docker(&["ps", "-aq", "--filter", &format!("label=com.docker.compose.project={}", stack.project())]),
        ""
    );

    let published = |stack: &Stack| {
        let all = docker(&["port", &stack.container("web", 1)]);
        all.rsplit(':').next().unwrap().parse::<u16>().unwrap()
    };
    json(&stack.orchcli(&["start", "-d", "--auto-port", "-o", "json"]), 0);
    let chosen = published(&stack);
    assert!(chosen > port, "{chosen}");
    // It is chosen again, although the first one is free by now, and nothing is made anew.
    drop(listener);
    let again = json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!((published(&stack), again["kept"].as_array().map(Vec::len)), (chosen, Some(1)), "{again}");
    let status = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    assert_eq!(status["pending"].as_array().map(Vec::len), Some(0), "it is where it was put: {status}");
    // A flag goes before what was chosen.
    json(&stack.orchcli(&["start", "-d", "--port", &format!("web={port}"), "-o", "json"]), 0);
    assert_eq!(published(&stack), port);
    let unknown = json(&stack.orchcli(&["start", "-d", "--port", "wbe=1", "-o", "json"]), 2);
    assert_eq!(unknown["error"]["code"], "SERVICE_UNKNOWN");
    down(&stack);
}

#[test]
fn every_port_of_a_service_that_somebody_has_can_be_another() {
    let [first, free, last] = free_ports();
    let held: Vec<_> =
        [first, last].into_iter().map(|port| TcpListener::bind(("127.0.0.1", port)).unwrap()).collect();
    let compose = |first: u16| {
        let port = |port: u16, to: u16| format!("\"127.0.0.1:{port}:{to}\"");
        let ports = [port(first, 80), port(free, 81), port(last, 82)].join(", ");
        format!("services: {{web: {{image: \"testbed/busybox:1\", ports: [{ports}], {STAY}}}}}")
    };
    let stack = Stack::new("start-ports", &compose(first));
    let published = |stack: &Stack| {
        [80, 81, 82].map(|port| {
            let told = docker(&["port", &stack.container("web", 1), &port.to_string()]);
            told.rsplit(':').next().unwrap().parse::<u16>().unwrap()
        })
    };
    let planned = json(&stack.orchcli(&["start", "--auto-port", "--dry-run", "-o", "json"]), 0);
    assert_eq!(planned["kind"], "Plan");
    json(&stack.orchcli(&["start", "-d", "--auto-port", "-o", "json"]), 0);
    let chosen = published(&stack);
    assert!(chosen[0] > first && chosen[1] == free && chosen[2] > last, "{chosen:?}");
    // They are chosen again, although the others are free by now, and nothing is made anew.
    drop(held);
    let again = json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!((published(&stack), &again["kept"]), (chosen, &serde_json::json!(["web"])), "{again}");
    let status = json(&stack.orchcli(&["status", "-o", "json"]), 0);
    assert_eq!(status["pending"].as_array().map(Vec::len), Some(0), "they are where they were put: {status}");
    down(&stack);
    // One that is not the first moves alone, and where it was put before is no matter when that is taken as well.
    let [other] = free_ports();
    stack.write("compose.yaml", &compose(other));
    std::fs::remove_file(stack.folder().join(".orchcli/state.json")).unwrap();
    let _held = TcpListener::bind(("127.0.0.1", last)).unwrap();
    json(&stack.orchcli(&["start", "-d", "--auto-port", "-o", "json"]), 0);
    let moved = published(&stack);
    assert!(moved[0] == other && moved[1] == free && moved[2] > last, "{moved:?}");
    down(&stack);
    let _taken = TcpListener::bind(("127.0.0.1", moved[2])).unwrap();
    json(&stack.orchcli(&["start", "-d", "--auto-port", "-o", "json"]), 0);
    let last = published(&stack);
    assert!(last[..2] == moved[..2] && last[2] > moved[2], "{last:?}");
    down(&stack);
}

#[test]
fn the_users_default_for_pulls_counts_where_no_flag_says_otherwise() {
    let stack = Stack::new("usual-pull", "services:\n  web: {image: testbed/busybox:1}\n");
    let pulls = |arguments: &[&str]| {
        let plan = json(&stack.orchcli(&[&["start", "--dry-run", "-o", "json"], arguments].concat()), 0);
        let steps = plan["steps"].as_array().expect("steps").clone();
        steps.iter().any(|step| step["target"] == "image testbed/busybox:1")
    };
    assert!(!pulls(&[]), "it is there");
    let set = stack.orchcli(&["config", "set", "defaults.pull", "always"]);
    assert_eq!(set.status.code(), Some(0), "{}", text(&set.stderr));
    assert!(pulls(&[]));
    assert!(!pulls(&["--pull", "missing"]));
    fs::write(stack.folder().join("orchcli.yaml"), "version: 1\ncompose: {files: [compose.yaml]}\n").unwrap();
    let plan = json(&stack.orchcli(&["dev", "--production", "--dry-run", "-o", "json"]), 0);
    assert!(plan["steps"].to_string().contains("image testbed/busybox:1"), "{plan}");
}
