//! Docker Compose itself agrees: what `orchcli config compose` prints is what `docker compose config` prints, as JSON, for
//! every case of the loader's tables, but for what is listed here with its reason.

#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

#[path = "support/compose_case.rs"]
mod compose_case;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use compose_case::Case;
use serde_json::Value;

/// Where the two differ, and why ours does not follow. A case that comes to agree has to leave the list.
const DIFFERENCES: &[(&str, &str)] = &[];

/// Docker Compose, built from its Go modules by the test bed.
fn docker_compose() -> PathBuf {
    std::env::var_os("ORCHCLI_DOCKER_COMPOSE").expect("needs the test bed: run tests/run.sh").into()
}

fn run(program: &Path, before: &[&str], case: &Case, folder: &Path, after: &[&str]) -> Output {
    let at = |name: &String| folder.join(name).into_os_string();
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear().env("HOME", folder).envs(&case.variables).args(before);
    let default = ["compose.yaml".to_owned()];
    for file in if case.load.is_empty() { &default[..] } else { &case.load } {
        command.arg("--file").arg(at(file));
    }
    for file in &case.env_files {
        command.arg("--env-file").arg(at(file));
    }
    for profile in &case.profiles {
        command.args(["--profile", profile]);
    }
    command.args(after).args(["--format", "json"]);
    if case.no_interpolate {
        command.arg("--no-interpolate");
    }
    command.args(&case.services).output().expect("it runs")
}

/// How the two differ on a case; nothing when they agree.
fn difference(case: &Case) -> Option<String> {
    let home = tempfile::tempdir().expect("a folder");
    // The name of the folder names the project.
    let folder = home.path().join("shop");
    for (name, text) in &case.files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let ours = run(Path::new(env!("CARGO_BIN_EXE_orchcli")), &["config", "compose"], case, &folder, &[]);
    let theirs = run(&docker_compose(), &[], case, &folder, &["config"]);
    match (ours.status.success(), theirs.status.success()) {
        (false, false) => None,
        (true, true) => {
            let mut all = String::new();
            compare("", &json(&ours), &json(&theirs), &mut all);
            (!all.is_empty()).then_some(all)
        }
        (true, false) => Some(format!("  theirs refuses: {}", String::from_utf8_lossy(&theirs.stderr))),
        (false, true) => Some(format!("  ours refuses: {}", String::from_utf8_lossy(&ours.stderr))),
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn compare(place: &str, ours: &Value, theirs: &Value, all: &mut String) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => compare(&format!("{place}/{key}"), a, b, all),
                    (a, b) => {
                        let _ = writeln!(all, "  {place}/{key}: ours {a:?}, theirs {b:?}");
                    }
                }
            }
        }
        (a, b) if a == b => {}
        (a, b) => {
            let _ = writeln!(all, "  {place}: ours {a}, theirs {b}");
        }
    }
}

#[test]
fn docker_compose_agrees_on_every_case_but_the_listed_ones() {
    let listed: BTreeMap<&str, &str> = DIFFERENCES.iter().copied().collect();
    let (mut wrong, mut agreed) = (String::new(), 0);
    for case in compose_case::all() {
        match (difference(&case), listed.contains_key(case.name.as_str())) {
            (None, false) => agreed += 1,
            (Some(_), true) => {}
            (Some(difference), false) => {
                let _ = writeln!(wrong, "{}\n{difference}", case.name);
            }
            (None, true) => {
                let _ = writeln!(wrong, "{}: agrees now, and is not to be listed any more", case.name);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(agreed >= 80, "{agreed} cases agree");
}
