//! `dev` without an engine: local processes and core inside our own binary.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/dev.rs"]
mod dev;
#[path = "support/engine.rs"]
mod engine;
#[cfg(target_os = "linux")]
#[path = "support/mirror.rs"]
mod mirror;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/program.rs"]
mod program;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use dev::{Dev, get};
use portable_pty::CommandBuilder;
use ports::free_ports;
use serde_json::Value;
use tempfile::TempDir;
use terminal::Terminal;

/// A stand-in for the UI: a server without a package.
const SERVER: &str = r"
const at = process.argv.indexOf('--port');
const port = at < 0 ? 3001 : Number(process.argv[at + 1]);
require('http').createServer((request, answer) => {
  if (request.url === '/die') { console.error('dying'); process.exit(3); }
  answer.end(JSON.stringify({pid: process.pid, api: process.env.NEXT_PUBLIC_API_URL, extra: process.env.EXTRA, file: process.env.FROM_FILE}));
}).listen(port, '127.0.0.1', () => console.log('ui listens'));
";

/// A stand-in for core.
const CORE: &str = r#"package main

import ("fmt"; "net/http"; "os")

func main() {
	http.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "VERSION") })
	fmt.Println("core listens, for", os.Getenv("CORS_ALLOWED_ORIGINS"))
	panic(http.ListenAndServe("127.0.0.1:" + os.Getenv("PORT"), nil))
}
"#;

struct Project {
    folder: TempDir,
    core: u16,
    ui: u16,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".orchcli")).expect("a folder");
        let [core, ui] = free_ports();
        Self { folder, core, ui }
    }

    fn path(&self, below: &str) -> std::path::PathBuf {
        self.folder.path().join(below)
    }

    fn with_ui(self) -> Self {
        fs::create_dir(self.path("ui")).expect("a folder");
        fs::write(self.path("ui/package.json"), r#"{"name":"ui","scripts":{"dev":"node server.js"}}"#)
            .expect("a file");
        let lock = r#"{"name":"ui","lockfileVersion":3,"requires":true,"packages":{"":{"name":"ui"}}}"#;
        fs::write(self.path("ui/package-lock.json"), lock).expect("a file");
        fs::write(self.path("ui/server.js"), SERVER).expect("a file");
        self
    }

    fn with_core(self) -> Self {
        fs::create_dir(self.path("core")).expect("a folder");
        fs::write(self.path("core/go.mod"), "module example.org/core\n\ngo 1.21\n").expect("a file");
        fs::write(self.path("core/main.go"), CORE.replace("VERSION", "one")).expect("a file");
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
        let home = self.path(".home");
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", &home)
            .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-build"))
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-buildvcs=false")
            .env("FROM_FILE", "user")
            .args(arguments);
        command
    }

    fn dev(&self, arguments: &[&str]) -> Dev {
        let (core, ui) = (format!("core={}", self.core), format!("ui={}", self.ui));
        let mut command = self.command(&["dev", "--port", &core, "--port", &ui]);
        Dev::start(command.args(arguments))
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("a code")
}

#[test]
fn the_frontend_needs_nothing_but_this_binary_node_and_a_checkout() {
    let project = Project::new().with_ui();
    fs::write(project.path(".env"), "EXTRA=file\nFROM_FILE=file\nNEXT_PUBLIC_API_URL=nowhere\n")
        .expect("a file");
    let mut dev = project.dev(&["--frontend-only", "--core", "embedded", "--env", "EXTRA=more"]);
    dev.until_all(&["core: embedded, at", "ui: ready after"]);
    let answer: Value = serde_json::from_str(&get(project.ui, "/").expect("the UI")).expect("JSON");
    assert_eq!(answer["api"], format!("http://localhost:{}/v1/api", project.core));
    assert_eq!((&answer["extra"], &answer["file"]), (&"more".into(), &"file".into()));
    assert!(get(project.core, "/v1/").is_some(), "core answers");
    let record = fs::read(project.path(".orchcli/run/core.json")).expect("a record");
    let record: Value = serde_json::from_slice(&record).expect("JSON");
    assert_eq!((&record["provider"], &record["port"]), (&"embedded".into(), &project.core.into()));

    let second =
        project.command(&["dev", "--frontend-only", "--core", "embedded"]).output().expect("orchcli runs");
    assert_eq!(code(&second), 6, "{second:?}");
    assert!(String::from_utf8_lossy(&second.stderr).contains("is already running (pid "), "{second:?}");

    assert_eq!(dev.end(), 0, "Ctrl-C is how it ends");
    assert!(get(project.ui, "/").is_none() && get(project.core, "/v1/").is_none());
    assert!(
        fs::read_dir(project.path(".orchcli/run")).expect("the folder").next().is_none(),
        "nothing is left"
    );
    let log = fs::read_to_string(project.path(".orchcli/logs/ui.log")).expect("a log");
    assert!(log.contains(" stdout ui listens\n"), "{log}");
}

#[test]
fn a_process_that_dies_is_started_again_and_one_that_keeps_dying_is_given_up() {
    let project = Project::new().with_ui();
    let mut dev = project.dev(&["--frontend-only", "--core", "none"]);
    dev.until("ui: ready after");
    get(project.ui, "/die");
    dev.until_all(&["| dying", "; again in 1 s"]);
    dev.until("ui: ready after");
    assert_eq!(dev.end(), 0);

    fs::write(project.path("ui/server.js"), "process.exit(4)").expect("a file");
    let mut dev = project.dev(&["--frontend-only", "--core", "none", "--exit-on-failure"]);
    for pause in [1, 2, 4, 8] {
        dev.until(&format!("; again in {pause} s"));
    }
    dev.until("ui: failed: it ended too often");
    assert_eq!(dev.code(), 7);
}

#[test]
fn core_is_built_again_when_its_sources_change_and_a_bad_build_changes_nothing() {
    let project = Project::new().with_core();
    let mut dev = project.dev(&["--backend-only", "--ui", "none", "--no-containers"]);
    let listens = format!("core listens, for http://localhost:{}", project.ui);
    dev.until_all(&["core: building", &listens, "core: ready after"]);
    assert_eq!(get(project.core, "/v1/").as_deref(), Some("one"));
    fs::write(project.path("core/main.go"), CORE.replace("VERSION", "two")).expect("a file");
    dev.until("core: ready after");
    assert_eq!(get(project.core, "/v1/").as_deref(), Some("two"));
    fs::write(project.path("core/main.go"), "package main\nfunc main() { nothing }\n").expect("a file");
    dev.until_all(&["undefined: nothing", "core: the build failed"]);
    assert_eq!(get(project.core, "/v1/").as_deref(), Some("two"));
    fs::write(project.path("core/main_test.go"), "package main\n").expect("a file");
    fs::write(project.path("core/main.go"), CORE.replace("VERSION", "three")).expect("a file");
    dev.until("core: ready after");
    assert_eq!(get(project.core, "/v1/").as_deref(), Some("three"));
    assert_eq!(dev.end(), 0);
}

#[test]
fn what_stands_in_the_way_is_said_before_anything_is_started() {
    let project = Project::new();
    let refused = |arguments: &[&str]| {
        let output = project.command(arguments).output().expect("orchcli runs");
        (code(&output), String::from_utf8(output.stderr).expect("text"))
    };
    let (code, words) = refused(&["dev", "--full"]);
    assert_eq!(code, 3, "{words}");
    assert!(words.contains("mode development needs a checkout that is not there: core in "), "{words}");
    let (code, words) = refused(&["dev", "-o", "json"]);
    assert_eq!(code, 2, "{words}");
    let project = project.with_ui();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = format!("ui={}", taken.local_addr().expect("an address").port());
    let output = project.command(&["dev", "--core", "none", "--port", &port]).output().expect("orchcli runs");
    assert_eq!(self::code(&output), 6);
    assert!(!Path::new(&project.path(".orchcli/run")).exists(), "nothing was started");
    let free = format!("ui={}", project.ui);
    let planned = ["dev", "--core", "none", "--port", &free, "--dry-run", "-o", "json"];
    let output = project.command(&planned).output();
    let plan: Value = serde_json::from_slice(&output.expect("orchcli runs").stdout).expect("JSON");
    assert_eq!((&plan["kind"], &plan["steps"][0]["id"]), (&"Plan".into(), &"run.ui".into()));
}

#[test]
fn stop_in_another_terminal_ends_dev_and_what_it_left_running() {
    let project = Project::new().with_ui();
    let stop = |arguments: &[&str]| {
        let mut command = project.command(&[&["stop", "-o", "json"], arguments].concat());
        let output =
            command.env("DOCKER_HOST", "unix:///nobody/is/here.sock").output().expect("orchcli runs");
        let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        (code(&output), document)
    };
    let mut dev = project.dev(&["--frontend-only", "--core", "embedded"]);
    dev.until("ui listens");
    let (planned, plan) = stop(&["--dry-run"]);
    assert_eq!((planned, plan["steps"].as_array().map(Vec::len)), (0, Some(2)), "{plan}");

    let (one, refused) = stop(&["ui"]);
    assert_eq!(
        (one, &refused["error"]["code"]),
        (6, &"LOCK_HELD".into()),
        "only dev itself can do that: {refused}"
    );

    let (stopped, result) = stop(&[]);

    assert_eq!((stopped, &result["stopped"]), (0, &serde_json::json!(["core", "ui"])), "{result}");
    assert_eq!(dev.code(), 0);
    assert_eq!(get(project.core, "/v1/"), None);
    let (code, error) = stop(&[]);
    assert_eq!((code, &error["error"]["code"]), (4, &"ENGINE_UNREACHABLE".into()), "nothing is left to end");

    let mut dev = project.dev(&["--frontend-only", "--core", "embedded", "--keep"]);
    dev.until("ui listens");
    dev.end();
    assert!(get(project.core, "/v1/").is_some(), "it stays");
    assert_eq!(stop(&["core"]).1["stopped"], serde_json::json!(["core"]));
    assert_eq!(get(project.core, "/v1/"), None);
}

#[test]
fn keys_restart_open_and_end_what_runs() {
    let project = Project::new().with_ui();
    let opened = project.path("opened");
    let browser = project.path("browser");
    let script = format!("#!/bin/sh\necho \"$1\" >{0}.part && mv {0}.part {0}\n", opened.display());
    program::script(&browser, &script);
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_orchcli"));
    command.cwd(project.path(""));
    command.env_clear();
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
    command.env("HOME", project.path(".home"));
    command.env("TERM", "xterm");
    command.env("BROWSER", &browser);
    command.args(["dev", "--frontend-only", "--core", "embedded", "--open"]);
    command.args(["--port", &format!("core={}", project.core), "--port", &format!("ui={}", project.ui)]);
    let mut terminal = Terminal::run(command);
    terminal.until("ui: ready after");
    terminal.until("-- opens http://localhost:");
    let url = format!("http://localhost:{}\n", project.ui);
    let seen = || fs::read_to_string(&opened).is_ok_and(|seen| seen == url);
    while !seen() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    for (keys, shown) in [
        ("?", "-- r restart, b build core"),
        ("r", "-- restart which? 0 all, 1 core, 2 ui"),
        ("1", "core: ready after"),
        ("2", "s status"),
        ("r", "-- restart which? 0 all, 1 core, 2 ui"),
        ("2", "ui: ready after"),
        ("l", "-- lines of core"),
        ("s", "-- ui: ready after"),
    ] {
        terminal.forget();
        terminal.press(keys);
        if keys == "2" && shown == "s status" {
            // A number that nobody asked for does nothing.
            terminal.press("?");
        }
        terminal.until(shown);
    }
    terminal.press("q");
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(get(project.ui, "/").is_none() && get(project.core, "/v1/").is_none());
}

#[test]
fn what_the_ui_depends_on_is_installed_first_and_a_choice_is_kept_when_asked_to() {
    let project = Project::new().with_ui();
    fs::create_dir(project.path("ui/dep")).expect("a folder");
    fs::write(project.path("ui/dep/package.json"), r#"{"name":"dep","version":"1.0.0"}"#).expect("a file");
    fs::write(project.path("ui/dep/index.js"), "module.exports = 'installed';\n").expect("a file");
    let package = r#"{"name":"ui","scripts":{"dev":"node server.js"},"dependencies":{"dep":"file:./dep"}}"#;
    fs::write(project.path("ui/package.json"), package).expect("a file");
    fs::remove_file(project.path("ui/package-lock.json")).expect("a file");
    fs::write(project.path("ui/server.js"), format!("console.log(require('dep'));{SERVER}")).expect("a file");
    let mut dev = project.dev(&["--frontend-only", "--core", "none", "--save"]);
    dev.until_all(&["installing the dependencies of ui", "| installed", "ui: ready after"]);
    assert_eq!(dev.end(), 0);
    let kept = fs::read_to_string(project.path("orchcli.yaml")).expect("a file");
    assert!(kept.contains("mode: ui-dev") && kept.contains("provider: none"), "{kept}");
    let port = format!("ui={}", project.ui);
    let planned = ["dev", "--port", &port, "--dry-run", "-o", "json"];
    let output = project.command(&planned).output().expect("orchcli runs");
    let plan: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&plan["steps"][0]["id"], &plan["steps"][1]), (&"run.ui".into(), &Value::Null), "{plan}");
}

#[test]
fn what_builds_core_is_what_was_chosen_or_the_way_out_is_told() {
    let project = Project::new().with_core();
    let refused = |arguments: &[&str]| {
        let mut command =
            project.command(&["dev", "--backend-only", "--ui", "none", "-o", "json", "--dry-run"]);
        let output = command.args(arguments).output().expect("orchcli runs");
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let hint = document["error"]["hint"].as_str().unwrap_or_default().to_owned();
        (code(&output), document["error"]["code"].as_str().unwrap_or_default().to_owned(), hint)
    };
    let (code, name, hint) = refused(&["--core-runner", "air", "--no-containers"]);
    assert_eq!((code, &*name), (4, "TOOL_MISSING"), "{hint}");
    assert!(hint.contains("--core-runner builtin"), "{hint}");
    let (code, name, hint) = refused(&["--core-runner", "container", "--no-containers"]);
    assert_eq!((code, &*name), (2, "USAGE"), "{hint}");
    fs::write(project.path("core/go.mod"), "module example.org/core\n\ngo 1.99\n").expect("a file");
    let (code, name, hint) = refused(&["--no-containers"]);
    assert_eq!((code, &*name), (4, "TOOL_TOO_OLD"), "{hint}");
    assert!(hint.contains("--core-runner container"), "{hint}");
    fs::write(project.path("core/go.mod"), "module example.org/core\n\ngo 1.21\n").expect("a file");

    fs::create_dir(project.path("bin")).expect("a folder");
    program::script(&project.path("bin/air"), "#!/bin/sh\necho air is at work\nexec go run .\n");
    let path = format!("{}:/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin", project.path("bin").display());
    let mut command = project.command(&["dev", "--backend-only", "--ui", "none", "--no-containers"]);
    command.args(["--core-runner", "air", "--port", &format!("core={}", project.core)]);
    let mut dev = Dev::start(command.env("PATH", path));
    dev.until_all(&["| air is at work", "core: ready after"]);
    assert_eq!(get(project.core, "/v1/").as_deref(), Some("one"));
    assert_eq!(dev.end(), 0);
    assert!(get(project.core, "/v1/").is_none(), "what air started ends with it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_tool_that_is_missing_is_installed_when_that_is_wanted() {
    let project = Project::new().with_ui();
    let needs = r#"{"name":"ui","scripts":{"dev":"x"},"engines":{"node":">=99"}}"#;
    fs::write(project.path("ui/package.json"), needs).expect("a file");
    let mirror = mirror::Mirror::start();
    mirror.node_list(&["99.1.0"]);
    let archive =
        mirror.node("99.1.0", "#!/bin/sh\n[ $1 = run ] && echo by $(node) && exec sleep 1000\nexit 0\n");
    let command = |more: &[&str]| {
        let mut command = project.command(&["dev", "--frontend-only", "--core", "none"]);
        command.args(["--port", &format!("ui={}", project.ui)]).args(more);
        command.env("PATH", "/nothing").env("ORCHCLI_NODE_DIST", &mirror.url);
        command
    };
    for refused in [&[][..], &["--install-tools", "never"], &["--auto-install"], &["--dry-run", "--yes"]] {
        let output = command(refused).args(["-o", "ndjson"]).output().expect("orchcli runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(code(&output), 4, "{refused:?}: {said}");
        assert!(said.contains("TOOL_MISSING") && said.contains("--install-tools always"), "{said}");
    }
    assert_eq!(mirror.asked(&archive), 0);
    let mut dev = Dev::start(&mut command(&["--install-tools", "always"]));
    dev.until("| by v99.1.0");
    assert_eq!(dev.end(), 0, "{}", dev.said());
}

#[test]
fn a_start_that_takes_longer_than_it_may_failed_and_what_runs_just_ends() {
    let project = Project::new().with_ui();
    // Next to nothing is to be done until the server listens.
    fs::create_dir(project.path("bin")).expect("a folder");
    let npm = "#!/bin/sh\n[ $1 = run ] && exec node server.js \"$@\"\necho 10.0.0\n";
    program::script(&project.path("bin/npm"), npm);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", project.path("bin").display());
    let command = |time: &str| {
        let mut command = project.command(&["dev", "--frontend-only", "--core", "none", "--timeout", time]);
        command.args(["-o", "ndjson", "--port", &format!("ui={}", project.ui)]).env("PATH", &path);
        command.output().expect("orchcli runs")
    };
    let output = command("20s");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(code(&output), 0, "{said}");
    assert!(said.contains("ready after"), "{said}");
    fs::write(project.path("ui/server.js"), "setTimeout(() => {}, 1e6)").expect("a file");
    let output = command("2s");
    let last = String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned();
    assert_eq!(code(&output), 1, "{last}");
    assert!(last.contains("\"TIMEOUT\"") && last.contains("--timeout"), "{last}");
}

#[test]
fn a_second_signal_ends_what_does_not_want_to_end() {
    let project = Project::new().with_ui();
    let stubborn = format!("process.on('SIGTERM', () => console.log('not yet'));{SERVER}");
    fs::write(project.path("ui/server.js"), stubborn).expect("a file");
    fs::write(project.path("ui/package.json"), r#"{"name":"ui","scripts":{"dev":"exec node server.js"}}"#)
        .expect("a file");
    let mut dev = project.dev(&["--frontend-only", "--core", "none"]);
    dev.until("ui: ready after");
    dev.signal();
    dev.until("| not yet");
    assert_eq!(dev.end(), 130);
    assert!(get(project.ui, "/").is_none(), "it is gone");
}

#[test]
fn without_an_engine_what_is_open_is_run_within_this_program_and_what_needs_one_is_refused() {
    let nobody = "unix:///nobody/is/here.sock";
    let project = Project::new().with_ui().with_core();
    let (core, ui) = (format!("core={}", project.core), format!("ui={}", project.ui));
    let mut command = project.command(&["dev", "--frontend-only", "--port", &core, "--port", &ui]);
    let mut dev = Dev::start(command.env("DOCKER_HOST", nobody));
    dev.until("what is left open is run within this program: ");
    dev.until_all(&["core: embedded, at", "ui: ready after", "| ui listens"]);
    let mut command = project.command(&["logs", "ui", "-o", "json"]);
    let output = command.env("DOCKER_HOST", nobody).output().expect("orchcli runs");
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("ui listens"), "{output:?}");
    let mut command = project.command(&["restart", "-o", "json"]);
    let output = command.env("DOCKER_HOST", nobody).output().expect("orchcli runs");
    assert_eq!(code(&output), 0, "{output:?}");
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["restarted"], serde_json::json!(["core", "ui"]), "{result}");
    assert_eq!(dev.end(), 0);

    let mut command = project.command(&["dev", "--full", "-o", "json", "--dry-run"]);
    let output = command.env("DOCKER_HOST", nobody).output().expect("orchcli runs");
    assert_eq!(code(&output), 4, "{output:?}");
    let error: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(error["error"]["code"], "ENGINE_UNREACHABLE", "{error}");
    let hint = error["error"]["hint"].as_str().expect("a hint");
    assert!(hint.contains("--no-containers"), "{hint}");
}
