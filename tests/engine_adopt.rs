//! `init` where the reference's stack is: its data goes on, its containers go when somebody says so (cli.md 5.5). On an
//! engine of its own, as the names of that stack are the same for everybody.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/own_engine.rs"]
mod own_engine;
#[path = "support/ports.rs"]
mod ports;

use std::process::Output;

use engine::json;
use own_engine::Own;

#[test]
fn what_the_reference_left_stays_until_it_is_taken_over_and_its_data_goes_on() {
    let own = Own::up("adopt");
    let [port, core, ui] = ports::free_ports().map(|port: u16| port.to_string());
    let (container, volume) = ("kubeorchestra-mongodb", "kubeorchestra_mongodb_data");
    let (mount, publish) = (format!("{volume}:/data/db"), format!("127.0.0.1:{port}:27017"));
    let words = ["sh", "-c", "echo old >/data/db/kept; exec sleep 1000"];
    own.docker(&["network", "create", "old"]);
    let run = ["run", "-d", "--network", "old", "--name", container, "-v", &mount, "-p", &publish];
    own.docker(&[&run[..], &["testbed/busybox:1"], &words].concat());

    let folder = tempfile::tempdir().unwrap();
    let said = format!("mongodb={port}");
    let command = || {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), folder.path());
        command.env("DOCKER_HOST", own.host()).env("LANG", "C.UTF-8");
        command
    };
    let (at_core, at_ui) = (format!("--port=core={core}"), format!("--port=ui={ui}"));
    let init = |more: &[&str]| -> Output {
        command().args(["init", "-o", "json", &at_core, &at_ui]).args(more).output().unwrap()
    };
    // Its port is named as what it is: something to take over.
    let busy = json(&init(&["--port", &said]), 6);
    assert_eq!(busy["error"]["details"]["ports"][0]["holder"]["container"], container);
    assert!(busy["error"]["hint"].as_str().unwrap().contains("--adopt"), "{busy}");
    let told = json(&init(&["--port", "mongodb=1"]), 0);
    assert_eq!(told["warnings"][0]["code"], "LEGACY_STACK");
    assert_eq!(own.docker(&["ps", "--format", "{{.Names}}"]), container, "nothing of it is touched");

    let mut hide = vec![(folder.path().display().to_string(), "~")];
    hide.extend([&port, &core, &ui].map(|port| (port.clone(), "<port>")));
    let shown = |line: &[&str], forms: &[&str]| golden::shown(&command, line, forms, &hide);
    // What is done at once is told in any order.
    let wished = ["init", "--port", &said, &at_core, &at_ui, "--adopt", "--parallel", "1"];
    let planned = shown(&[&wished[..], &["--dry-run"]].concat(), &["text", "json"]);
    let plan = json(&init(&["--port", &said, "--adopt", "--dry-run"]), 0);
    let step = |id: &str| {
        let mut steps = plan["steps"].as_array().unwrap().iter();
        steps.find(|step| step["id"] == id).map(|step| step["action"].clone())
    };
    assert_eq!(step(&format!("adopt.{container}")), Some("remove".into()), "{plan}");
    assert_eq!(step(&format!("adopt.{volume}")), Some("keep".into()));
    let adopted = shown(&wished, &["text", "json"]);
    assert_eq!(own.docker(&["ps", "-aq"]), "");
    assert_eq!(own.docker(&["volume", "ls", "-q"]), volume);

    // The database of the new stack is on the old volume.
    let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), folder.path());
    command.env("DOCKER_HOST", own.host()).env("ORCHCLI_IMAGE_MONGODB", "testbed/busybox:1");
    let started = command.args(["start", "-d", "--no-wait", "-o", "json", "mongodb"]).output().unwrap();
    let started = json(&started, 0);
    let id = started["services"][0]["containerId"].as_str().unwrap();
    let mounts = own.docker(&["inspect", "-f", "{{range .Mounts}}{{.Name}} {{.Destination}};{{end}}", id]);
    assert!(mounts.contains(&format!("{volume} /data/db")), "{mounts}");
    own.docker(&["rm", "-f", "-v", id]);
    let again = json(&init(&["--port", &said, "--adopt"]), 0);
    assert!(again["steps"].as_array().unwrap().iter().all(|step| step["status"] == "skipped"), "{again}");
    golden::hold(
        "commands",
        &[("init-adopt-dry-run".to_owned(), planned), ("init-adopt".to_owned(), adopted)],
    );
}
