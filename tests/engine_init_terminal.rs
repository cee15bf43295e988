//! Progress and prompts of `init` on a terminal, and where there is none (cli.md 2.4, 2.6, 9.3).
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod host;
#[path = "support/mirror.rs"]
mod mirror;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/program.rs"]
mod program;
#[path = "support/terminal.rs"]
mod terminal;

use engine::text;
use host::bare;
use terminal::{Terminal, cursor_is_back};

/// A user's home, with a GitHub of this machine, and a folder for a project.
fn user() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let hosted = folder.path().join("github/KubeOrch");
    std::fs::create_dir_all(&hosted).expect("a folder");
    bare(&hosted, "ui", &[("package.json", r#"{"name":"ui","version":"1.0.0"}"#)]);
    let config =
        format!("[url \"file://{}/github/\"]\n\tinsteadOf = https://github.com/\n", folder.path().display());
    std::fs::write(folder.path().join(".gitconfig"), config).expect("a file");
    std::fs::create_dir(folder.path().join("project")).expect("a folder");
    folder
}

/// `init` whoever has the usual ports, which the wizard offers.
fn init<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["init", "--auto-port"], arguments].concat()
}

#[test]
fn a_terminal_has_live_lines_and_gets_its_cursor_back() {
    let user = user();
    let (shown, code) = Terminal::start(user.path(), &init(&["--fork-ui", "--skip-deps"]), &[]).end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("\x1b["), "live lines are redrawn: {shown:?}");
    assert!(shown.contains("✓") && shown.contains("cloning KubeOrch/ui: main at"), "{shown}");
    cursor_is_back(&shown);
}

#[test]
fn a_dumb_terminal_and_a_pipe_have_plain_lines() {
    let user = user();
    let dumb = [("TERM", "dumb")];
    let (shown, code) = Terminal::start(user.path(), &init(&[]), &dumb).end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains('\x1b') && shown.contains("registering the project"), "{shown:?}");
    let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &user.path().join("project"));
    let output = command.args(init(&[])).output().expect("orchcli runs");
    let lines = text(&output.stderr);
    assert!(
        lines.is_ascii() && !lines.contains('\x1b') && lines.contains("> registering the project\n"),
        "{lines:?}"
    );
}

#[test]
fn no_color_leaves_no_colour_and_ascii_no_sign() {
    let user = user();
    let plain = init(&["--progress", "plain", "--no-emoji"]);
    let (shown, _) = Terminal::start(user.path(), &plain, &[("NO_COLOR", "1")]).end();
    assert!(!shown.contains("\x1b[3") && !shown.contains("\x1b[1m") && shown.is_ascii(), "{shown:?}");
    let (shown, _) = Terminal::start(user.path(), &init(&["-q"]), &[]).end();
    assert!(!shown.contains("registering"), "{shown}");
}

#[test]
fn the_wizard_takes_the_default_on_enter() {
    let user = user();
    let mut terminal = Terminal::start(user.path(), &init(&["-i"]), &[]);
    terminal.until("production: everything from images");
    terminal.press("\r");
    for question in
        ["How is Core run?", "How is the UI run?", "Port of mongodb", "Port of core", "Port of ui"]
    {
        terminal.until(question);
        terminal.press("\r");
    }
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("mode production"), "{shown}");
    let written = std::fs::read_to_string(user.path().join("project/orchcli.yaml")).expect("a file");
    assert_eq!(written, "version: 1\n", "what is usual is not written down");
    cursor_is_back(&shown);
}

#[test]
fn the_wizard_asks_for_the_repository_of_what_is_chosen() {
    let user = user();
    let mut terminal = Terminal::start(user.path(), &init(&["-i", "--skip-deps"]), &[]);
    terminal.until("development: both");
    terminal.press("\x1b[B\r");
    terminal.until("Repository of the UI");
    terminal.press("\r");
    terminal.until("How is Core run?");
    terminal.press("\x1b[B\r");
    terminal.until("Port of core");
    terminal.press("\x7f\x7f\x7f\x7f3456\r");
    terminal.until("Port of ui");
    terminal.press("\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("mode ui-dev"), "{shown}");
    let written = std::fs::read_to_string(user.path().join("project/orchcli.yaml")).expect("a file");
    assert!(written.contains("provider: embedded") && written.contains("port: 3456"), "{written}");
}

#[test]
fn ctrl_c_at_a_prompt_ends_with_130_and_gives_the_cursor_back() {
    let user = user();
    let mut terminal = Terminal::start(user.path(), &["init", "-i"], &[]);
    terminal.until("development: both");
    terminal.press("\x03");
    let (shown, code) = terminal.end();
    assert_eq!(code, 130, "{shown}");
    cursor_is_back(&shown);
    assert!(!user.path().join("project/.orchcli").exists());
}

#[test]
fn nobody_is_asked_where_nobody_can_answer() {
    let user = user();
    for variables in [&[("CI", "true")][..], &[("ORCHCLI_NO_INPUT", "true")]] {
        let (shown, code) = Terminal::start(user.path(), &["init", "-i"], variables).end();
        assert_eq!(code, 10, "{shown}");
        assert!(shown.contains("--fork-ui"), "the flag that answers is named: {shown}");
    }
    let (shown, code) = Terminal::start(user.path(), &init(&["-i", "--yes"]), &[]).end();
    assert_eq!(code, 0, "--yes takes the default: {shown}");
    let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &user.path().join("project"));
    let output = command.args(["init", "-i"]).output().expect("orchcli runs");
    assert_eq!(output.status.code(), Some(10), "{}", text(&output.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_tool_that_is_missing_is_installed_on_a_yes_and_not_on_a_no() {
    let user = user();
    let hosted = user.path().join("github/KubeOrch");
    bare(&hosted, "new", &[("package.json", r#"{"engines": {"node": ">=99"}}"#)]);
    let mirror = mirror::Mirror::start();
    mirror.node_list(&["99.1.0"]);
    mirror.node("99.1.0", "#!/bin/sh\necho $(node) >called\n");
    let start = || {
        let variables = [("ORCHCLI_NODE_DIST", &*mirror.url), ("PATH", "/nothing")];
        Terminal::start(user.path(), &init(&["--fork-ui", "KubeOrch/new"]), &variables)
    };
    for (keys, expected) in [("\x1b[A\r", 4), ("\r", 0)] {
        let mut terminal = start();
        terminal.until("ui needs node, >=99. How should it be installed?");
        terminal.until("not at all");
        terminal.press(keys);
        let (shown, code) = terminal.end();
        assert_eq!(code, expected, "{shown}");
        cursor_is_back(&shown);
        assert_eq!(user.path().join("project/ui/called").is_file(), expected == 0, "{shown}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_engine_that_is_not_up_is_started_on_a_yes() {
    let user = user();
    let socket = user.path().join("colima.sock");
    let script =
        format!("#!/bin/sh\n/bin/ln -s {}/docker.sock {}\n", engine::bed().display(), socket.display());
    std::fs::create_dir(user.path().join("bin")).expect("a folder");
    let program = user.path().join("bin/colima");
    program::script(&program, &script);
    let host = format!("unix://{}", socket.display());
    let bin = user.path().join("bin").display().to_string();
    let variables = [("DOCKER_HOST", &*host), ("PATH", &*bin)];
    let own = ports::for_services();
    let made: Vec<&str> = ["init"].into_iter().chain(own.iter().map(String::as_str)).collect();

    let mut terminal = Terminal::start(user.path(), &made, &variables);
    terminal.until("No container engine answers. Start one?");
    terminal.until("colima start");
    terminal.press("\x1b[A\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 4, "{shown}");
    assert!(shown.contains("--core embedded") && !socket.exists(), "{shown}");

    let mut terminal = Terminal::start(user.path(), &made, &variables);
    terminal.until("colima start");
    terminal.press("\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");

    // What brings containers up asks as well; the images are not there.
    for (arguments, code) in [
        (&["start", "-d", "--pull", "never"][..], 8),
        (&["dev", "--production", "--pull", "never"], 8),
        (&["restart"], 7),
    ] {
        std::fs::remove_file(&socket).expect("the engine went down");
        let mut terminal = Terminal::start(user.path(), arguments, &variables);
        terminal.until("No container engine answers. Start one?");
        terminal.press("\r");
        assert_eq!(terminal.end().1, code, "{arguments:?}");
    }
    std::fs::remove_file(&socket).expect("the engine went down");
    let (shown, _) = Terminal::start(user.path(), &["status"], &variables).end();
    assert!(!shown.contains("Start one?"), "who only looks is not asked: {shown}");
}
