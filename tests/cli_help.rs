//! What the command line says about itself: help, version, exit codes, completions, errors.
#![allow(clippy::expect_used)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn orchcli(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
    command.args(arguments).env_clear().output().expect("orchcli runs")
}

fn stdout(arguments: &[&str]) -> String {
    let output = orchcli(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

#[test]
fn the_help_lists_the_commands() {
    insta::assert_snapshot!(stdout(&["--help"]));
    assert_eq!(stdout(&["help"]), stdout(&["--help"]), "help and --help are one");
}

#[test]
fn the_help_of_serve_lists_its_flags() {
    insta::assert_snapshot!(stdout(&["serve", "--help"]));
    assert_eq!(stdout(&["help", "serve"]), stdout(&["serve", "--help"]));
}

#[test]
fn the_topic_environment_lists_every_setting() {
    let topic = stdout(&["help", "environment"]);
    for key in orchcli::settings::key::ALL {
        assert!(topic.contains(&format!("  {}\n", key.variable())), "{}", key.name);
    }
}

#[test]
fn the_topic_environment_lists_what_every_flag_is_read_from() {
    let topic = stdout(&["help", "environment"]);
    let help = stdout(&["--help"]);
    for variable in help.split("[env: ").skip(1).filter_map(|after| after.split(']').next()) {
        for name in variable.split(',').map(str::trim) {
            assert!(topic.contains(name), "{name}");
        }
    }
    for name in ["ORCHCLI_GIT_TOKEN", "ORCHCLI_NODE_DIST", "ORCHCLI_IMAGE_CORE", "DOCKER_CERT_PATH", "VISUAL"]
    {
        assert!(topic.contains(name), "{name}");
    }
}

#[test]
fn a_command_below_another_has_help_too() {
    assert_eq!(stdout(&["help", "config", "set"]), stdout(&["config", "set", "--help"]));
}

#[test]
fn the_exit_codes_are_a_table() {
    insta::assert_snapshot!(stdout(&["help", "exit-codes"]), @"
    Exit codes

        0  ok            done, or nothing to do
        1  failed        an operation failed and none of the below fits
        2  usage         bad arguments
        3  no-project    no project here, and none is named
        4  prerequisite  engine unreachable, or a tool is missing or too old
        5  invalid       a configuration or a file does not parse or validate
        6  conflict      something is in the way, such as a busy port
        7  unhealthy     something needed did not become ready in time
        8  network       a transfer from a registry, a Git host or another server failed
        9  partial       some of the work failed, and some was done
       10  declined      the user said no, or was not there to say yes
      125  exec          the engine refused to run a command in a container
      126  exec          a command in a container cannot be executed
      127  exec          a command is not there in the container
      130  signal        ended by SIGINT, after cleaning up
      143  signal        ended by SIGTERM, after cleaning up

    Error codes, as -o json tells them

      USAGE                the arguments are wrong
      NO_PROJECT           no project is here, and none is named
      INIT_INCOMPLETE      init did not come to its end here
      ENGINE_UNREACHABLE   no engine answers
      ENGINE_DENIED        the engine does not let this user in
      ENGINE_TOO_OLD       the engine is older than what is needed
      TOOL_MISSING         a program that is needed is not there
      TOOL_TOO_OLD         a program is older than what is needed
      CONFIG_INVALID       a configuration does not parse or validate
      CONFIG_LOCKED        another process holds a configuration
      COMPOSE_INVALID      the Compose files do not parse or validate
      COMPOSE_UNSUPPORTED  the Compose files ask for what cannot be done here
      PORT_BUSY            a port is in use
      NAME_TAKEN           a name belongs to somebody else
      DIR_EXISTS           a folder is where another one should go
      FILE_EDITED          a file that orchcli makes was edited, and cannot be used so
      REPO_INVALID         what names a repository does not name one that fits
      CLONE_FAILED         a repository cannot be copied
      AUTH_FAILED          a host does not let this account in
      HOST_KEY_CHANGED     a host shows another key than before
      PULL_FAILED          an image cannot be pulled
      IMAGE_NOT_FOUND      an image does not exist, or may not be seen
      UNHEALTHY            a service does not get healthy
      EXITED               a service died, or does not start
      TIMEOUT              something took longer than it may
      SERVICE_UNKNOWN      no service has this name
      SERVICE_NOT_RUNNING  a service does not run
      EXEC_REFUSED         a command cannot be run in a container
      OFFLINE              --offline forbids what is needed
      DECLINED             the user said no, or was not there to say yes
      LOCK_HELD            another command works on the same project
      INTERRUPTED          a signal ended the command before its end
      INTERNAL             something went wrong that no other code tells
    ");
}

#[test]
fn topics_are_found_and_name_only_what_there_is() {
    for (topic, first) in [("compose", "Compose files\n"), ("proxies", "Proxies\n"), ("ci", "In CI\n")] {
        let text = stdout(&["help", topic]);
        assert!(text.starts_with(first), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
    let compose = stdout(&["help", "compose"]);
    for key in orchcli::dev::settings::PROJECT {
        for name in
            key.variables.iter().filter(|name| name.starts_with("ORCHCLI_") && !name.ends_with("_NAME"))
        {
            let short = ["_CORE", "_UI", "_MONGODB"]
                .iter()
                .fold((*name).to_owned(), |name, end| name.replace(end, ""));
            assert!(compose.contains(&short), "{name}");
        }
    }
}

#[test]
fn the_version_asks_the_engine_only_when_told_to() {
    let nowhere = ["version", "--check", "--docker-host", "unix:///no/such/socket", "-o", "json"];
    let json: Value = serde_json::from_str(&stdout(&nowhere)).expect("one JSON document");
    assert!(json["engine"]["error"].is_string(), "{json}");
    let json: Value = serde_json::from_str(&stdout(&["version", "-o", "json"])).expect("one JSON document");
    assert!(json["engine"].is_null());
}

#[test]
fn the_version_is_one_line_with_commit_time_and_target() {
    let line = stdout(&["--version"]);
    assert_eq!(line, stdout(&["-V"]));
    let rest = line.strip_prefix(&format!("orchcli {} (commit ", env!("CARGO_PKG_VERSION"))).expect(&line);
    let parts: Vec<&str> = rest.trim_end().trim_end_matches(')').split(", ").collect();
    let [commit, built, target] = parts[..] else { panic!("{line}") };
    assert!(
        commit == "unknown" || commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{line}"
    );
    let built = built.strip_prefix("built ").expect(&line);
    assert_eq!(built.parse::<jiff::Timestamp>().expect(&line).to_string(), built);
    assert!(target.contains('-'), "{line}");
    assert_eq!(line.lines().count(), 1);
}

#[test]
fn the_version_has_every_machine_form() {
    let json: Value = serde_json::from_str(&stdout(&["version", "-o", "json"])).expect("one JSON document");
    assert_eq!((&json["apiVersion"], &json["kind"]), (&"orchcli/v1".into(), &"Version".into()));
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["warnings"], serde_json::json!([]));

    let yaml: Value = serde_saphyr::from_str(&stdout(&["-o", "yaml", "version"])).expect("YAML");
    assert_eq!(yaml, json);

    let line: Value = serde_json::from_str(&stdout(&["version", "--output=ndjson"])).expect("one JSON line");
    assert_eq!((&line["event"], &line["kind"]), (&"result".into(), &"Version".into()));
}

#[test]
fn an_unknown_word_is_a_usage_error_with_a_suggestion() {
    let output = orchcli(&["rendr"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(
        text(&output.stderr).contains("a similar subcommand exists: 'render'"),
        "{}",
        text(&output.stderr)
    );

    let output = orchcli(&["serve", "--prot", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("a similar argument exists: '--port'"), "{}", text(&output.stderr));

    let output = orchcli(&["help", "exit-code"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: there is no help on 'exit-code'\nhint: did you mean: orchcli help exit-codes\n"
    );
}

#[test]
fn errors_are_documents_when_a_machine_form_is_asked_for() {
    for (arguments, form) in [
        (["rendr", "-o", "json"], "json"),
        (["-ojson", "rendr", "-q"], "json"),
        (["rendr", "--output", "yaml"], "yaml"),
    ] {
        let output = orchcli(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let text = text(&output.stdout);
        let document: Value = if form == "json" {
            serde_json::from_str(&text).expect(&text)
        } else {
            serde_saphyr::from_str(&text).expect(&text)
        };
        assert_eq!(document["kind"], "Error");
        assert_eq!(
            (&document["error"]["code"], &document["error"]["exitCode"]),
            (&"USAGE".into(), &2.into())
        );
        assert_eq!(document["error"]["message"], "unrecognized subcommand 'rendr'");
        assert_eq!(document["error"]["hint"], "a similar subcommand exists: 'render'");
    }
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let output = orchcli(&["-C", "/no/such/folder", "version"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: cannot work in /no/such/folder\ncause: No such file or directory (os error 2)\n"
    );
}

#[test]
fn colours_are_only_used_when_asked_for() {
    assert!(!text(&orchcli(&["-C", "/no/such/folder", "version"]).stderr).contains('\u{1b}'));
    assert!(
        text(&orchcli(&["-C", "/no/such/folder", "version", "--color", "always"]).stderr).contains("\u{1b}[")
    );
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_orchcli"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("orchcli runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("orchcli ends");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

/// `UPDATE_COMPLETIONS=1 cargo test --test cli_help` writes them anew.
#[test]
fn the_completions_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, file) in [
        ("bash", "orchcli.bash"),
        ("elvish", "orchcli.elv"),
        ("fish", "orchcli.fish"),
        ("powershell", "_orchcli.ps1"),
        ("zsh", "_orchcli"),
    ] {
        let script = stdout(&["completions", shell]);
        let path = folder.join(file);
        if std::env::var_os("UPDATE_COMPLETIONS").is_some() {
            std::fs::create_dir_all(&folder).expect("the folder can be made");
            std::fs::write(&path, &script).expect("the script can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == script,
            "completions/{file} is stale: UPDATE_COMPLETIONS=1 cargo test --test cli_help"
        );
    }
}

#[test]
fn the_shell_of_the_environment_is_completed_when_none_is_named() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
    let output =
        command.arg("completions").env_clear().env("SHELL", "/usr/bin/fish").output().expect("orchcli runs");
    assert_eq!(text(&output.stdout), stdout(&["completions", "fish"]));

    let output = orchcli(&["completions"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("orchcli completions bash|zsh|fish|powershell|elvish"));
}

#[test]
fn the_script_is_installed_where_the_shell_looks() {
    let home = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
        let output =
            command.args(arguments).env_clear().env("HOME", home.path()).output().expect("orchcli runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let path = run(&["completions", shell, "--print-path"]);
        assert!(!Path::new(path.trim_end()).exists(), "{path} is only named");
        let words = run(&["completions", shell, "--install"]);
        assert!(words.starts_with(&format!("written to {path}")), "{words}");
        let script = std::fs::read_to_string(path.trim_end()).expect("the script");
        assert_eq!(script, stdout(&["completions", shell]));
    }
}

#[test]
fn a_dry_run_writes_no_man_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("man");
    let told = stdout(&["help", "--dry-run", "--man", place.to_str().expect("a path")]);
    assert!(told.starts_with(&format!("+ create {}  ", place.display())), "{told}");
    assert!(!place.exists());
}

#[test]
fn the_man_pages_hold_the_exit_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    stdout(&["help", "--man", folder.path().to_str().expect("a path")]);
    let page = std::fs::read_to_string(folder.path().join("orchcli.1")).expect("the main page");
    assert!(page.contains(".SH \"EXIT STATUS\"") && page.contains("6 (conflict)"), "{page}");
    assert!(folder.path().join("orchcli-serve.1").exists());
}
