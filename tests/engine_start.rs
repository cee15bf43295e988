//! `start` on a real engine: what it makes, with what, and what it leaves alone.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use engine::{docker, text};
use stack::{STAY, Stack};

fn start(stack: &Stack, more: &[&str]) -> Value {
    engine::json(&stack.orchcli(&[&["start", "-d", "-o", "json"], more].concat()), 0)
}

fn plan(stack: &Stack, more: &[&str]) -> Vec<(String, String, Value)> {
    let arguments = [&["start", "-d", "--dry-run", "-o", "json"], more].concat();
    let document = engine::json(&stack.orchcli(&arguments), 0);
    let word = |step: &Value, name: &str| step[name].as_str().unwrap_or_default().to_owned();
    let steps = document["steps"].as_array().unwrap();
    steps.iter().map(|step| (word(step, "action"), word(step, "id"), step["reason"].clone())).collect()
}

#[test]
fn the_first_start_makes_everything_and_the_second_one_nothing() {
    let text_of = format!(
        "services:\n  db: {{{STAY}, volumes: ['data:/data'], healthcheck: {{test: [CMD, 'true'], interval: 300ms}}}}\n  \
         web: {{{STAY}, depends_on: {{db: {{condition: service_healthy}}}}}}\nvolumes: {{data: }}\n"
    );
    let stack = Stack::new("first", &text_of);
    let planned: Vec<String> =
        plan(&stack, &[]).into_iter().map(|(action, id, _)| format!("{action} {id}")).collect();
    assert_eq!(
        planned,
        ["create network.default", "create volume.data", "create container.db-1", "create container.web-1"]
    );
    assert_eq!(
        docker(&["ps", "-aq", "--filter", &format!("name={}", stack.project())]),
        "",
        "a dry run makes nothing"
    );

    let first = start(&stack, &[]);
    assert_eq!((&first["created"], &first["kept"]), (&json!(["db", "web"]), &json!([])));
    assert_eq!(first["composeProject"], *stack.project());
    let services = first["services"].as_array().unwrap();
    assert!(services.iter().all(|service| service["ready"] == true), "{services:?}");
    assert_eq!(services[0]["health"], "healthy");

    let ids = (stack.inspect("db", 1, "{{.Id}}"), stack.inspect("web", 1, "{{.Id}}"));
    let second = start(&stack, &[]);
    assert_eq!((&second["created"], &second["recreated"]), (&json!([]), &json!([])));
    assert_eq!(second["kept"], json!(["db", "web"]));
    assert_eq!((stack.inspect("db", 1, "{{.Id}}"), stack.inspect("web", 1, "{{.Id}}")), ids);
    let output = stack.orchcli(&["up"]);
    assert!(text(&output.stdout).starts_with("= up to date\n"), "{}", text(&output.stdout));
}

#[test]
fn the_labels_are_those_of_compose_and_ours_and_no_others() {
    let text_of = format!(
        "services:\n  db: {{{STAY}}}\n  web: {{{STAY}, labels: {{mine: yes it is}}, depends_on: {{db: {{condition: service_started, restart: true}}}}}}\n"
    );
    let stack = Stack::new("labels", &text_of);
    start(&stack, &[]);
    let labels: BTreeMap<String, String> =
        serde_json::from_str(&stack.inspect("web", 1, "{{json .Config.Labels}}")).unwrap();
    let folder = stack.folder().canonicalize().unwrap().display().to_string();
    let hash = text(&stack.orchcli(&["config", "compose", "--hash=web"]).stdout);
    let hash = hash.trim().trim_start_matches("web ");
    let version = env!("CARGO_PKG_VERSION");
    let image = docker(&["image", "inspect", "-f", "{{.Id}}", "testbed/busybox:1"]);
    let expected: BTreeMap<String, String> = [
        ("com.docker.compose.project", stack.project()),
        ("com.docker.compose.service", "web"),
        ("com.docker.compose.container-number", "1"),
        ("com.docker.compose.oneoff", "False"),
        ("com.docker.compose.project.working_dir", &folder),
        ("com.docker.compose.project.config_files", &format!("{folder}/compose.yaml")),
        ("com.docker.compose.depends_on", "db:service_started:true"),
        ("com.docker.compose.image", &image),
        ("com.docker.compose.config-hash", hash),
        ("com.docker.compose.version", version),
        ("dev.orchcli.managed", "true"),
        ("dev.orchcli.version", version),
        ("dev.orchcli.mode", "production"),
        ("dev.orchcli.hash", &format!("1:{hash}")),
        ("mine", "yes it is"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    assert_eq!(labels, expected);

    let network =
        docker(&["network", "inspect", "-f", "{{json .Labels}}", &format!("{}_default", stack.project())]);
    let expected = json!({
        "com.docker.compose.network": "default", "com.docker.compose.project": stack.project(),
        "com.docker.compose.version": version,
    });
    assert_eq!(serde_json::from_str::<Value>(&network).unwrap(), expected);
}

#[test]
fn scale_follows_the_files_and_the_highest_numbers_go() {
    let compose = |scale: u32| format!("services:\n  web: {{{STAY}, scale: {scale}}}\n");
    let stack = Stack::new("scale", &compose(1));
    start(&stack, &[]);
    let first = stack.inspect("web", 1, "{{.Id}}");
    stack.write("compose.yaml", &compose(3));
    assert_eq!(start(&stack, &[])["services"].as_array().unwrap().len(), 3);
    assert_eq!(stack.inspect("web", 1, "{{.Id}}"), first, "scale is no reason to make one anew");
    stack.write("compose.yaml", &compose(2));
    assert_eq!(start(&stack, &[])["removed"], json!([stack.container("web", 3)]));
    stack.write("compose.yaml", &compose(0));
    assert_eq!(start(&stack, &[])["services"], json!([]));
}

#[test]
fn containers_of_services_that_are_gone_go_when_they_are_ours() {
    let stack = Stack::new("orphans", &format!("services:\n  web: {{{STAY}}}\n  old: {{{STAY}}}\n"));
    start(&stack, &[]);
    stack.run("foreign", 1, &[], &["sleep", "1000"]);
    stack.write("compose.yaml", &format!("services:\n  web: {{{STAY}}}\n"));
    assert_eq!(start(&stack, &["--keep-orphans"])["removed"], json!([]));
    let again = start(&stack, &[]);
    assert_eq!(again["removed"], json!([stack.container("old", 1)]));
    assert_eq!(again["warnings"][0]["code"], "ORPHANS");
    assert_eq!(start(&stack, &["--remove-orphans"])["removed"], json!([stack.container("foreign", 1)]));
    assert_eq!(start(&stack, &[])["removed"], json!([]));
}

#[test]
fn configs_and_secrets_are_in_the_container_before_it_starts() {
    let text_of = "services:\n  web: {image: testbed/busybox:1, init: true, stop_grace_period: 1s, command: [sh, -c, 'cat /run/secrets/token /conf /c/f; echo; exec sleep 1000'],\n    \
         configs: [{source: inline, target: /conf}, {source: file, target: /c/f}], secrets: [{source: token, uid: '7', mode: 0400}]}\n\
         configs: {inline: {content: 'in '}, file: {file: ./f}}\nsecrets: {token: {environment: TOKEN}}\n";
    let stack = Stack::new("files", text_of);
    stack.write("f", "file");
    let run = |token: &str, more: &[&str]| {
        let arguments = [&["start", "-d", "-o", "json"], more].concat();
        let output = stack.command(&arguments).env("TOKEN", token).output().unwrap();
        engine::json(&output, 0)
    };
    run("hush ", &[]);
    let container = stack.container("web", 1);
    assert_eq!(docker(&["logs", &container]), "hush in file");
    assert_eq!(docker(&["exec", &container, "stat", "-c", "%u %a", "/run/secrets/token"]), "7 400");
    assert_eq!(run("hush ", &[])["recreated"], json!([]));
    let again = run("other ", &[]);
    assert_eq!(again["recreated"][0]["reason"], "what its configs, its secrets or its options say changed");
    assert_eq!(docker(&["logs", &container]), "other in file");
    let inspected = docker(&["inspect", &container]);
    assert!(!inspected.contains("other "), "a secret is nowhere but in its file");
}

#[test]
fn a_network_of_somebody_else_is_not_touched() {
    let stack = Stack::new("taken", &format!("services:\n  web: {{{STAY}}}\n"));
    let network = format!("{}_default", stack.project());
    docker(&["network", "create", &network]);
    let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 6);
    assert_eq!(document["error"]["code"], "NAME_TAKEN");
    docker(&["network", "rm", &network]);
    start(&stack, &[]);
}

#[test]
fn what_cannot_be_done_stops_it_before_anything_is_made() {
    for (compose, exit, code) in [
        ("services:\n  web: {image: testbed/busybox:1, provider: {type: x}}\n", 5, "COMPOSE_UNSUPPORTED"),
        ("services:\n  web: {image: testbed/busybox:1, restart: sometimes}\n", 5, "COMPOSE_INVALID"),
        (
            "services:\n  web: {image: testbed/busybox:1}\nnetworks: {default: {external: true, name: a-nowhere}}\n",
            5,
            "COMPOSE_INVALID",
        ),
    ] {
        let stack = Stack::new("refused", compose);
        let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), exit);
        assert_eq!(document["error"]["code"], code, "{document}");
        let label = format!("label=com.docker.compose.project={}", stack.project());
        assert_eq!(docker(&["ps", "-aq", "--filter", &label]), "");
        assert_eq!(docker(&["network", "ls", "-q", "--filter", &label]), "");
    }
}

#[test]
fn a_folder_of_a_volume_needs_a_newer_engine_and_must_be_there() {
    let stack = Stack::new(
        "subpath",
        "services:\n  web: {image: testbed/busybox:1, volumes: [{type: volume, source: v, target: /v, volume: {subpath: s}}]}\nvolumes: {v: }\n",
    );
    let (exit, code) = if engine::api() < (1, 45) { (4, "ENGINE_TOO_OLD") } else { (7, "EXITED") };
    let error = &engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), exit)["error"];
    assert_eq!(error["code"], code, "{error}");
    if code == "EXITED" {
        assert!(error["hint"].as_str().unwrap().contains("subpath"), "{error}");
    }
}

#[test]
fn where_the_time_went_is_told_traced_and_remembered() {
    let text_of = format!(
        "services:\n  db: {{{STAY}, healthcheck: {{test: [CMD, 'true'], interval: 300ms}}}}\n  \
         web: {{{STAY}, depends_on: {{db: {{condition: service_healthy}}}}}}\n"
    );
    let stack = Stack::new("timings", &text_of);
    let mut told = String::new();
    for _ in 0..4 {
        let start = ["start", "-d", "--force-recreate", "--timings", "--trace-file", "trace.json"];
        let output = stack.orchcli(&start);
        assert!(output.status.success(), "{}", text(&output.stderr));
        told = text(&output.stderr);
    }
    let row = |step: &str| {
        let line = told.lines().find(|line| line.starts_with(step)).unwrap_or_else(|| panic!("{told}"));
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let web = row("container.web-1 ");
    assert_ne!(web[3], "0", "it waits until the database is healthy: {told}");
    assert!(web.contains(&"%".to_owned()), "it is on the critical path: {told}");
    assert!(row("STEP ").ends_with(&["CRITICAL".to_owned(), "USUALLY".to_owned()]));
    assert_eq!(
        web.iter().filter(|word| word.starts_with("ms")).count(),
        3,
        "three runs say what is usual: {told}"
    );
    assert!(told.contains("\nslowest: "), "{told}");

    let trace: Value =
        serde_json::from_slice(&std::fs::read(stack.folder().join("trace.json")).unwrap()).unwrap();
    let named = |name: &str| {
        let events = trace["traceEvents"].as_array().unwrap();
        events.iter().any(|event| event["name"] == name && event["cat"] == "work")
    };
    assert!(named("container.db-1") && named("ready.web-1"), "{trace}");
    let state = std::fs::read(stack.folder().join(".orchcli/state.json")).unwrap();
    let state: Value = serde_json::from_slice(&state).unwrap();
    assert_eq!(state["durations"]["start"]["container.web-1"].as_array().unwrap().len(), 4, "{state}");
}
