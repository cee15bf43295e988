//! What a project of `init` needs of the machine: tools, dependencies, ports, an engine (cli.md 3.1, 7).
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod host;
#[path = "support/init_user.rs"]
mod init_user;
#[path = "support/mirror.rs"]
mod mirror;
#[path = "support/ports.rs"]
mod ports;

use engine::{json, text};
use host::bare;
use init_user::{User, succeeds};
use serde_json::Value;

#[test]
fn dependencies_are_installed_by_the_lock_file() {
    let user = User::new();
    let made = json(&user.init(&["--fork-core", "-o", "json"]), 0);
    let steps = made["steps"].as_array().expect("steps");
    let step = steps.iter().find(|step| step["id"] == "deps.core").expect("a step");
    assert_eq!((&step["status"], &step["error"]), (&"skipped".into(), &Value::Null), "all is there: {made}");
}

#[test]
fn a_tool_that_is_too_old_for_the_checkout_is_told_with_the_way_out() {
    let user = User::new();
    let hosted = user.folder.path().join("github/old");
    std::fs::create_dir_all(&hosted).expect("a folder");
    bare(&hosted, "ui", &[("package.json", r#"{"engines": {"node": ">=99"}}"#)]);
    let failed = json(&user.init(&["--fork-ui", "old/ui", "-o", "json"]), 4);
    let error = &failed["error"];
    assert_eq!(error["code"], "TOOL_TOO_OLD", "{failed}");
    assert!(
        error["message"].as_str().is_some_and(|text| text.contains("ui from source needs >=99")),
        "{failed}"
    );
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("https://nodejs.org/")), "{failed}");
    // Once the checkout is there, it is told before anything else is done.
    let again = json(&user.init(&["--fork-ui", "old/ui", "--dry-run", "-o", "json"]), 4);
    assert_eq!(again["error"]["code"], "TOOL_TOO_OLD", "{again}");
    json(&user.init(&["--fork-ui", "old/ui", "--skip-deps", "-o", "json"]), 0);
}

#[test]
fn a_version_of_node_that_cannot_be_read_is_told() {
    let user = User::new();
    let hosted = user.folder.path().join("github/odd");
    std::fs::create_dir_all(&hosted).expect("a folder");
    bare(&hosted, "ui", &[("package.json", r#"{"engines": {"node": 18}}"#)]);
    let made = json(&user.init(&["--fork-ui", "odd/ui", "--skip-deps", "-o", "json"]), 0);
    let told =
        made["warnings"].as_array().expect("warnings").iter().filter_map(|told| told["message"].as_str());
    let told = told.filter(|told| told.contains("ui/package.json is no range of versions: 18; >=20 counts"));
    assert_eq!(told.count(), 1, "{made}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_checkout_needs_is_installed_for_orchcli_alone_when_that_is_wanted() {
    let user = User::new();
    let hosted = user.folder.path().join("github/new");
    std::fs::create_dir_all(&hosted).expect("a folder");
    bare(&hosted, "ui", &[("package.json", r#"{"engines": {"node": ">=99"}}"#)]);
    let mirror = mirror::Mirror::start();
    mirror.node_list(&["99.1.0"]);
    mirror.node("99.1.0", "#!/bin/sh\necho \"npm $* with $(node)\" >called\n");
    let init = |arguments: &[&str]| {
        let mut command = user.command(&[&["--fork-ui", "new/ui", "-o", "json"], arguments].concat());
        command.env("ORCHCLI_NODE_DIST", &mirror.url).output().expect("orchcli runs")
    };
    for refused in [&["--install-tools", "never"][..], &["--auto-install=false"], &["--auto-install"], &[]] {
        assert_eq!(json(&init(refused), 4)["error"]["code"], "TOOL_TOO_OLD", "{refused:?}");
    }
    assert_eq!(json(&init(&["--install-tools", "never", "--auto-install"]), 2)["error"]["code"], "USAGE");
    json(&init(&["--install-tools", "always"]), 0);
    let called = std::fs::read_to_string(user.project().join("ui/called")).expect("npm was called");
    assert_eq!(called, "npm install with v99.1.0\n");
    let place = user.folder.path().join("home/.local/share/orchcli/toolchains/node/99.1.0/bin/node");
    assert!(place.is_file());
    // What was installed is found again without the flag.
    std::fs::remove_file(user.project().join("ui/called")).expect("a file");
    json(&init(&["--install-tools", "never"]), 0);
    assert!(user.project().join("ui/called").is_file());
}

/// A port that somebody has, for as long as the value lives.
fn held() -> (std::net::TcpListener, u16) {
    let port = ports::free_port();
    (std::net::TcpListener::bind(("127.0.0.1", port)).expect("the port"), port)
}

#[test]
fn ports_that_are_taken_are_told_with_what_else_is_missing() {
    let user = User::new();
    let (_listener, port) = held();
    let said = format!("core={port}");
    let failed = json(&user.init(&["--port", &said, "-o", "json"]), 6);
    assert_eq!(failed["error"]["code"], "PORT_BUSY");
    assert_eq!(failed["error"]["details"]["ports"][0]["holder"]["pid"], std::process::id());
    assert!(!user.project().join("orchcli.yaml").exists(), "nothing was made");
    let mut command = user.command(&["--port", &said, "-o", "json"]);
    command.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
    let failed = json(&command.output().expect("orchcli runs"), 4);
    assert_eq!(failed["error"]["code"], "ENGINE_UNREACHABLE");
    assert!(failed["error"]["causes"].to_string().contains(&format!("port {port} (core)")), "{failed}");
}

#[test]
fn another_port_is_found_and_kept() {
    let user = User::new();
    let (_listener, port) = held();
    let said = format!("core={port}");
    let forks = ["--fork-ui", "--skip-deps"];
    let made = json(&user.init(&[&forks[..], &["--port", &said, "--auto-port", "-o", "json"]].concat()), 0);
    let state = std::fs::read(user.project().join(".orchcli/state.json")).expect("a file");
    let state: Value = serde_json::from_slice(&state).expect("JSON");
    let chosen = state["ports"]["core"].as_u64().expect("a port");
    assert!(chosen > u64::from(port), "{state}");
    assert_eq!(made["ports"]["core"], chosen, "{made}");
    let local = std::fs::read_to_string(user.project().join("ui/.env.local")).expect("a file");
    assert_eq!(local, format!("NEXT_PUBLIC_API_URL=http://localhost:{chosen}/v1/api\n"));
    let again = user.again(&forks).output().expect("orchcli runs");
    succeeds(&again);
    assert!(text(&again.stdout).contains(&format!("core {chosen}")), "{}", text(&again.stdout));
    // A port that is said goes before one that was chosen.
    let said = ports::free_port();
    let made =
        json(&user.init(&[&forks[..], &["--port", &format!("core={said}"), "-o", "json"]].concat()), 0);
    assert_eq!(made["ports"]["core"], said, "{made}");
    let again = user.again(&forks).args(["-o", "json"]).output().expect("orchcli runs");
    let again = json(&again, 0);
    assert_eq!(again["ports"]["core"], said, "{again}");
}

#[test]
fn nothing_that_needs_an_engine_needs_none() {
    let user = User::new();
    let mut command = user.command(&["--core", "embedded", "--ui", "embedded"]);
    command.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
    let output = command.output().expect("orchcli runs");
    succeeds(&output);
    assert!(text(&output.stderr).contains("needs an engine"), "{}", text(&output.stderr));
    let mut command = user.command(&["--core", "image"]);
    command.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
    assert_eq!(command.output().expect("orchcli runs").status.code(), Some(4));
}
