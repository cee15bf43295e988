//! `init` as a user runs it: production, forks, twice, interrupted, killed (cli.md 3.1).
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod host;
#[path = "support/mirror.rs"]
mod mirror;
#[path = "support/ports.rs"]
mod ports;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use engine::{json, text};
use host::{Manner, Server, bare, git};
use serde_json::Value;

/// A user with a home and ports of its own, whose GitHub is this machine.
struct User {
    folder: tempfile::TempDir,
    ports: [(&'static str, u16); 3],
}

impl User {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let hosted = folder.path().join("github");
        for (owner, name, files) in [
            ("KubeOrch", "ui", [("package.json", r#"{"name":"ui","version":"1.0.0"}"#)]),
            ("KubeOrch", "core", [("go.mod", "module core\n\ngo 1.22\n")]),
            ("me", "ui", [("package.json", r#"{"name":"mine","version":"1.0.0"}"#)]),
            ("me", "other", [("x.txt", "x")]),
        ] {
            std::fs::create_dir_all(hosted.join(owner)).expect("a folder");
            bare(&hosted.join(owner), name, &files);
        }
        let ports = ["mongodb", "core", "ui"].map(|service| (service, ports::free_port()));
        let user = Self { folder, ports };
        user.github(&format!("file://{}/", hosted.display()));
        std::fs::create_dir(user.project()).expect("a folder");
        user
    }

    /// Where github.com is for this user.
    fn github(&self, base: &str) {
        let config = format!("[url \"{base}\"]\n\tinsteadOf = https://github.com/\n");
        std::fs::write(self.folder.path().join("gitconfig"), config).expect("a file");
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The port of a service where the arguments of `init` name none.
    fn port(&self, service: &str) -> u16 {
        self.ports.iter().find(|(name, _)| *name == service).expect("a service").1
    }

    /// `init` at ports that nobody has.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.again(arguments);
        for (service, port) in self.ports {
            let said = format!("{service}=");
            if !arguments.iter().any(|argument| argument.starts_with(&said)) {
                command.arg("--port").arg(format!("{said}{port}"));
            }
        }
        command
    }

    /// `init` at the ports that the project has.
    fn again(&self, arguments: &[&str]) -> Command {
        let home = self.folder.path().join("home");
        std::fs::create_dir_all(&home).expect("a folder");
        std::fs::copy(self.folder.path().join("gitconfig"), home.join(".gitconfig")).expect("a file");
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &self.project());
        // Node and Go are where the tests find them.
        let path = std::env::var_os("PATH").expect("a path");
        command.env("HOME", home).env("PATH", path).arg("init").args(arguments);
        command
    }

    fn init(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("orchcli runs")
    }

    fn registry(&self) -> Value {
        let path = self.folder.path().join("home/.config/orchcli/config.json");
        serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
    }

    /// What the registry has of the one project.
    fn entry(&self) -> Value {
        let registry = self.registry();
        let mut projects = registry["projects"].as_object().expect("projects").values();
        projects.next().expect("one").clone()
    }
}

/// Every file of a project with its content, but for what changes with the time.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with(".orchcli/init.json") && !path.ends_with(".git/index") {
                found.insert(path.clone(), std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[track_caller]
fn succeeds(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn without_flags_it_is_a_production_project_and_twice_changes_nothing() {
    let user = User::new();
    let output = user.init(&[]);
    succeeds(&output);
    assert!(text(&output.stdout).contains("next: orchcli start -d"), "{}", text(&output.stdout));
    for file in ["docker/docker-compose.prod.yml", ".orchcli/secrets.env", "orchcli.yaml", ".gitignore"] {
        assert!(user.project().join(file).is_file(), "{file}");
    }
    let before = contents(&user.project());
    let again = json(&user.init(&["-o", "json"]), 0);
    assert_eq!(again["kind"], "InitResult");
    assert_eq!(again["mode"], "production");
    assert!(
        again["steps"].as_array().expect("steps").iter().all(|step| step["status"] == "skipped"),
        "{again}"
    );
    assert_eq!(contents(&user.project()), before);
}

#[test]
fn the_result_tells_how_services_are_provided_whichever_run_said_it() {
    let user = User::new();
    succeeds(&user.init(&["--core", "none", "--ui", "embedded"]));
    let again = json(&user.init(&["-o", "json"]), 0);
    let provider = |name: &str| again["services"][name]["provider"].clone();
    assert_eq!((provider("core"), provider("ui")), ("none".into(), "embedded".into()));
    succeeds(&user.init(&["--fork-ui", "--ui-path", "web", "--skip-deps"]));
    let again = json(&user.init(&["-o", "json"]), 0);
    assert_eq!((&again["mode"], &again["services"]["ui"]["provider"]), (&"ui-dev".into(), &"source".into()));
    assert_eq!(again["next"][0], "orchcli dev");
}

#[test]
fn a_fork_and_an_official_repository_are_cloned_side_by_side() {
    let user = User::new();
    // With a space, as the reference silently took for the official one.
    let made = json(&user.init(&["--fork-ui", "me/ui", "--fork-core", "--skip-deps", "-o", "json"]), 0);
    assert_eq!(made["mode"], "development");
    assert_eq!(made["services"]["ui"]["repo"], "me/ui");
    assert_eq!(made["services"]["ui"]["action"], "cloned");
    assert_eq!(made["services"]["ui"]["remotes"]["upstream"], "https://github.com/KubeOrch/ui");
    assert_eq!(made["services"]["core"]["remotes"]["upstream"], Value::Null);
    let (ui, core) = (user.project().join("ui"), user.project().join("core"));
    assert_eq!(git(&ui, &["config", "remote.origin.url"]), "https://github.com/me/ui");
    assert_eq!(git(&ui, &["config", "remote.upstream.pushurl"]), "no_push");
    assert_eq!(git(&ui, &["rev-parse", "HEAD"]), made["services"]["ui"]["head"]);
    assert_eq!(git(&core, &["remote"]), "origin");
    let config = std::fs::read_to_string(core.join("config.yaml")).expect("a file");
    let database = format!("MONGO_URI: mongodb://localhost:{}/kubeorchestra\n", user.port("mongodb"));
    assert!(config.contains(&database), "{config}");
    let local = std::fs::read_to_string(ui.join(".env.local")).expect("a file");
    assert_eq!(local, format!("NEXT_PUBLIC_API_URL=http://localhost:{}/v1/api\n", user.port("core")));

    let before = contents(&user.project());
    let again = json(&user.init(&["--fork-ui=ME/UI", "--fork-core", "--skip-deps", "-o", "json"]), 0);
    assert_eq!(again["services"]["ui"]["action"], "kept");
    let text = |contents: &BTreeMap<PathBuf, Vec<u8>>| contents.keys().cloned().collect::<Vec<_>>();
    assert_eq!(text(&contents(&user.project())), text(&before));
    // What was there is still known when something is added.
    json(&user.init(&["--fork-core", "--skip-deps", "-o", "json"]), 0);
    let entry = user.entry();
    assert!(entry["ui_path"].as_str().is_some_and(|path| path.ends_with("/ui")), "{entry}");
    assert_eq!(entry["mode"], "development");
}

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

#[test]
fn a_dry_run_prints_the_plan_and_changes_nothing() {
    let user = User::new();
    let before = contents(&user.project());
    let plan = json(&user.init(&["--fork-ui", "me/ui", "--dry-run", "-o", "json"]), 0);
    assert_eq!(plan["kind"], "Plan");
    let steps: Vec<String> = plan["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| {
            format!("{} {}", step["action"].as_str().expect("text"), step["id"].as_str().expect("text"))
        })
        .collect();
    assert_eq!(
        steps,
        ["create clone.ui", "change remote.ui", "change deps.ui", "change files", "change register"]
    );
    assert_eq!(contents(&user.project()), before);
    assert!(!user.folder.path().join("home/.config").exists());
    let failed = json(&user.init(&["--fork-ui", "me/none", "--dry-run", "-o", "json"]), 8);
    assert_eq!(failed["error"]["code"], "CLONE_FAILED");
}

#[test]
fn a_dry_run_names_all_that_cannot_be_cloned() {
    let user = User::new();
    user.github("https://nowhere.invalid/");
    let arguments = ["--fork-ui", "--fork-core", "--offline", "--dry-run", "--skip-deps", "-o", "json"];
    let error = &json(&user.init(&arguments), 8)["error"];
    assert_eq!(error["code"], "OFFLINE", "{error}");
    assert!(error["message"].as_str().is_some_and(|text| text.contains("KubeOrch/ui")), "{error}");
    assert!(error["causes"].to_string().contains("KubeOrch/core"), "{error}");
}

#[test]
fn what_is_wrong_with_the_request_is_told_before_anything_is_touched() {
    let user = User::new();
    let before = contents(&user.project());
    for (arguments, code, name) in [
        (&["--fork-ui=--upload-pack=touch"][..], 5, "REPO_INVALID"),
        (&["--fork-ui=../x/y"], 8, "CLONE_FAILED"),
        (&["--fork-ui=me/ui", "--ui-ref=-x"], 5, "REPO_INVALID"),
        (&["--fork-ui=https://bob:hunter2@github.com/me/ui"], 5, "REPO_INVALID"),
        (&["--fork-ui=KubeOrch/core"], 5, "REPO_INVALID"),
        (&["--fork-ui=me/ui", "--fork-core=me/ui"], 5, "REPO_INVALID"),
        (&["--ui-ref=dev"], 2, "USAGE"),
        (&["me/ui"], 2, "USAGE"),
        (&["--port", "ui=0"], 2, "USAGE"),
        (&["--port", "redis=1"], 2, "USAGE"),
    ] {
        let arguments = [arguments, &["--dry-run", "-o", "json"]].concat();
        let output = user.init(&arguments);
        assert!(!text(&output.stdout).contains("hunter2"));
        assert_eq!(json(&output, code)["error"]["code"], name, "{arguments:?}");
    }
    assert_eq!(contents(&user.project()), before);
}

#[test]
fn a_checkout_of_something_else_is_in_the_way_and_stays() {
    let user = User::new();
    std::fs::create_dir(user.project().join("ui")).expect("a folder");
    std::fs::write(user.project().join("ui/mine.txt"), "mine").expect("a file");
    let failed = json(&user.init(&["--fork-ui", "-o", "json"]), 6);
    assert_eq!(failed["error"]["code"], "DIR_EXISTS");
    assert!(failed["error"]["hint"].as_str().is_some_and(|hint| hint.contains("--ui-path")), "{failed}");
    assert!(!user.project().join(".orchcli").exists());
    let made = json(&user.init(&["--fork-ui", "--ui-path", "web", "--skip-deps", "-o", "json"]), 0);
    assert_eq!(made["mode"], "ui-dev");
    let yaml = std::fs::read_to_string(user.project().join("orchcli.yaml")).expect("a file");
    assert!(yaml.contains("path: web"), "{yaml}");
}

#[test]
fn a_fork_without_its_marker_is_refused_and_leaves_no_clone() {
    let user = User::new();
    let failed = json(&user.init(&["--fork-ui", "me/other", "--skip-deps", "-o", "json"]), 5);
    assert_eq!(failed["error"]["code"], "REPO_INVALID");
    assert!(!user.project().join("ui").exists());
}

#[test]
fn one_failing_clone_keeps_the_other() {
    let user = User::new();
    let failed = json(&user.init(&["--fork-ui", "me/none", "--fork-core", "--skip-deps", "-o", "json"]), 9);
    assert_eq!(failed["error"]["code"], "CLONE_FAILED");
    assert!(user.project().join("core/.git").exists() && !user.project().join("ui").exists());
    assert!(user.project().join("core/config.yaml").is_file());
    assert_eq!(failed["error"]["details"]["mode"], "development");
    assert_eq!(user.entry()["mode"], "development", "that is what it is set up for");
    json(&user.init(&["--fork-ui", "me/ui", "--fork-core", "--skip-deps", "-o", "json"]), 0);
}

#[test]
fn what_could_not_be_cloned_makes_no_production_project() {
    let user = User::new();
    let failed = json(&user.init(&["--fork-ui", "me/none", "--skip-deps", "-o", "json"]), 8);
    assert_eq!(failed["error"]["details"]["mode"], "ui-dev");
    let entry = user.entry();
    assert_eq!((&entry["mode"], &entry["ui_path"]), (&"ui-dev".into(), &Value::Null), "{entry}");
    json(&user.init(&["--fork-ui", "me/ui", "--skip-deps", "-o", "json"]), 0);
    assert!(user.entry()["ui_path"].is_string());
}

#[test]
fn ndjson_tells_every_step_and_ends_with_the_result() {
    let user = User::new();
    let output = user.init(&["--fork-core", "--skip-deps", "-o", "ndjson"]);
    succeeds(&output);
    let lines = text(&output.stdout);
    let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let name = |event: &Value| event["event"].as_str().expect("a name").to_owned();
    assert_eq!(name(&events[0]), "step.start");
    assert_eq!(events[0]["step"], "clone.core");
    assert_eq!(name(events.last().expect("events")), "result");
    assert_eq!(events.iter().filter(|event| name(event) == "step.end").count(), 3);
    assert!(events.iter().all(|event| event["ts"].is_string()));
}

#[cfg(unix)]
#[test]
fn an_interrupted_init_leaves_no_half_clone_and_goes_on() {
    let user = User::new();
    let hosted = user.folder.path().join("github");
    let server = Server::start(&hosted, Manner::Silent);
    let good = std::fs::read(user.folder.path().join("gitconfig")).expect("a file");
    user.github(&format!("{}/", server.url));
    let child = user.command(&["--fork-ui", "me/ui", "--skip-deps"]).spawn().expect("orchcli runs");
    let clones = user.project().join(".orchcli/tmp");
    while std::fs::read_dir(&clones).map_or(0, Iterator::count) == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).expect("small")).expect("an id");
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("sent");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(!user.project().join("ui").exists());
    assert_eq!(std::fs::read_dir(&clones).map_or(0, Iterator::count), 0);
    std::fs::write(user.folder.path().join("gitconfig"), good).expect("a file");
    succeeds(&user.init(&["--fork-ui", "me/ui", "--skip-deps"]));
}

#[test]
fn a_killed_init_can_be_run_again() {
    let user = User::new();
    for pause in [1, 15, 40, 70, 110, 160, 230] {
        let mut child = user
            .command(&["--fork-ui", "me/ui", "--fork-core", "--skip-deps"])
            .spawn()
            .expect("orchcli runs");
        std::thread::sleep(Duration::from_millis(pause));
        child.kill().expect("killed");
        child.wait().expect("gone");
    }
    let made = json(&user.init(&["--fork-ui", "me/ui", "--fork-core", "--skip-deps", "-o", "json"]), 0);
    assert_eq!(made["mode"], "development");
    for name in ["ui", "core"] {
        assert_eq!(git(&user.project().join(name), &["status", "--porcelain", "-uno"]), "");
    }
    assert_eq!(std::fs::read_dir(user.project().join(".orchcli/tmp")).map_or(0, Iterator::count), 0);
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
fn within_a_project_that_project_is_meant() {
    let user = User::new();
    succeeds(&user.init(&[]));
    let below = user.project().join("docs/deep");
    std::fs::create_dir_all(&below).expect("a folder");
    let mut command = user.command(&["--fork-ui", "--skip-deps", "-o", "json"]);
    let output = command.current_dir(&below).output().expect("orchcli runs");
    let made = json(&output, 0);
    let root = user.project().canonicalize().expect("a folder");
    assert_eq!(made["project"]["path"], root.to_str().expect("UTF-8"));
    assert!(root.join("ui/package.json").is_file() && !below.join(".orchcli").exists());
    assert!(text(&output.stderr).contains("this is about the project"), "{}", text(&output.stderr));
}

#[test]
fn the_official_repository_is_the_one_that_the_project_names() {
    let user = User::new();
    let yaml = "version: 1\nservices:\n  ui:\n    repo: me/ui\n";
    std::fs::write(user.project().join("orchcli.yaml"), yaml).expect("a file");
    let made = json(&user.init(&["--fork-ui", "--skip-deps", "-o", "json"]), 0);
    assert_eq!(made["services"]["ui"]["repo"], "me/ui");
    assert_eq!(git(&user.project().join("ui"), &["remote"]), "origin", "it is no fork of itself");
    std::fs::remove_dir_all(user.project().join("ui")).expect("removed");
    let made = json(&user.init(&["--fork-ui", "KubeOrch/ui", "--skip-deps", "-o", "json"]), 0);
    assert_eq!(made["services"]["ui"]["remotes"]["upstream"], "https://github.com/me/ui");
    let after = std::fs::read_to_string(user.project().join("orchcli.yaml")).expect("a file");
    let kept = after.contains("repo: me/ui\n") && !after.contains("KubeOrch");
    assert!(kept, "a fork is the user's own affair, and not the team's: {after}");
}

#[test]
fn a_checkout_that_is_taken_over_must_be_of_the_service() {
    let user = User::new();
    let other = user.project().join("other");
    let from = format!("file://{}", user.folder.path().join("github/me/other").display());
    git(&user.project(), &["clone", "-q", &from, "other"]);
    git(&other, &["remote", "set-url", "origin", "https://github.com/me/other"]);
    let arguments = ["--ui-path", "other", "--skip-deps", "-o", "json"];
    let failed = json(&user.init(&arguments), 5);
    assert_eq!(failed["error"]["code"], "REPO_INVALID");
    assert!(
        failed["error"]["message"].as_str().is_some_and(|text| text.contains("package.json")),
        "{failed}"
    );
    json(&user.init(&[&arguments[..], &["--force"]].concat()), 0);
}

#[test]
fn what_init_left_unfinished_is_refused_by_other_commands_until_it_is_done() {
    let user = User::new();
    let arguments = ["--fork-ui", "me/none", "--fork-core", "--skip-deps"];
    assert_eq!(user.init(&arguments).status.code(), Some(9));
    let run = |words: &[&str]| {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &user.project());
        command.env("HOME", user.folder.path().join("home")).args(words).output().expect("orchcli runs")
    };
    for command in [&["start", "-d", "-o", "json"][..], &["restart", "-o", "json"]] {
        let failed = json(&run(command), 3);
        assert_eq!(failed["error"]["code"], "INIT_INCOMPLETE", "{command:?}");
        let hint = failed["error"]["hint"].as_str().expect("a hint");
        assert!(hint.contains("orchcli init --fork-ui me/none --fork-core --skip-deps"), "{hint}");
    }
    let status = json(&run(&["status", "-o", "json"]), 0);
    assert_eq!(status["init"]["finished"], false, "{status}");
    assert_eq!(status["repos"][0]["service"], "core");
    assert!(text(&run(&["status"]).stdout).contains("init: not finished: orchcli init --fork-ui me/none"));
    let checks = json(&run(&["debug", "--check", "init.state,repos", "-o", "json"]), 5);
    assert_eq!(checks["checks"][0]["status"], "fail", "{checks}");
    succeeds(&user.init(&["--fork-ui", "me/ui", "--fork-core", "--skip-deps"]));
    let checks = json(&run(&["debug", "--check", "init.state,git.upstream", "-o", "json"]), 0);
    assert!(
        checks["checks"].as_array().expect("checks").iter().all(|check| check["status"] == "ok"),
        "{checks}"
    );
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
