//! What `start` makes anew on a real engine, and why.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use serde_json::{Value, json};

use engine::docker;
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
