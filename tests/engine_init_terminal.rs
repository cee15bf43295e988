//! Progress and prompts of `init` on a terminal, and where there is none (cli.md 2.4, 2.6, 9.3).
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod host;

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use engine::text;
use host::bare;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

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

/// `orchcli` on a terminal.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    shown: String,
}

impl Terminal {
    fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_orchcli"));
        command.args(arguments);
        command.cwd(folder.join("project"));
        command.env_clear();
        let host = engine::host();
        for (name, value) in [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("HOME", folder.to_str().expect("UTF-8")),
            ("DOCKER_HOST", &host),
            ("TERM", "xterm"),
            ("LANG", "C.UTF-8"),
        ]
        .iter()
        .chain(variables)
        {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("orchcli runs");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (told, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if told.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, _master: pair.master, writer, bytes, shown: String::new() }
    }

    /// Waits until the terminal shows `wanted`.
    #[track_caller]
    fn until(&mut self, wanted: &str) {
        while !self.shown.contains(wanted) {
            let Ok(bytes) = self.bytes.recv_timeout(Duration::from_mins(1)) else {
                panic!("{wanted:?} does not come: {}", self.shown);
            };
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("written");
        self.writer.flush().expect("written");
    }

    /// Waits for the end; what was shown, and the code.
    fn end(mut self) -> (String, u32) {
        let status = self.child.wait().expect("it ends");
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(300)) {
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
        (self.shown, status.exit_code())
    }
}

/// The cursor is shown at the end: hidden less often, or shown after it was hidden last.
#[track_caller]
fn cursor_is_back(shown: &str) {
    let (hidden, back) = (shown.rfind("\x1b[?25l"), shown.rfind("\x1b[?25h"));
    assert!(hidden.is_none() || hidden < back, "{shown:?}");
}

#[test]
fn a_terminal_has_live_lines_and_gets_its_cursor_back() {
    let user = user();
    let (shown, code) = Terminal::start(user.path(), &["init", "--fork-ui", "--skip-deps"], &[]).end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("\x1b["), "live lines are redrawn: {shown:?}");
    assert!(shown.contains("✓") && shown.contains("cloning KubeOrch/ui: main at"), "{shown}");
    cursor_is_back(&shown);
}

#[test]
fn a_dumb_terminal_and_a_pipe_have_plain_lines() {
    let user = user();
    let dumb = [("TERM", "dumb")];
    let (shown, code) = Terminal::start(user.path(), &["init"], &dumb).end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains('\x1b') && shown.contains("registering the project"), "{shown:?}");
    let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &user.path().join("project"));
    let output = command.arg("init").output().expect("orchcli runs");
    let lines = text(&output.stderr);
    assert!(
        lines.is_ascii() && !lines.contains('\x1b') && lines.contains("> registering the project\n"),
        "{lines:?}"
    );
}

#[test]
fn no_color_leaves_no_colour_and_ascii_no_sign() {
    let user = user();
    let plain = ["init", "--progress", "plain", "--no-emoji"];
    let (shown, _) = Terminal::start(user.path(), &plain, &[("NO_COLOR", "1")]).end();
    assert!(!shown.contains("\x1b[3") && !shown.contains("\x1b[1m") && shown.is_ascii(), "{shown:?}");
    let (shown, _) = Terminal::start(user.path(), &["init", "-q"], &[]).end();
    assert!(!shown.contains("registering"), "{shown}");
}

#[test]
fn the_wizard_takes_the_default_on_enter() {
    let user = user();
    let mut terminal = Terminal::start(user.path(), &["init", "-i"], &[]);
    terminal.until("production: everything from images");
    terminal.press("\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("mode production"), "{shown}");
    cursor_is_back(&shown);
}

#[test]
fn the_wizard_asks_for_the_repository_of_what_is_chosen() {
    let user = user();
    let mut terminal = Terminal::start(user.path(), &["init", "-i", "--skip-deps"], &[]);
    terminal.until("development: both");
    terminal.press("\x1b[B\r");
    terminal.until("Repository of the UI");
    terminal.press("\r");
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("mode ui-dev"), "{shown}");
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
    let (shown, code) = Terminal::start(user.path(), &["init", "-i", "--yes"], &[]).end();
    assert_eq!(code, 0, "--yes takes the default: {shown}");
    let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &user.path().join("project"));
    let output = command.args(["init", "-i"]).output().expect("orchcli runs");
    assert_eq!(output.status.code(), Some(10), "{}", text(&output.stderr));
}
