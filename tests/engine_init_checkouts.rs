//! `init` with checkouts: cloned, kept, taken over, refused, interrupted and gone on with (cli.md 3.1, 6).
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod host;
#[path = "support/init_user.rs"]
mod init_user;
#[path = "support/ports.rs"]
mod ports;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use engine::{json, text};
use host::{Manner, Server, git};
use init_user::{User, contents, succeeds};
use serde_json::Value;

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

#[cfg(unix)]
#[test]
fn an_interrupted_init_leaves_no_half_clone_and_goes_on() {
    let user = User::new();
    let hosted = user.folder.path().join("github");
    let server = Server::start(&hosted, Manner::Silent);
    let good = std::fs::read(user.folder.path().join("gitconfig")).expect("a file");
    user.github(&format!("{}/", server.url));
    let mut command = user.command(&["--fork-ui", "me/ui", "--skip-deps", "-o", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("orchcli runs");
    let clones = user.project().join(".orchcli/tmp");
    while std::fs::read_dir(&clones).map_or(0, Iterator::count) == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).expect("small")).expect("an id");
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("sent");
    let error = json(&child.wait_with_output().expect("it ends"), 130)["error"].clone();
    assert_eq!(error["code"], "INTERRUPTED");
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("--fork-ui me/ui")), "{error}");
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
