//! A project on a real engine: one command at a time, and what the reference left there.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/own_engine.rs"]
mod own_engine;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/stack.rs"]
mod stack;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use orchcli::dev::adopt;
use orchcli::dev::folder::Folder;
use orchcli::dev::lock;
use orchcli::dev::settings::Mode;
use orchcli::docker::discover::{self, Environment, Wanted};

use engine::{docker, text};
use own_engine::Own;
use stack::Stack;

const COMPOSE: &str = "services: {web: {image: 'testbed/busybox:1', init: true, command: [sleep, '1000']}}\n";

/// Holds the lock of a project as another command would.
fn hold(folder: &Path) -> lock::Lock {
    let folder = Folder::of(folder);
    folder.prepare().unwrap();
    lock::take(&folder.lock(), "dev", Duration::ZERO, |_| {}).unwrap()
}

#[test]
fn a_project_that_another_command_works_on_is_left_alone() {
    let stack = Stack::new("locked", COMPOSE);
    let held = hold(stack.folder());
    let refused = engine::json(&stack.orchcli(&["start", "-d", "--lock-timeout", "0", "-o", "json"]), 6);
    assert_eq!(refused["error"]["code"], "LOCK_HELD");
    let holder = &refused["error"]["details"]["holder"];
    assert_eq!(
        (holder["pid"].as_u64(), holder["command"].as_str()),
        (Some(std::process::id().into()), Some("dev"))
    );
    assert!(holder["started_at"].is_string() && holder["host"].is_string());
    let label = format!("label=com.docker.compose.project={}", stack.project());
    assert_eq!(docker(&["ps", "-aq", "--filter", &label]), "", "nothing was made");
    drop(held);
    engine::json(&stack.orchcli(&["start", "-d", "--lock-timeout", "0", "-o", "json"]), 0);
}

#[test]
fn a_project_is_listed_as_running_and_purged_with_consent() {
    let stack = Stack::new("purged", COMPOSE);
    stack.write("orchcli.yaml", "compose: {files: [compose.yaml]}\n");
    engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    let list = || engine::json(&stack.orchcli(&["config", "projects", "-o", "json"]), 0)["projects"].clone();
    let running = list();
    assert_eq!((running.as_array().unwrap().len(), &running[0]["running"]), (1, &true.into()), "{running}");
    let purge =
        |more: &[&str]| stack.orchcli(&[&["config", "remove", ".", "--purge", "-o", "json"], more].concat());
    let refused = engine::json(&purge(&["--no-input"]), 10);
    assert_eq!(refused["error"]["code"], "DECLINED");
    let label = format!("label=com.docker.compose.project={}", stack.project());
    assert_ne!(docker(&["ps", "-q", "--filter", &label]), "");
    engine::json(&purge(&["--yes"]), 0);
    assert_eq!(docker(&["ps", "-aq", "--filter", &label]), "");
    assert_eq!(list().as_array().unwrap().len(), 0);
}

#[test]
fn ports_tags_and_the_mode_of_one_run_come_from_flags() {
    let stack = Stack::new("flags", COMPOSE);
    stack.write("orchcli.yaml", "services: {core: {image: testbed/busybox}}\n");
    let run = |arguments: &[&str]| {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), stack.folder());
        command.args(["start", "-d", "-o", "json", "--project-name", stack.project()]).args(arguments);
        engine::json(&command.output().unwrap(), 0)
    };
    let plan = run(&["--mode", "frontend-only", "--dry-run"]).to_string();
    assert!(plan.contains("-core-1") && !plan.contains("-ui-1"), "the UI is not in a container: {plan}");
    assert!(!stack.folder().join("docker").exists(), "a dry run writes nothing");

    let free = ports::free_port();
    let port = format!("core={free}");
    run(&["core", "--no-deps", "--no-wait", "--port", &port, "--image-tag", "1"]);
    assert_eq!(stack.inspect("core", 1, "{{.Config.Image}}"), "testbed/busybox:1");
    let bound = stack.inspect("core", 1, "{{json .HostConfig.PortBindings}}");
    assert!(bound.contains(&format!("\"HostIp\":\"127.0.0.1\",\"HostPort\":\"{free}\"")), "{bound}");
    let keys = stack.inspect("core", 1, "{{json .Config.Env}}");
    assert!(
        keys.contains("KUBEORCH_JWT_SECRET=")
            && keys.contains(&format!("KUBEORCH_BASE_URL=http://localhost:{free}"))
    );
    let made = std::fs::read_to_string(stack.folder().join("docker/docker-compose.prod.yml")).unwrap();
    assert!(made.starts_with("# orchcli "), "{made}");
}

#[test]
fn what_runs_by_a_file_that_was_named_makes_no_project_of_its_folder() {
    let stack = Stack::new("by-file", COMPOSE);
    for _ in 0..2 {
        engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 0);
    }
    for bare in ["status", "stop", "start", "restart"] {
        let refused = engine::json(&engine::orchcli(stack.folder(), &[bare, "-o", "json", "--dry-run"]), 3);
        assert_eq!(refused["error"]["code"], "NO_PROJECT", "{bare}");
    }
    let stopped = engine::json(&stack.orchcli(&["stop", "-o", "json"]), 0);
    assert_eq!(stopped["stopped"][0], stack.container("web", 1));
    // What makes a project of it says so itself.
    let ports = ["mongodb", "core", "ui"].map(|service| format!("--port={service}={}", ports::free_port()));
    let ports = ports.each_ref().map(String::as_str);
    let made = engine::orchcli(stack.folder(), &[&["init", "--skip-deps"], &ports[..]].concat());
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    std::fs::remove_file(stack.folder().join("orchcli.yaml")).unwrap();
    let status = engine::json(
        &engine::orchcli(stack.folder(), &["status", "-o", "json", "--user-config", "none.json"]),
        0,
    );
    assert_eq!(status["mode"], "production", "{status}");
}

#[test]
fn what_the_named_files_do_not_have_is_not_said_to_run_from_a_checkout() {
    let stack = Stack::new("named-mode", COMPOSE);
    stack.write("orchcli.yaml", "name: shop\n");
    let started = engine::json(&stack.orchcli(&["start", "-d", "--mode", "full", "-o", "json"]), 0);
    assert_eq!(started["fromSource"], serde_json::json!([]));
}

#[test]
fn who_waits_is_told_for_whom_and_goes_on_after() {
    let stack = Stack::new("waits", COMPOSE);
    let held = hold(stack.folder());
    let mut child =
        stack.command(&["start", "-d"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = child.stderr.take().unwrap();
    let mut said = String::new();
    let mut byte = [0];
    while !said.contains('\n') {
        assert_ne!(errors.read(&mut byte).unwrap(), 0, "it ended: {said}");
        said.push(char::from(byte[0]));
    }
    assert!(said.contains(&format!("orchcli dev (pid {}", std::process::id())), "{said}");
    drop(held);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

/// On an engine of its own, as the names of that stack are the same for everybody.
#[tokio::test]
async fn what_the_reference_left_is_found_and_its_data_goes_on() {
    let own = Own::up("project");
    let (container, volume) = ("kubeorchestra-mongodb-hybrid", "kubeorchestra_mongodb_data_hybrid");
    let mount = format!("{volume}:/data/db");
    own.docker(&["create", "--name", container, "-v", &mount, "testbed/busybox:1", "true"]);
    let host = own.host();
    let wanted = Wanted { docker_host: Some(&host), context: None };
    let connected = discover::connect(wanted, &Environment::of_process()).await.unwrap();
    let found = adopt::find(&connected).await.unwrap();
    let ended = adopt::remove_containers(&connected, &found, Duration::from_secs(1)).await;
    let after = adopt::find(&connected).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = adopt::declare(folder.path(), Mode::UiDev, &found).unwrap().unwrap();
    ended.unwrap();
    assert_eq!((found.containers, found.volumes), (vec![container.to_owned()], vec![volume.to_owned()]));
    assert!(after.containers.is_empty() && after.volumes == [volume], "the data stays: {after:?}");
    assert!(std::fs::read_to_string(file).unwrap().contains(volume));
}

/// The engine at a port of an address that is not this machine's usual one.
fn far() -> String {
    let listener = TcpListener::bind("127.0.0.2:0").unwrap();
    let address = listener.local_addr().unwrap();
    let socket = engine::bed().join("docker.sock");
    std::thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let far = UnixStream::connect(&socket).unwrap();
            for (mut from, mut to) in [
                (
                    Box::new(near.try_clone().unwrap()) as Box<dyn Read + Send>,
                    Box::new(far.try_clone().unwrap()) as Box<dyn Write + Send>,
                ),
                (Box::new(far), Box::new(near)),
            ] {
                std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            }
        }
    });
    format!("tcp://{address}")
}

#[test]
fn a_folder_of_this_machine_is_not_mounted_on_another() {
    let stack = Stack::new("far", &COMPOSE.replace("init: true", "init: true, volumes: ['./here:/there']"));
    let run = |arguments: &[&str]| stack.command(arguments).env("DOCKER_HOST", far()).output().unwrap();
    let refused = engine::json(&run(&["start", "-d", "-o", "json"]), 5);
    assert_eq!(refused["error"]["code"], "COMPOSE_UNSUPPORTED");
    let told = refused["error"].to_string();
    assert!(told.contains("127.0.0.2") && told.contains("web mounts") && told.contains("/here"), "{told}");
    stack.write("compose.yaml", &COMPOSE.replace("init: true", "init: true, volumes: ['/tmp:/there']"));
    engine::json(&run(&["start", "-d", "--dry-run", "-o", "json"]), 0);
}
