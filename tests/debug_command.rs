//! `debug`: what it finds without an engine, and how it says so (cli.md 3.9).
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]

#[path = "support/program.rs"]
mod program;
#[path = "support/scripted.rs"]
mod scripted;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn debug(folder: &Path, host: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_orchcli"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder.join("home"))
        .env("DOCKER_HOST", host)
        .arg("debug")
        .args(arguments)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn check<'d>(diagnosis: &'d Value, id: &str) -> &'d Value {
    let checks = diagnosis["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id} in {diagnosis:#}"))
}

#[test]
fn without_an_engine_the_rest_is_still_told_and_the_code_is_4() {
    let folder = tempfile::tempdir().unwrap();
    let host = format!("unix://{}/none.sock", folder.path().display());
    let output = debug(folder.path(), &host, &["-o", "json"]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let diagnosis = json(&output);
    assert_eq!(diagnosis["kind"], "Diagnosis");
    let socket = check(&diagnosis, "engine.socket");
    assert_eq!((&socket["group"], &socket["status"]), (&"engine".into(), &"fail".into()));
    assert!(socket["detail"].as_str().unwrap().contains("none.sock: there is no such socket"), "{socket}");
    assert!(socket["fix"]["command"].is_string());
    assert_eq!(check(&diagnosis, "engine.version")["status"], "skip");
    assert_eq!(check(&diagnosis, "os")["status"], "ok");
    assert_eq!(check(&diagnosis, "project.found")["status"], "skip");
}

#[test]
fn text_has_a_line_a_check_and_a_line_for_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let output = debug(folder.path(), "unix:///nowhere.sock", &["--check", "engine"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let first = text.lines().next().unwrap();
    assert!(first.starts_with("fail  engine.socket"), "{text}");
    assert!(text.contains("fix: start an engine"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(!text.contains("hosts.localhost"), "{text}");
}

#[test]
fn checks_are_chosen_by_id_by_beginning_and_by_group() {
    let folder = tempfile::tempdir().unwrap();
    let ids = |only: &str| {
        let output = debug(folder.path(), "unix:///nowhere.sock", &["--check", only, "-o", "json"]);
        let checks = json(&output)["checks"].as_array().unwrap().clone();
        checks.iter().map(|check| check["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("os,limits"), ["os", "limits.inotify", "limits.nofile"]);
    assert_eq!(
        ids("tools"),
        ["tools.git", "tools.nixpacks", "tools.node", "tools.npm", "tools.go", "tools.air"]
    );
    let output = debug(folder.path(), "unix:///nowhere.sock", &["--check", "nonsense", "-o", "json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(json(&output)["error"]["hint"].as_str().unwrap().contains("engine.socket"));
    let output = debug(folder.path(), "unix:///nowhere.sock", &["--check", "os,nonsense", "-o", "json"]);
    assert_eq!(output.status.code(), Some(2), "one that is known does not hide one that is not");
    assert_eq!(json(&output)["error"]["message"], "there is no check nonsense");
    assert!(ids("repos").is_empty(), "a group may have nothing to look at");
}

#[test]
fn a_check_that_there_is_can_be_named_whatever_runs() {
    const NAMED: [&str; 9] = [
        "svc.core.http",
        "svc.ui.http",
        "svc.mongodb.hello",
        "svc.ui.apiBase",
        "net.core-to-mongodb",
        "core.env",
        "core.secrets",
        "cors",
        "sse",
    ];
    let folder = tempfile::tempdir().unwrap();
    let look = |arguments: &[&str]| {
        let output = debug(folder.path(), "unix:///nowhere.sock", &[arguments, &["-o", "json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let checks = json(&output)["checks"].as_array().unwrap().clone();
        let word = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
        checks.iter().map(|check| (word(check, "id"), word(check, "summary"))).collect::<Vec<_>>()
    };
    let expected = NAMED.map(|id| (id.to_owned(), "no engine".to_owned()));
    assert_eq!(look(&["--check", &NAMED.join(",")]), expected, "without a project");
    assert_eq!(look(&["--check", "services,backend"]), [], "what nobody has is not told unless it is named");
    fs::write(folder.path().join("compose.yaml"), "services: {core: {image: x}, web: {image: x}}").unwrap();
    let file = ["--file", "compose.yaml"];
    assert_eq!(look(&[&file[..], &["--check", "svc.core.http"]].concat()), expected[..1]);
    let told = look(&[&file[..], &["--check", "services,backend"]].concat());
    let has = |id: &str| told.iter().any(|(told, _)| told == id);
    assert!(has("svc.core.http") && has("sse") && has("svc.web.state") && !has("svc.ui.http"), "{told:?}");
    let other = look(&[&["web"], &file[..], &["--check", "svc.core.state,svc.core.http"]].concat());
    assert_eq!(other.len(), 2, "an id says what is meant: {other:?}");
}

#[test]
fn a_service_whose_profile_is_off_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let compose = "services: {web: {image: x}, job: {image: x, profiles: [off]}}";
    fs::write(folder.path().join("compose.yaml"), compose).unwrap();
    let look = |service: &str| {
        let arguments = ["--file", "compose.yaml", service, "--check", "svc", "-o", "json"];
        debug(folder.path(), "unix:///nowhere.sock", &arguments)
    };
    assert_eq!(check(&json(&look("job")), "svc.job.state")["status"], "skip");
    let unknown = look("jobs");
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
    assert_eq!(json(&unknown)["error"]["hint"], "did you mean job?");
}

#[test]
fn a_compose_file_that_is_wrong_is_a_failed_check_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("compose.yaml"), "services: {web: {imag: x}}").unwrap();
    let arguments = ["--file", "compose.yaml", "--check", "project", "-o", "json"];
    let output = debug(folder.path(), "unix:///nowhere.sock", &arguments);
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let diagnosis = json(&output);
    let valid = check(&diagnosis, "compose.valid");
    assert_eq!(valid["status"], "fail");
    assert!(valid["detail"].as_str().unwrap().contains("compose.yaml:1:"), "{valid}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_too_old_fails_the_check_of_its_api() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("old.sock");
    scripted::at_socket(&socket, scripted::script(scripted::pong("1.40", "linux", &[]), |_| None).0);
    let host = format!("unix://{}", socket.display());
    let path = folder.path().to_owned();
    let output =
        tokio::task::spawn_blocking(move || debug(&path, &host, &["--check", "engine", "-o", "json"]));
    let output = output.await.unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(check(&json(&output), "engine.api")["status"], "fail");
}

#[cfg(unix)]
#[test]
fn a_socket_that_may_not_be_used_is_told_with_the_group() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let socket = folder.path().join("docker.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).unwrap();
    // Root may use every socket, so somebody else asks.
    let output = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(copied(folder.path()))
        .args(["debug", "--check", "engine.socket", "-o", "json"])
        .current_dir("/")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/nonexistent")
        .env("DOCKER_HOST", format!("unix://{}", socket.display()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let diagnosis = json(&output);
    let found = check(&diagnosis, "engine.socket");
    assert!(found["detail"].as_str().unwrap().contains("permission denied"), "{found}");
    assert!(found["fix"]["command"].as_str().unwrap().contains("group docker"), "{found}");
}

/// The program where everybody may run it.
#[cfg(unix)]
fn copied(folder: &Path) -> std::path::PathBuf {
    let to = folder.join("orchcli");
    program::copy(env!("CARGO_BIN_EXE_orchcli"), &to);
    to
}

#[test]
fn a_dry_run_tells_of_the_archive_and_writes_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.tar.gz");
    let asked = ["--check", "os", "--bundle", path.to_str().unwrap()];
    let dry = |more: &[&str]| debug(folder.path(), "unix:///nowhere.sock", &[&asked, more].concat());
    let text = String::from_utf8(dry(&["--dry-run"]).stdout).unwrap();
    assert!(text.contains(&format!("+ create {}  ", path.display())), "{text}");
    assert_eq!(json(&dry(&["--dry-run", "-o", "json"]))["bundle"]["written"], false);
    assert!(!path.exists());
    assert_eq!(json(&dry(&["-o", "json"]))["bundle"]["path"], path.to_str().unwrap());
    assert!(path.exists());
    assert_eq!(dry(&["--dry-run"]).status.code(), Some(1), "what is there is not replaced");
}
