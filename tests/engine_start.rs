//! `start` on a real engine: what it makes, what it leaves alone, what it makes anew and why, what it waits for.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use engine::{docker, text};
use stack::Stack;

/// A service that stays until it is told to end.
const STAY: &str = "image: testbed/busybox:1, init: true, stop_grace_period: 1s, command: [sleep, '1000']";

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
fn what_changed_is_made_anew_and_the_reason_names_it_without_its_value() {
    let compose = |environment: &str| {
        format!("services:\n  db: {{{STAY}}}\n  web: {{{STAY}, environment: {{{environment}}}}}\n")
    };
    let stack = Stack::new("reason", &compose("TOKEN: first-value, LEVEL: info"));
    start(&stack, &[]);
    let (db, web) = (stack.inspect("db", 1, "{{.Id}}"), stack.inspect("web", 1, "{{.Id}}"));
    stack.write("compose.yaml", &compose("TOKEN: second-value, MORE: x"));
    let reason = "environment LEVEL removed, environment MORE added, environment TOKEN changed";
    let container = plan(&stack, &[]).pop().unwrap();
    assert_eq!(container, ("change".to_owned(), "container.web-1".to_owned(), json!(reason)));
    // Wanted as it is, it stays.
    assert_eq!(start(&stack, &["--no-recreate"])["recreated"], json!([]));
    assert_eq!(stack.inspect("web", 1, "{{.Id}}"), web);

    let again = start(&stack, &[]);
    assert_eq!(again["recreated"], json!([{"service": "web", "reason": reason}]));
    assert!(!again.to_string().contains("-value"), "{again}");
    assert_eq!(stack.inspect("db", 1, "{{.Id}}"), db);
    assert_ne!(stack.inspect("web", 1, "{{.Id}}"), web);
    assert_eq!(start(&stack, &[])["recreated"], json!([]));
    assert_eq!(start(&stack, &["--force-recreate"])["recreated"].as_array().unwrap().len(), 2);
}

#[test]
fn another_image_behind_the_tag_and_another_network_are_reasons() {
    let stack = Stack::new("image", "");
    let image = format!("{}:1", stack.project());
    let tag = || docker(&["tag", "testbed/busybox:1", &image]);
    tag();
    let compose = |network: &str| {
        format!(
            "services:\n  web: {{{}, networks: [back]}}\nnetworks: {{back: {{{network}}}}}\n",
            STAY.replace("testbed/busybox:1", &image)
        )
    };
    stack.write("compose.yaml", &compose(""));
    start(&stack, &[]);
    let other = docker(&["run", "-d", "testbed/busybox:1", "true"]);
    docker(&["commit", "-c", "ENV OTHER=1", &other, &image]);
    docker(&["rm", "-f", &other]);
    let reason = format!("the image {image} is another one now");
    assert_eq!(start(&stack, &[])["recreated"], json!([{"service": "web", "reason": reason}]));
    assert_eq!(start(&stack, &[])["recreated"], json!([]));

    stack.write("compose.yaml", &compose("internal: true"));
    let steps = plan(&stack, &[]);
    assert_eq!(steps[0], ("change".to_owned(), "network.back".to_owned(), json!("internal changed")));
    let again = start(&stack, &[]);
    assert_eq!(again["recreated"][0]["reason"], "the network back is made anew");
    let network = format!("{}_back", stack.project());
    assert_eq!(docker(&["network", "inspect", "-f", "{{.Internal}}", &network]), "true");
    assert_eq!(start(&stack, &[])["recreated"], json!([]));

    // Taken off by somebody, it is put back on by a new container.
    docker(&["network", "disconnect", "-f", &network, &stack.container("web", 1)]);
    assert_eq!(start(&stack, &[])["recreated"][0]["reason"], format!("network {network} added"));
    drop(stack);
    docker(&["rmi", "-f", &image]);
}

#[test]
fn a_mount_of_another_volume_is_a_reason_and_what_is_in_volumes_stays() {
    let compose = |name: &str| {
        format!(
            "services:\n  web: {{{STAY}, volumes: ['data:/data', /scratch]}}\nvolumes: {{data: {{name: '{name}'}}}}\n"
        )
    };
    let stack = Stack::new("volume", "");
    let (one, two) = (format!("{}_one", stack.project()), format!("{}_two", stack.project()));
    stack.write("compose.yaml", &compose(&one));
    start(&stack, &[]);
    let container = stack.container("web", 1);
    docker(&["exec", &container, "sh", "-c", "echo kept >/data/file; echo handed on >/scratch/file"]);
    stack.write("compose.yaml", &compose(&two));
    assert_eq!(start(&stack, &[])["recreated"], json!([{"service": "web", "reason": "mount /data changed"}]));
    assert_eq!(docker(&["exec", &container, "ls", "/data"]), "");
    assert_eq!(docker(&["exec", &container, "cat", "/scratch/file"]), "handed on");
    stack.write("compose.yaml", &compose(&one));
    start(&stack, &["--renew-anon-volumes"]);
    assert_eq!(docker(&["exec", &container, "cat", "/data/file"]), "kept");
    assert_eq!(docker(&["exec", &container, "ls", "/scratch"]), "");
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
fn a_service_waits_for_what_it_depends_on_to_end_well() {
    let text_of = format!(
        "services:\n  job: {{image: testbed/busybox:1, command: [sh, -c, 'sleep 0.3; echo done >/data/done'], volumes: ['data:/data']}}\n  \
         web: {{{STAY}, volumes: ['data:/data'], depends_on: {{job: {{condition: service_completed_successfully}}}}, \
         healthcheck: {{test: [CMD, test, -e, /data/done], interval: 300ms}}}}\nvolumes: {{data: }}\n"
    );
    let stack = Stack::new("completes", &text_of);
    start(&stack, &[]);
    assert_eq!(stack.inspect("job", 1, "{{.State.Status}} {{.State.ExitCode}}"), "exited 0");
    let again = stack.orchcli(&["start", "-d"]);
    assert!(text(&again.stdout).starts_with("= up to date\n"), "what is done stays done");

    stack.write("compose.yaml", &text_of.replace("sleep 0.3;", "echo no luck; exit 4;"));
    let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 7);
    let error = &document["error"];
    assert_eq!((&error["code"], &error["message"]), (&json!("EXITED"), &json!("job exited with code 4")));
    let service = &error["details"]["services"][0];
    assert_eq!((&service["exitCode"], &service["lines"]), (&json!(4), &json!(["no luck"])));
}

#[test]
fn ready_after_is_each_services_own_time_and_not_that_of_what_came_after_it() {
    let healthy_after = |seconds: u32, needs: &str| {
        format!(
            "{{image: testbed/busybox:1, init: true, stop_grace_period: 1s, \
             command: [sh, -c, 'sleep {seconds}; touch /tmp/ok; exec sleep 1000'], depends_on: {{{needs}}}, \
             healthcheck: {{test: [CMD, test, -e, /tmp/ok], interval: 200ms, retries: 100}}}}"
        )
    };
    let (quick, slow) = (healthy_after(0, ""), healthy_after(4, "quick: {condition: service_healthy}"));
    let last = healthy_after(0, "slow: {condition: service_healthy}");
    let stack =
        Stack::new("readyafter", &format!("services:\n  quick: {quick}\n  slow: {slow}\n  last: {last}\n"));
    let table = text(&stack.orchcli(&["start", "-d"]).stdout);
    let after = |name: &str| -> u64 {
        let row = table.lines().find(|line| line.starts_with(name)).expect("a row");
        row.trim_end_matches(" ms").rsplit(' ').next().unwrap().parse().expect("milliseconds")
    };
    assert!(after("quick") < after("slow"), "{table}");
}

#[test]
fn a_service_that_does_not_become_ready_is_told_with_its_last_lines() {
    let cases = [
        ("IMAGE, command: [sh, -c, 'echo last words; exit 3']", "EXITED", "web exited with code 3"),
        (
            "IMAGE, command: [sleep, '1000'], init: true, \
             healthcheck: {test: [CMD, 'false'], interval: 200ms, retries: 2}",
            "UNHEALTHY",
            "web is unhealthy: its health check fails",
        ),
        (
            "IMAGE, restart: always, command: [sh, -c, 'echo again; exit 1']",
            "EXITED",
            "web was started 3 times again, and exited with code 1 each time",
        ),
        (
            stack::OUT_OF_MEMORY,
            "EXITED",
            "web was killed because it used more memory than it may (exit code 137)",
        ),
    ];
    for (index, (keys, code, message)) in cases.into_iter().enumerate() {
        let keys = keys.replace("IMAGE", "image: testbed/busybox:1, stop_grace_period: 1s");
        let text_of = format!("services:\n  web: {{{keys}}}\n  db: {{{STAY}}}\n");
        let stack = Stack::new(&format!("unready{index}"), &text_of);
        let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json"]), 7);
        let error = &document["error"];
        // A busy engine may have started it once more before that is seen.
        let told =
            error["message"].as_str().unwrap_or_default().replace("started 4 times", "started 3 times");
        assert_eq!((&error["code"], told.as_str()), (&json!(code), message));
        assert_eq!(stack.inspect("db", 1, "{{.State.Status}}"), "running", "the rest keeps running");
    }
}

#[test]
fn one_that_takes_too_long_is_given_up() {
    let text_of = format!(
        "services:\n  web: {{{STAY}, healthcheck: {{test: [CMD, 'false'], start_period: 60s, interval: 1s}}}}\n"
    );
    let stack = Stack::new("late", &text_of);
    let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json", "--wait-timeout", "1s"]), 7);
    assert_eq!(document["error"]["code"], "TIMEOUT");
    start(&stack, &["--no-wait"]);
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
fn core_is_ready_when_it_answers_where_it_is_published() {
    let compose = |command: &str| {
        format!(
            "services:\n  core: {{image: testbed/busybox:1, init: true, stop_grace_period: 1s, ports: ['127.0.0.1::3000'], command: [sh, -c, '{command}']}}\n"
        )
    };
    let serve = "sleep 2; mkdir -p /www/v1; echo ok >/www/v1/index.html; exec httpd -f -p 3000 -h /www";
    let stack = Stack::new("answers", &compose(serve));
    let result = start(&stack, &[]);
    let port = result["services"][0]["ports"][0]["host"].as_u64().unwrap();
    let answer = std::net::TcpStream::connect(("127.0.0.1", u16::try_from(port).unwrap()));
    assert!(answer.is_ok(), "it is there when start says so");
    assert_eq!(docker(&["exec", &stack.container("core", 1), "cat", "/www/v1/index.html"]), "ok");

    stack.write("compose.yaml", &compose("exec sleep 1000"));
    let document = engine::json(&stack.orchcli(&["start", "-d", "-o", "json", "--wait-timeout", "3s"]), 7);
    assert_eq!(document["error"]["code"], "TIMEOUT");
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("does not answer at http://127.0.0.1:"), "{message}");
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
