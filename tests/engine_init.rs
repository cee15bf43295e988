//! `init` as a user runs it: what it makes, what it says, and what it would do (cli.md 3.1).
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod host;
#[path = "support/init_user.rs"]
mod init_user;
#[path = "support/ports.rs"]
mod ports;

use engine::{json, text};
use init_user::{User, contents, succeeds};
use serde_json::Value;

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
