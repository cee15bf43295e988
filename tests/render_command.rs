//! `orchcli render` as somebody at a terminal meets it: the forms of its input, and what it says when it cannot.

#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::process::{Command, Stdio};

use assert_cmd::Command as Cli;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn orchcli(folder: &TempDir, arguments: &[&str]) -> Cli {
    let mut command = Cli::cargo_bin("orchcli").unwrap();
    command.current_dir(folder.path()).env_remove("ORCHCLI_OUTPUT").arg("render").args(arguments);
    command
}

/// What it says on stderr, with nothing on stdout and exit code 5.
fn refused(files: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = orchcli(&folder(files), arguments).assert().code(5).stdout("").get_output().clone();
    String::from_utf8(output.stderr).unwrap()
}

const CONFIG: &str =
    r#"{"id": "c", "type": "configmap", "data": {"name": "settings", "data": {"yes": "no"}}}"#;

#[test]
fn a_graph_a_workflow_and_a_run_are_read_from_json_yaml_and_stdin() {
    let graph = format!(r#"{{"nodes": [{CONFIG}], "edges": []}}"#);
    let workflow = format!(
        r#"{{"id": "66f0000000000000000000a1", "name": "x", "status": "draft", "nodes": [{CONFIG}]}}"#
    );
    let run = format!(r#"{{"workflow": {workflow}, "trigger_data": {{}}}}"#);
    let yaml = "nodes:\n- {id: c, type: configmap, data: {name: settings, data: {\"yes\": \"no\"}}}\n";
    let folder = folder(&[
        ("graph.json", &graph),
        ("workflow.json", &workflow),
        ("run.json", &run),
        ("graph.yaml", yaml),
    ]);
    let render = |file: &str| -> Value {
        let output = orchcli(&folder, &[file, "-o", "json"]).write_stdin(graph.as_str()).assert().success();
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    };
    let owner = |documents: &Value| documents[0]["metadata"]["labels"]["orchcli.dev/workflow-id"].clone();
    for file in ["graph.json", "graph.yaml", "-"] {
        let documents = render(file);
        assert_eq!(documents[0]["data"], json!({"yes": "no"}), "{file}");
        assert_eq!(owner(&documents), "0".repeat(24), "{file}");
    }
    for file in ["workflow.json", "run.json"] {
        assert_eq!(owner(&render(file)), "66f0000000000000000000a1", "{file}");
    }
}

#[test]
fn values_may_come_in_a_file_of_their_own() {
    let graph = r#"{"nodes": [{"id": "s", "type": "secret", "data": {"keys": [{"id": "k", "name": "A"}]}}], "edges": []}"#;
    let folder = folder(&[
        ("g.json", graph),
        ("v.yaml", "secrets: {s: {A: 1}}"),
        ("r.json", r#"{"trigger_data": {"secrets": {"s": {"A": "1"}}}}"#),
    ]);
    for values in ["v.yaml", "r.json"] {
        let output = orchcli(&folder, &["g.json", "--values", values]).assert().success().stderr("");
        assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("A: MQ=="), "{values}");
    }
    let output = orchcli(&folder, &["g.json"]).assert().success().stdout("").get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("warning: s keys:"));
}

#[test]
fn a_file_that_makes_no_sense_is_told_by_place() {
    assert!(refused(&[("g.json", "{\"nodes\": [\n {,}]}")], &["g.json"]).starts_with("error: g.json:2:3: "));
    assert!(
        refused(&[("g.yaml", "nodes:\n  - id: a\n   x: y\n")], &["g.yaml"])
            .starts_with("error: g.yaml:3:4: ")
    );
    let nameless = r#"{"nodes": [{"id": "a", "type": "job"}, {"type": "job"}]}"#;
    assert!(
        refused(&[("g.json", nameless)], &["g.json"])
            .starts_with("error: g.json: nodes[1]: missing field `id`")
    );
    assert!(refused(&[("g.json", "{}")], &["g.json"]).starts_with("error: g.json holds no graph"));
    assert!(refused(&[("g.json", "")], &["g.json"]).starts_with("error: g.json holds no object"));
    assert!(refused(&[], &["gone.json"]).starts_with("error: gone.json cannot be read"));
}

#[test]
fn what_does_not_fit_is_told_by_its_place_and_never_by_its_value() {
    for (file, place) in [
        (r#"{"nodes": "s3cret"}"#, "g: nodes must be a list"),
        (
            r#"{"nodes": [], "trigger_data": {"secrets": {"n": {"K": ["s3cret"]}}}}"#,
            "g: trigger_data.secrets.n.K must be text",
        ),
        (
            r#"{"nodes": [], "trigger_data": {"envVars": {"n": "s3cret"}}}"#,
            "g: trigger_data.envVars.n must be an object",
        ),
        (r#"{"nodes": [], "trigger_data": "s3cret"}"#, "g: trigger_data must be an object"),
        (
            r#"{"nodes": [], "registries": [{"id": "r", "registryType": "ghcr", "credentials": "s3cret"}]}"#,
            "g: registries[0].credentials must be an object",
        ),
        (
            r#"{"nodes": [], "registries": [{"id": "r", "registryType": "ghcr", "credentials": {"password": ["s3cret"]}}]}"#,
            "g: registries[0].credentials.password must be text",
        ),
        (r#"{"nodes": [], "registries": [{"registryType": "ghcr"}]}"#, "g: registries[0].id is required"),
        (
            r#"{"nodes": [], "registries": [{"id": "r", "registryType": "tape"}]}"#,
            "g: registries[0].registryType: unknown variant `tape`",
        ),
        ("nodes: []\nnodes: []\n", "g:2:1: duplicate mapping key: nodes\n"),
    ] {
        let told = refused(&[("g", file)], &["g"]);
        assert!(told.starts_with(&format!("error: {place}")), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
    let values = r#"{"secrets": {"n": {"K": {"v": "s3cret"}}}}"#;
    let told = refused(&[("g", r#"{"nodes": []}"#), ("v", values)], &["g", "--values", "v"]);
    assert!(told.starts_with("error: v: secrets.n.K must be text") && !told.contains("s3cret"), "{told}");
}

#[test]
fn bytes_that_are_no_text_are_told_by_place() {
    let folder = folder(&[]);
    std::fs::write(folder.path().join("g"), b"nodes:\n- \xc3\xa9\xff").unwrap();
    let output = orchcli(&folder, &["g"]).assert().code(5).stdout("").get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: g:2:4: is not UTF-8 text"));
}

#[test]
fn an_empty_login_is_none() {
    let file = r#"{"nodes": [{"id": "d", "type": "deployment", "data": {"image": "ghcr.io/a/b"}}], "registries": [
        {"id": "r", "registryType": "ghcr", "isDefault": null, "credentials": {"username": "", "password": ""}}]}"#;
    let output = orchcli(&folder(&[("g", file)]), &["g"]).assert().success().get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("warning: d image:"));
    assert!(!String::from_utf8(output.stdout).unwrap().contains("imagePullSecrets"));
}

#[test]
fn a_file_too_large_is_not_parsed() {
    let large = " ".repeat(16 * 1024 * 1024 + 1);
    assert!(refused(&[("g.json", &large)], &["g.json"]).contains("larger than 16 MiB"));
}

#[test]
fn machine_forms_keep_stdout_for_manifests() {
    let graph = r#"{"nodes": [{"id": "d", "type": "deployment", "data": {"name": "d"}}]}"#;
    assert!(refused(&[("g.json", graph)], &["g.json", "-o", "json"]).contains("error: d image: "));
    orchcli(&folder(&[("g.json", graph)]), &["g.json", "-o", "ndjson"]).assert().code(2).stdout("");
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let nodes: Vec<Value> =
        (0..2000).map(|at| json!({"id": format!("c{at}"), "type": "configmap", "data": {}})).collect();
    let folder = folder(&[("g.json", &json!({"nodes": nodes}).to_string())]);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("orchcli"))
        .args(["render", "g.json"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    assert_eq!(&start, b"apiVersion");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}
