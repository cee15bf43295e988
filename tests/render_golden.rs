//! The golden graphs of `tests/golden/` (rules in its README): the library and the program yield the same documents.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// A graph to render, and what must come of it.
struct Golden {
    file: PathBuf,
    expect: Value,
}

fn golden() -> Vec<Golden> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    assert!(files.len() >= 10);
    let read = |file: PathBuf| {
        let value: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        Golden { expect: value["expect"].clone(), file }
    };
    files.into_iter().map(read).collect()
}

fn render(file: &Path, arguments: &[&str]) -> std::process::Output {
    Command::cargo_bin("orchcli").unwrap().arg("render").arg(file).args(arguments).output().unwrap()
}

fn documents(yaml: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(yaml).unwrap()
}

/// Node ids at the start of the lines with that label.
fn nodes(stderr: &[u8], label: &str) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(stderr).into_owned();
    let lines = text.lines().filter_map(|line| line.strip_prefix(label));
    lines.filter_map(|line| line.trim().split([' ', ':']).next().map(str::to_owned)).collect()
}

#[test]
fn every_golden_graph_renders_to_its_documents_in_order() {
    for Golden { file, expect } in golden().iter().filter(|golden| golden.expect.get("errors").is_none()) {
        let output = render(file, &[]);
        assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
        let expected = documents(&std::fs::read_to_string(file.with_extension("expected.yaml")).unwrap());
        assert_eq!(documents(&String::from_utf8(output.stdout).unwrap()), expected, "{}", file.display());
        let warned: BTreeSet<String> = serde_json::from_value(expect["warnings"].clone()).unwrap();
        assert_eq!(nodes(&output.stderr, "warning:"), warned, "{}", file.display());
    }
}

#[test]
fn json_is_one_array_of_the_same_documents() {
    for Golden { file, .. } in golden().iter().filter(|golden| golden.expect.get("errors").is_none()) {
        let yaml = render(file, &["-o", "yaml"]);
        let json = render(file, &["-o", "json"]);
        let array: Vec<Value> = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(array, documents(&String::from_utf8(yaml.stdout).unwrap()), "{}", file.display());
    }
}

#[test]
fn a_refused_graph_prints_nothing_but_every_error_with_its_node() {
    for Golden { file, expect } in golden().iter().filter(|golden| golden.expect.get("errors").is_some()) {
        let output = render(file, &[]);
        assert_eq!(output.status.code(), Some(5));
        assert!(output.stdout.is_empty());
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        let errors = expect["errors"].as_array().unwrap();
        for error in errors {
            let (node, part) = (error["node"].as_str().unwrap(), error["contains"].as_str().unwrap());
            let start = format!("error: {node} ");
            let met = stderr.lines().any(|line| line.starts_with(&start) && line.contains(part));
            assert!(met, "{node} {part}\n{stderr}");
        }
        let listed = errors.iter().map(|error| error["node"].as_str().unwrap().to_owned()).collect();
        assert_eq!(nodes(&output.stderr, "error:"), listed);
    }
}
