//! `stop` on a real engine: what goes, what stays, in which order, and what is asked.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Output;

use serde_json::json;

use engine::{docker, text};
use stack::Stack;

const COMPOSE: &str = "\
services:
  db: {image: 'testbed/busybox:1', init: true, stop_grace_period: 1s, command: [sleep, '1000'], volumes: ['data:/data']}
  web: {image: 'testbed/busybox:1', init: true, stop_grace_period: 1s, command: [sleep, '1000'], depends_on: [db]}
volumes: {data: }
";

fn started(name: &str) -> Stack {
    let stack = Stack::new(name, COMPOSE);
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    stack
}

fn left(stack: &Stack, kind: &str) -> String {
    let label = format!("label=com.docker.compose.project={}", stack.project());
    match kind {
        "container" => docker(&["ps", "-aq", "--filter", &label]),
        kind => docker(&[kind, "ls", "-q", "--filter", &label]),
    }
}

#[test]
fn containers_and_networks_go_dependants_first_and_volumes_stay() {
    let stack = started("stop");
    let plan = engine::json(&stack.orchcli(&["stop", "--dry-run", "-o", "json"]), 0);
    let targets: Vec<&str> =
        plan["steps"].as_array().unwrap().iter().map(|step| step["id"].as_str().unwrap()).collect();
    let (web, db) = (stack.container("web", 1), stack.container("db", 1));
    assert_eq!(
        targets,
        [
            format!("container.{web}"),
            format!("container.{db}"),
            format!("network.{}_default", stack.project())
        ]
    );
    assert_eq!(plan["steps"][1]["dependsOn"], json!([format!("container.{web}")]));
    assert_ne!(left(&stack, "container"), "", "a dry run removes nothing");

    let result = engine::json(&stack.orchcli(&["stop", "-o", "json"]), 0);
    assert_eq!(result["stopped"], json!([web, db]));
    assert_eq!(result["removed"]["networks"], json!([format!("{}_default", stack.project())]));
    assert_eq!((left(&stack, "container"), left(&stack, "network")), (String::new(), String::new()));
    assert_eq!(left(&stack, "volume"), format!("{}_data", stack.project()));
    let again = stack.orchcli(&["stop"]);
    assert_eq!((again.status.code(), text(&again.stdout)), (Some(0), "= nothing running\n".to_owned()));
}

#[test]
fn it_needs_no_file_when_the_project_is_named() {
    let stack = started("nofile");
    std::fs::remove_file(stack.folder().join("compose.yaml")).unwrap();
    let output = engine::orchcli(stack.folder(), &["down", "--project-name", stack.project()]);
    assert_eq!(text(&output.stdout), "stopped 2 containers, removed 1 network\n", "{}", text(&output.stderr));
    assert_eq!(left(&stack, "container"), "");
}

#[test]
fn what_is_of_another_project_further_down_is_not_taken_for_this_one() {
    let other = Stack::new("below", COMPOSE);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for made in [".home", ".orchcli", "deploy", "docker"] {
        std::fs::create_dir(root.join(made)).unwrap();
    }
    std::fs::write(root.join("docker/docker-compose.prod.yml"), "services: {web: {imag: x}}\n").unwrap();
    let made_from = |of: &str| format!("com.docker.compose.project.working_dir={}", root.join(of).display());
    other.run("web", 1, &["--label", &made_from("deploy")], &["sleep", "1000"]);
    let refused = engine::orchcli(&root, &["stop", "-v", "-y"]);
    assert_eq!(refused.status.code(), Some(3), "{}", text(&refused.stderr));
    let hint = format!("--project-name {}", other.project());
    assert!(text(&refused.stderr).contains(&hint), "{}", text(&refused.stderr));
    assert_eq!(other.inspect("web", 1, "{{.State.Status}}"), "running");

    let own = Stack::new("own", COMPOSE);
    own.run("web", 1, &["--init", "--label", &made_from("docker")], &["sleep", "1000"]);
    let result = engine::json(&engine::orchcli(&root, &["stop", "-o", "json"]), 0);
    assert_eq!(result["stopped"], json!([own.container("web", 1)]));
    assert_eq!(other.inspect("web", 1, "{{.State.Status}}"), "running");
}

#[test]
fn a_project_of_the_same_name_in_another_folder_is_not_stopped() {
    let name = format!("e-twin-{}", std::process::id());
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, two] = folders.each_ref().map(|folder| {
        let folder = folder.path().join(&name);
        std::fs::create_dir_all(folder.join(".home")).unwrap();
        std::fs::write(folder.join("compose.yaml"), COMPOSE).unwrap();
        folder
    });
    let stop = ["stop", "--file", "compose.yaml", "-v", "-y", "-o", "json"];
    engine::json(&engine::orchcli(&one, &["start", "--file", "compose.yaml", "-d", "-o", "json"]), 0);
    let refused = engine::json(&engine::orchcli(&two, &stop), 6);
    assert_eq!(refused["error"]["code"], "NAME_TAKEN");
    assert!(is_there(&format!("{name}_data")), "it is not lost");
    let result = engine::json(&engine::orchcli(&one, &stop), 0);
    assert_eq!(result["removed"]["volumes"], json!([format!("{name}_data")]));
    engine::json(&engine::orchcli(&one, &["start", "--file", "compose.yaml", "-d", "-o", "json"]), 0);
    let named = [&["--project-name", name.as_str()], &stop[..]].concat();
    assert_eq!(engine::json(&engine::orchcli(&two, &named), 0)["stopped"].as_array().unwrap().len(), 2);
}

#[test]
fn services_and_kept_containers_only_stop() {
    let stack = started("some");
    let result = engine::json(&stack.orchcli(&["stop", "web", "-o", "json"]), 0);
    assert_eq!(
        (&result["stopped"], &result["removed"]["containers"]),
        (&json!([stack.container("web", 1)]), &json!([]))
    );
    assert_eq!(stack.inspect("web", 1, "{{.State.Status}}"), "exited");
    assert_eq!(stack.inspect("db", 1, "{{.State.Status}}"), "running");
    assert_eq!(text(&stack.orchcli(&["stop", "web"]).stdout), "= nothing running\n");
    engine::json(&stack.orchcli(&["stop", "--keep-containers", "-o", "json"]), 0);
    assert_eq!(stack.inspect("db", 1, "{{.State.Status}}"), "exited");
    let unknown = stack.orchcli(&["stop", "webb"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean web?"), "{}", text(&unknown.stderr));
}

#[test]
fn volumes_go_only_with_consent_and_external_ones_never() {
    let stack = started("volumes");
    let outside = format!("{}-outside", stack.project());
    docker(&["volume", "create", &outside]);
    let declined = stack.orchcli(&["stop", "-v", "--no-input"]);
    assert_eq!(declined.status.code(), Some(10));
    assert!(text(&declined.stderr).contains("--yes"), "{}", text(&declined.stderr));
    assert_ne!(left(&stack, "container"), "", "nothing is done without consent");
    let result = engine::json(&stack.orchcli(&["stop", "-v", "-y", "-o", "json"]), 0);
    assert_eq!(result["removed"]["volumes"], json!([format!("{}_data", stack.project())]));
    assert_eq!(left(&stack, "volume"), "");
    docker(&["volume", "rm", &outside]);
}

/// The names of the volumes that a container mounts.
fn mounted(container: &str) -> String {
    docker(&["inspect", "-f", "{{range .Mounts}}{{.Name}}{{end}}", container])
}

fn is_there(volume: &str) -> bool {
    docker(&["volume", "ls", "-q"]).lines().any(|name| name == volume)
}

#[test]
fn volumes_without_a_name_go_with_consent_only_too() {
    let service = "{image: 'testbed/busybox:1', init: true, command: [sleep, '1000'], volumes: [/data]}";
    let compose = format!("services:\n  db: {service}\n  old: {service}\n");
    let stack = Stack::new("unnamed", &compose);
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    let volumes = ["db", "old"].map(|service| mounted(&stack.container(service, 1)));
    stack.write("compose.yaml", &format!("services:\n  db: {service}\n"));
    let result = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    assert_eq!(result["removed"], json!([stack.container("old", 1)]));
    engine::json(&stack.orchcli(&["stop", "-o", "json"]), 0);
    for volume in &volumes {
        assert!(is_there(volume), "nobody asked for its removal");
        docker(&["volume", "rm", volume]);
    }
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    let volume = mounted(&stack.container("db", 1));
    let declined = stack.orchcli(&["stop", "-v", "--no-input"]);
    assert_eq!(declined.status.code(), Some(10), "{}", text(&declined.stdout));
    let told = format!("1 unnamed volume of {}", stack.container("db", 1));
    assert!(text(&declined.stderr).contains(&told), "{}", text(&declined.stderr));
    engine::json(&stack.orchcli(&["stop", "-v", "-y", "-o", "json"]), 0);
    assert!(!is_there(&volume));
}

#[test]
fn a_network_that_others_are_on_stays_and_is_told() {
    let stack = started("inuse");
    let network = format!("{}_default", stack.project());
    let other = docker(&["run", "-d", "--network", &network, "testbed/busybox:1", "sleep", "1000"]);
    let result = engine::json(&stack.orchcli(&["stop", "-o", "json"]), 0);
    assert_eq!(
        (&result["removed"]["networks"], &result["warnings"][0]["code"]),
        (&json!([]), &json!("NETWORK_IN_USE"))
    );
    docker(&["rm", "-f", &other]);
    engine::json(&stack.orchcli(&["stop", "-o", "json"]), 0);
    assert_eq!(left(&stack, "network"), "");
}

#[test]
fn two_projects_side_by_side_do_not_touch_each_other() {
    let (one, two) = (started("one"), started("two"));
    engine::json(&one.orchcli(&["stop", "-v", "-y", "-o", "json"]), 0);
    assert_eq!(left(&one, "container"), "");
    assert_eq!(two.inspect("web", 1, "{{.State.Status}}"), "running");
    assert_eq!(left(&two, "volume"), format!("{}_data", two.project()));
}

#[test]
fn all_stops_every_registered_project_and_tells_of_each() {
    let (one, two) = (started("stop-all-1"), started("stop-all-2"));
    for stack in [&one, &two] {
        stack.write(
            "orchcli.yaml",
            &format!("name: {}\ncompose: {{files: [compose.yaml]}}\n", stack.project()),
        );
    }
    let registry = one.folder().join("user.json");
    let gone = one.folder().join("gone");
    let projects = [one.folder(), two.folder(), &gone].map(|path| {
        let path = if path.is_dir() { path.canonicalize().unwrap() } else { path.to_owned() };
        (path.to_str().unwrap().to_owned(), json!({"path": path}))
    });
    let contents = json!({"version": 1, "projects": serde_json::Map::from_iter(projects)});
    std::fs::write(&registry, contents.to_string()).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), one.folder());
        command.env("ORCHCLI_CONFIG", &registry).args(arguments).output().unwrap()
    };
    let list = engine::json(&run(&["status", "--all-projects", "-o", "json"]), 0);
    let list = list["projects"].as_array().unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(list[0]["services"].as_array().unwrap().len(), 2);
    assert_eq!(list[2]["error"]["code"], "NO_PROJECT");
    let plan = engine::json(&run(&["stop", "--all", "--dry-run", "-o", "json"]), 0);
    assert_eq!(plan["steps"].as_array().unwrap().len(), 6, "{plan}");
    let result = engine::json(&run(&["stop", "--all", "-o", "json"]), 0);
    let stopped = result["projects"].as_array().unwrap();
    assert_eq!(
        (&stopped[1]["stopped"], &stopped[2]["stopped"]),
        (&json!([two.container("web", 1), two.container("db", 1)]), &json!([]))
    );
    assert_eq!((left(&one, "container"), left(&two, "container")), (String::new(), String::new()));
    let refused = engine::json(&run(&["stop", "--all", "--project-name", "x", "-o", "json"]), 2);
    assert_eq!(refused["error"]["code"], "USAGE");
}

#[test]
fn without_an_engine_it_says_that_containers_were_not_looked_at() {
    let stack = Stack::new("stop-away", COMPOSE);
    // What is ended is the group that a process leads.
    let mut child = std::process::Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
    let run = stack.folder().join(".orchcli/run");
    std::fs::create_dir_all(&run).unwrap();
    let record = json!({
        "service": "core", "provider": "embedded", "pid": child.id(), "birth": null,
        "startedAt": "2026-11-25T10:00:00Z", "command": "x", "port": 1, "url": null, "restarts": 0,
    });
    std::fs::write(run.join("core.json"), record.to_string()).unwrap();
    let waiter = std::thread::spawn(move || child.wait().unwrap());
    let mut command = stack.command(&["stop", "-o", "json"]);
    let output = command.env("DOCKER_HOST", "unix:///nowhere/docker.sock").output().unwrap();
    waiter.join().unwrap();
    let result = engine::json(&output, 0);
    assert_eq!(result["stopped"], json!(["core"]));
    assert_eq!(result["warnings"][0]["code"], "ENGINE_UNREACHABLE");
    assert!(result["warnings"][0]["message"].as_str().unwrap().starts_with("containers were not looked at"));
}

/// `orchcli` where nothing below the folder of the project can be written.
fn read_only(stack: &Stack, arguments: &[&str]) -> Output {
    let mut plain = stack.command(arguments);
    if rustix::process::geteuid().is_root() {
        // Root may write where it likes, but not to what is mounted so, for this command alone.
        let mount =
            "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && cd \"$0\" && exec \"$@\"";
        let mut command = engine::command("unshare", stack.folder());
        command.args(["--mount", "sh", "-c", mount]).arg(stack.folder()).arg(plain.get_program());
        return command.args(plain.get_args()).output().unwrap();
    }
    let mode = |folder: u32, file: u32| {
        for (path, mode) in [("", folder), (".orchcli", folder), (".orchcli/lock", file)] {
            fs::set_permissions(stack.folder().join(path), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    mode(0o555, 0o444);
    let output = plain.output().unwrap();
    mode(0o755, 0o644);
    output
}

#[test]
fn a_folder_that_cannot_be_written_keeps_nobody_from_stopping() {
    let stack = started("stop-read-only");
    let held = File::open(stack.folder().join(".orchcli/lock")).unwrap();
    held.lock().unwrap();
    let refused = engine::json(&read_only(&stack, &["--lock-timeout", "0", "stop", "-o", "json"]), 6);
    assert_eq!(refused["error"]["code"], "LOCK_HELD");
    drop(held);
    let result = engine::json(&read_only(&stack, &["stop", "-o", "json"]), 0);
    assert_eq!(result["warnings"][0]["code"], "READ_ONLY", "{result}");
    assert_eq!((left(&stack, "container"), left(&stack, "network")), (String::new(), String::new()));
}
