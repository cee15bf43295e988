//! Docker Compose itself agrees: what `orchcli config compose` prints is what `docker compose config` prints, as JSON, for
//! every case of the loader's tables, but for what is listed here with its reason.

#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

#[path = "support/compose_case.rs"]
mod compose_case;
#[path = "support/templates.rs"]
mod templates;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use compose_case::Case;
use orchcli::dev::settings::Mode;
use serde_json::Value;

/// Where the two differ, and why ours does not follow: a case, the place in what is printed (none where one of them
/// refuses the files), and the reason. What comes to agree has to leave the list.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("a path out of what it is within", "", "Compose leaves a subpath that leaves its volume to the engine"),
    ("a port that there is not", "", "Compose leaves it to the engine to find out"),
    (
        "extends an included service",
        "",
        "Compose looks in the file alone, though what it includes comes first",
    ),
    ("builds", "", "Compose fails to print keys of ssh as JSON"),
    (
        "device rates",
        "/services/web/blkio_config/device_read_bps",
        "Compose prints Path and Rate, which no Compose file may hold",
    ),
    (
        "a long include with several files and a folder",
        "/services/db/build/context",
        "Compose loses a relative project_directory",
    ),
    (
        "without filling in nothing is held against a variable",
        "/services/web/volumes",
        "Compose takes `$V:/v` for a volume named $V",
    ),
    (
        "ports are one by address, ports and protocol",
        "/services/web/ports",
        "a port published as 80 and as \"80\" is one",
    ),
    ("an env file that is none", "", "Compose drops the text after a closing quote without a word"),
    ("every key of a service comes out", "/services/web/pull_refresh_after", "Compose drops it"),
    (
        "numbers beyond 64 bits and with a fraction are written in decimals",
        "/services/a/environment/A",
        "Compose loses digits: 1.8446744073709552e+19",
    ),
    (
        "numbers beyond 64 bits and with a fraction are written in decimals",
        "/services/a/environment/B",
        "Compose writes 1.23456789e+07",
    ),
    ("numbers where a text is wanted", "/services/web/environment/F", "Compose makes times of dates"),
    ("texts that only a variable can make", "", "Compose takes no variable in the place of these"),
    ("a number of bytes as the memory of a deployment", "", "it is one as mem_limit, in Compose too"),
    ("a version that is a number", "", "a version says nothing in either form"),
    ("one text twice in a list", "", "Compose takes it in some lists, and it harms in none"),
    ("bytes that are no text", "", "Compose writes marks in their place"),
    ("a tab before the first key", "", "YAML allows it, and Compose's reader does not"),
    ("colons that begin a word in brackets", "", "YAML allows it, and Compose's reader does not"),
    ("a list of one's own that is empty", "/x-a", "Compose makes null of it"),
    ("an empty list below another file", "", "Compose makes null of it, and refuses that"),
    ("a limit with a fraction", "/services/web/mem_limit", "Compose drops it: there would be no limit"),
    ("a limit with a fraction", "/services/web/shm_size", "Compose drops it: there would be no limit"),
];

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

/// Where and how the two differ on a case.
fn differences(case: &Case) -> Vec<(String, String)> {
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
    let mut found = Vec::new();
    let mut refused = |who: &str, output: &Output| {
        found.push((String::new(), format!("{who} refuses: {}", String::from_utf8_lossy(&output.stderr))));
    };
    match (ours.status.success(), theirs.status.success()) {
        (false, false) => {}
        (true, true) => compare("", &json(&ours), &json(&theirs), &mut found),
        (true, false) => refused("theirs", &theirs),
        (false, true) => refused("ours", &ours),
    }
    found
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn compare(place: &str, ours: &Value, theirs: &Value, found: &mut Vec<(String, String)>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let place = format!("{place}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => compare(&place, a, b, found),
                    (a, b) => found.push((place, format!("ours {a:?}, theirs {b:?}"))),
                }
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push((place.to_owned(), format!("ours {a}, theirs {b}"))),
    }
}

#[test]
fn docker_compose_agrees_on_every_case_but_in_the_listed_places() {
    let mut listed: BTreeSet<(String, String)> =
        DIFFERENCES.iter().map(|(case, place, _)| ((*case).to_owned(), (*place).to_owned())).collect();
    let (mut wrong, mut agreed) = (String::new(), 0);
    for case in compose_case::all() {
        let differences = differences(&case);
        agreed += usize::from(differences.is_empty());
        for (place, words) in differences {
            let at = (case.name.clone(), place);
            if !listed.remove(&at) {
                let _ = writeln!(wrong, "{} {}: {words}", at.0, at.1);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(listed.is_empty(), "these agree now, and are not to be listed any more: {listed:?}");
    assert!(agreed >= 80, "{agreed} cases agree");
}

#[test]
fn docker_compose_loads_the_files_we_make_as_we_do() {
    for mode in Mode::ALL {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().canonicalize().expect("a path").join("shop");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("orchcli.yaml"), "").expect("a file");
        templates::check_out(&folder, mode);
        templates::write(&folder, false);
        // Ours masks the keys; these are none.
        std::fs::write(folder.join(".orchcli/secrets.env"), "").expect("a file");
        let file = folder.join("docker").join(mode.file());
        let mut ours = Command::new(env!("CARGO_BIN_EXE_orchcli"));
        ours.args(["config", "compose", "--format", "json"]);
        let mut theirs = Command::new(docker_compose());
        theirs.arg("--file").arg(&file).args(["config", "--format", "json"]);
        let print = |command: &mut Command| {
            command.current_dir(&folder).env_clear().env("HOME", &folder);
            // What only this machine says.
            command.env("ORCHCLI_UID", "1").env("ORCHCLI_GID", "2");
            // What only orchcli says: where the UI makes room for the gateway.
            command.env("ORCHCLI_PORT_UI_CONTAINER", "13001");
            let output = command.output().expect("it runs");
            assert!(output.status.success(), "{mode}: {}", String::from_utf8_lossy(&output.stderr));
            json(&output)
        };
        let mut found = Vec::new();
        compare("", &print(&mut ours), &print(&mut theirs), &mut found);
        assert!(found.is_empty(), "{mode}: {found:#?}");
    }
}
