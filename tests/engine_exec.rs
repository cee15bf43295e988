//! Commands in containers: streams, terminals, exit codes.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/stack.rs"]
mod stack;

use std::io::{Read, Write};
use std::process::{Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use engine::text;
use rustix::process::{Pid, Signal, kill_process};
use stack::Stack;

const COMPOSE: &str =
    "services:\n  core: {image: testbed/busybox:1}\n  mongodb: {image: testbed/busybox:1}\n";
/// A container that stays until it is killed.
const STAY: [&str; 3] = ["sh", "-c", "while :; do sleep 1; done"];

fn stack(name: &str) -> Stack {
    let stack = Stack::new(name, COMPOSE);
    stack.run("core", 1, &[], &STAY);
    stack
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("no code: {output:?}"))
}

#[test]
fn the_code_of_the_command_is_ours_and_its_streams_stay_apart() {
    let stack = stack("codes");
    let output = stack.orchcli(&["exec", "core", "sh", "-c", "echo out; echo err >&2; exit 3"]);
    assert_eq!(
        (code(&output), text(&output.stdout), text(&output.stderr)),
        (3, "out\n".into(), "err\n".into())
    );
    for (words, expected) in [
        (&["true"][..], 0),
        (&["sh", "-c", "exit 255"], 255),
        (&["sh", "-c", "kill -9 $$"], 137),
        (&["sh", "-c", "kill -15 $$"], 143),
        (&["sh", "-c", "exit 127"], 127),
    ] {
        let output = stack.orchcli(&[&["exec", "core"], words].concat());
        assert_eq!((code(&output), text(&output.stderr)), (expected, String::new()), "{words:?}");
    }
}

#[test]
fn what_never_ran_is_told_apart_by_the_sentence_of_the_runtime_on_stderr() {
    let stack = stack("sentences");
    for (options, words, expected, sentence) in [
        (&[][..], &["nope"][..], 127, "executable file not found"),
        (&[], &["/nope/nope"], 127, "no such file"),
        (&[], &["/etc/passwd"], 126, "permission denied"),
        (&["-u", "nobody-knows"], &["true"], 125, "unable to find user"),
        (&["-w", "/nope"], &["true"], 125, "chdir to cwd"),
    ] {
        let output = stack.orchcli(&[&["exec"], options, &["core"], words].concat());
        assert_eq!((code(&output), text(&output.stdout)), (expected, String::new()), "{words:?}");
        assert!(text(&output.stderr).contains(sentence), "{}", text(&output.stderr));
    }
    let output = stack.orchcli(&["exec", "-o", "json", "core", "nope"]);
    assert_eq!((code(&output), text(&output.stdout)), (127, String::new()));
    let document: serde_json::Value = serde_json::from_slice(&output.stderr).expect("one document");
    assert_eq!(document["error"]["exitCode"], 127);
}

#[test]
fn a_command_that_prints_such_a_sentence_itself_keeps_it() {
    let stack = stack("own-sentence");
    let words = "printf 'OCI runtime exec failed: executable file not found\\r\\n'; exit 126";
    let output = stack.orchcli(&["exec", "core", "sh", "-c", words]);
    assert_eq!((code(&output), text(&output.stderr)), (126, String::new()));
    assert_eq!(text(&output.stdout), "OCI runtime exec failed: executable file not found\r\n");
}

#[test]
fn everything_behind_the_service_belongs_to_the_command() {
    let stack = stack("words");
    for words in [
        &["echo", "-n", "--help", "-o", "x", "--", "-C", "/nope"][..],
        &["--", "echo", "-n", "--help", "-o", "x", "--", "-C", "/nope"],
    ] {
        let output = stack.orchcli(&[&["exec", "core"], words].concat());
        assert_eq!((code(&output), text(&output.stdout)), (0, "--help -o x -- -C /nope".into()), "{words:?}");
    }
    let output = stack.orchcli(&["sh", "core", "-la"]);
    assert_eq!(code(&output), 127, "an option as the command is a command: {}", text(&output.stderr));
}

#[test]
fn standard_input_goes_through_to_its_end() {
    let stack = stack("stdin");
    let mut child = stack
        .command(&["exec", "core", "sh", "-c", "wc -c; echo done"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("orchcli runs");
    child.stdin.take().expect("stdin").write_all(&vec![b'x'; 300_000]).expect("written");
    let output = child.wait_with_output().expect("orchcli ends");
    assert_eq!((code(&output), text(&output.stdout)), (0, "300000\ndone\n".into()));
    let output = stack.command(&["exec", "-i=false", "core", "cat"]).stdin(Stdio::piped()).output();
    assert_eq!(code(&output.expect("orchcli runs")), 0, "without it there is nothing to read");
}

#[test]
fn user_folder_variables_and_number_are_the_ones_asked_for() {
    let stack = stack("options");
    stack.run("core", 2, &["-e", "WHO=second"], &STAY);
    let mut command = stack.command(&["exec", "-w", "/etc", "-e", "A=1 2", "-e", "B", "-u", "0:7", "core"]);
    let output = command.args(["sh", "-c", "pwd; echo \"$A$B\"; id -g"]).env("B", "ours").output();
    assert_eq!(text(&output.expect("orchcli runs").stdout), "/etc\n1 2ours\n7\n");
    let output = stack.orchcli(&["exec", "--index", "2", "core", "sh", "-c", "echo $WHO"]);
    assert_eq!(text(&output.stdout), "second\n");
    let output = stack.orchcli(&["exec", "--index", "3", "core", "true"]);
    assert_eq!(code(&output), 7);
    assert!(text(&output.stderr).contains("hint: it has 1, 2"), "{}", text(&output.stderr));
}

#[test]
fn a_detached_command_runs_on() {
    let stack = stack("detached");
    let output = stack.orchcli(&["exec", "-d", "core", "sh", "-c", "echo here >/tmp/mark"]);
    assert_eq!((code(&output), text(&output.stdout)), (0, String::new()));
    let output =
        stack.orchcli(&["exec", "core", "sh", "-c", "until [ -s /tmp/mark ]; do :; done; cat /tmp/mark"]);
    assert_eq!(text(&output.stdout), "here\n");
}

#[test]
fn without_a_command_the_best_shell_or_the_shell_of_the_database_runs() {
    let stack = stack("usual");
    let typed = |service: &str, input: &str| {
        let mut command = stack.command(&["exec", service]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("orchcli runs");
        child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("written");
        let output = child.wait_with_output().expect("orchcli ends");
        (code(&output), text(&output.stdout))
    };
    assert_eq!(typed("core", "echo $0; exit 4\n"), (4, "ash\n".into()), "busybox has ash and sh");
    stack.run("mongodb", 1, &["-e", "MONGO_INITDB_DATABASE=shop"], &STAY);
    assert_eq!(typed("mongodb", "echo $0\n"), (0, "sh\n".into()));
    let script = "printf '#!/bin/sh\\necho mongosh \"$@\"' >/bin/mongosh; chmod +x /bin/mongosh";
    assert_eq!(code(&stack.orchcli(&["exec", "mongodb", "sh", "-c", script])), 0);
    assert_eq!(typed("mongodb", ""), (0, "mongosh shop\n".into()));
}

#[test]
fn a_service_whose_profile_is_off_is_there_and_does_not_run() {
    let tools = "  tools: {image: testbed/busybox:1, profiles: [tools]}\n";
    let stack = Stack::new("off", &format!("{COMPOSE}{tools}"));
    let output = stack.orchcli(&["exec", "tools", "true"]);
    assert_eq!((code(&output), text(&output.stdout)), (7, String::new()));
    assert!(text(&output.stderr).starts_with("error: tools has no container\n"), "{}", text(&output.stderr));
    let output = stack.orchcli(&["exec", "-e", "=x", "core", "true"]);
    assert_eq!((code(&output), text(&output.stderr)), (2, "error: --env =x names no variable\n".into()));
}

#[test]
fn a_service_that_is_not_there_or_does_not_run_is_said() {
    let stack = stack("missing");
    let output = stack.orchcli(&["exec", "cor", "true"]);
    assert_eq!(code(&output), 2);
    assert_eq!(text(&output.stderr), "error: there is no service cor\nhint: did you mean core?\n");
    let output = stack.orchcli(&["exec", "mongodb", "true"]);
    assert_eq!(code(&output), 7);
    assert!(
        text(&output.stderr).starts_with("error: mongodb has no container\n"),
        "{}",
        text(&output.stderr)
    );
    stack.create("mongodb", 1, &STAY);
    let output = stack.orchcli(&["exec", "mongodb", "true"]);
    assert_eq!(code(&output), 7);
    assert!(text(&output.stderr).contains("does not run: created"), "{}", text(&output.stderr));
    engine::docker(&["pause", &stack.container("core", 1)]);
    let output = stack.orchcli(&["exec", "core", "true"]);
    assert_eq!(code(&output), 7);
    assert!(text(&output.stderr).contains("does not run: paused"), "{}", text(&output.stderr));
    engine::docker(&["unpause", &stack.container("core", 1)]);
}

#[test]
fn ctrl_c_without_a_terminal_leaves_and_says_that_the_command_may_go_on() {
    let stack = stack("interrupted");
    let mut command = stack.command(&["exec", "core", "sh", "-c", "echo up; sleep 600"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("orchcli runs");
    let mut up = [0; 3];
    child.stdout.as_mut().expect("stdout").read_exact(&mut up).expect("it is up");
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).expect("a pid");
    kill_process(pid, Signal::INT).expect("it gets the signal");
    let output = child.wait_with_output().expect("orchcli ends");
    assert_eq!(code(&output), 130);
    assert!(text(&output.stderr).contains("may go on there"), "{}", text(&output.stderr));
}

/// `orchcli exec` in a terminal, and what it shows.
struct Terminal {
    pair: portable_pty::PtyPair,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    shown: mpsc::Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    /// A shell of ours, so that the terminal is seen before and after.
    fn of(stack: &Stack, script: &str) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script]);
        command.cwd(stack.folder());
        command.env_clear();
        command.env("PATH", "/usr/bin:/bin");
        command.env("HOME", stack.folder().join(".home"));
        command.env("DOCKER_HOST", engine::host());
        command.env("COMPOSE_FILE", "compose.yaml");
        command.env("COMPOSE_PROJECT_NAME", stack.project());
        command.env("ORCHCLI", env!("CARGO_BIN_EXE_orchcli"));
        let child = pair.slave.spawn_command(command).expect("a shell");
        let keys = pair.master.take_writer().expect("keys");
        let mut reader = pair.master.try_clone_reader().expect("a screen");
        let (send, shown) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { pair, child, keys, shown, seen: String::new() }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("pressed");
        self.keys.flush().expect("pressed");
    }

    #[track_caller]
    fn until(&mut self, words: &str) {
        let end = Instant::now() + Duration::from_mins(1);
        while !self.seen.contains(words) {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.shown.recv_timeout(left) else { panic!("no {words:?} in {:?}", self.seen) };
            self.seen += &String::from_utf8_lossy(&bytes);
        }
    }
}

#[test]
fn a_terminal_goes_through_with_every_key_and_is_restored() {
    let stack = stack("terminal");
    let mut terminal = Terminal::of(
        &stack,
        "stty -a | grep -o ' -*icanon'; $ORCHCLI exec core; echo code=$?; stty -a | grep -o ' -*icanon'",
    );
    terminal.until(" icanon");
    terminal.until("# ");
    // Engines before 23 are told the size when the command runs already.
    terminal.press("tty; until stty size 2>/dev/null; do sleep 0.1; done\r");
    terminal.until("/dev/pts/");
    terminal.until("24 80");
    let size = PtySize { rows: 40, cols: 132, pixel_width: 0, pixel_height: 0 };
    terminal.pair.master.resize(size).expect("resized");
    terminal.press("until [ \"$(stty size)\" = '40 132' ]; do sleep 0.1; done; echo resi''zed\r");
    terminal.until("resized");
    // Ctrl-C is a key of the command: the shell over there lives on. What says that it is there is what the key ends.
    terminal.press("sh -c 'echo a\"\"wake; exec sleep 600'\r");
    terminal.until("awake");
    terminal.seen.clear();
    terminal.press("\u{3}");
    terminal.until("# ");
    terminal.press("echo st''ill here\r");
    terminal.until("still here");
    terminal.seen.clear();
    terminal.press("exit 9\r");
    terminal.until("code=9");
    terminal.until(" icanon");
    assert!(terminal.child.wait().expect("the shell ends").success());
}

#[test]
fn a_terminal_has_its_size_before_the_command_looks() {
    // An older engine is told when the command runs already.
    let look =
        if engine::api() < (1, 42) { "until stty size | grep -v '^0 0'; do :; done" } else { "stty size" };
    let stack = stack("sized");
    let mut terminal = Terminal::of(&stack, &format!("$ORCHCLI exec core sh -c \"{look}\"; echo code=$?"));
    terminal.until("code=0");
    assert!(terminal.seen.contains("24 80"), "{}", terminal.seen);
}

#[test]
fn a_terminal_is_restored_after_a_signal_and_after_a_command_that_never_ran() {
    let stack = stack("restored");
    let mut terminal = Terminal::of(
        &stack,
        "$ORCHCLI exec core nope; echo code=$?; stty -a | grep -o ' -*icanon'; \
         $ORCHCLI exec core sh -c 'echo up; sleep 600' & wait $!; echo end",
    );
    terminal.until("code=127");
    terminal.until(" icanon");
    drop(terminal);
    let mut terminal = Terminal::of(&stack, "exec $ORCHCLI exec core sh -c 'echo up; sleep 600'");
    terminal.until("up");
    let pid = terminal.child.process_id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    kill_process(pid.expect("a pid"), Signal::TERM).expect("it gets the signal");
    let status = terminal.child.wait().expect("it ends");
    assert_eq!(status.exit_code(), 143);
    let fd = terminal.pair.master.as_raw_fd().expect("a descriptor");
    let output = std::process::Command::new("stty")
        .arg("-a")
        .arg("-F")
        .arg(format!("/proc/{}/fd/{fd}", std::process::id()))
        .output()
        .expect("stty runs");
    assert!(text(&output.stdout).contains(" icanon"), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// A project whose UI runs from its checkout, in a home of its own.
fn from_source() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("ui")).expect("a folder");
    let yaml = "version: 1\nmode: ui-dev\nservices:\n  core: {provider: embedded, port: 3456}\n  ui: {environment: {GREETING: hello}}\n";
    std::fs::write(folder.path().join("orchcli.yaml"), yaml).expect("a file");
    folder
}

#[test]
fn a_service_from_source_runs_the_command_in_its_checkout_without_an_engine() {
    let folder = from_source();
    let run = |words: &[&str]| {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), folder.path());
        command
            .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
            .arg("exec")
            .args(words)
            .output()
            .expect("runs")
    };
    let output =
        run(&["-e", "MORE=1", "ui", "sh", "-c", "pwd; echo $GREETING $MORE $NEXT_PUBLIC_API_URL; exit 3"]);
    assert_eq!(code(&output), 3, "{}", text(&output.stderr));
    let checkout = folder.path().canonicalize().expect("a folder").join("ui");
    assert_eq!(
        text(&output.stdout),
        format!("{}\nhello 1 http://localhost:3456/v1/api\n", checkout.display())
    );
    assert_eq!(code(&run(&["ui", "sh", "-c", "kill -9 $$"])), 137);
    assert_eq!(code(&run(&["ui", "no-such-program"])), 127);
    assert_eq!(code(&run(&["--user", "me", "ui", "true"])), 2);
    let embedded = run(&["core", "true"]);
    assert_eq!(code(&embedded), 7);
    assert!(text(&embedded.stderr).contains("runs within orchcli itself"), "{}", text(&embedded.stderr));
}
