//! Every error code that needs no engine: the command that brings it, in text and JSON (cli.md 2.2, 2.3).
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/golden.rs"]
mod golden;
#[path = "support/program.rs"]
mod program;
#[path = "support/scripted.rs"]
mod scripted;
#[path = "support/user.rs"]
mod user;

use std::any::Any;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use golden::{BY_ITSELF, ON_AN_ENGINE};
use user::User;

/// A command that fails.
struct Case {
    /// Its arguments, run in the project `shop`.
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
    /// As somebody who is not root.
    unprivileged: bool,
    /// What has to be there while it runs.
    held: Box<dyn Any>,
    hide: Vec<(String, &'static str)>,
}

impl Case {
    fn of(arguments: &str) -> Self {
        Self {
            arguments: arguments.split_whitespace().map(str::to_owned).collect(),
            environment: Vec::new(),
            unprivileged: false,
            held: Box::new(()),
            hide: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    fn holding(mut self, held: impl Any) -> Self {
        self.held = Box::new(held);
        self
    }
}

/// How each code is brought about. Files are those of a project called shop.
fn case(code: &str, user: &User) -> Case {
    let shop = user.folder("shop");
    let socket = shop.join("engine.sock");
    let host = format!("unix://{}", socket.display());
    let compose = |text: &str| drop(user.write("shop/compose.yaml", text));
    if code != "NO_PROJECT" {
        user.write("shop/orchcli.yaml", "name: shop\n");
    }
    match code {
        "USAGE" => Case::of("status --chekc"),
        "NO_PROJECT" => Case::of("stop"),
        "INIT_INCOMPLETE" => Case::of("dev --full --dry-run"),
        "ENGINE_UNREACHABLE" => Case::of("start -d"),
        "ENGINE_DENIED" => {
            compose("services:\n  web: {image: nginx}\n");
            let listener = UnixListener::bind(&socket).unwrap();
            fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).unwrap();
            Case { unprivileged: true, ..Case::of("--file compose.yaml logs").holding(listener) }
                .with("DOCKER_HOST", host)
        }
        "ENGINE_TOO_OLD" => {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let (script, _) = scripted::script(scripted::pong("1.24", "linux", &[]), |_| None);
            runtime.block_on(async { scripted::at_socket(&socket, script) });
            Case::of("start -d").with("DOCKER_HOST", host).holding(runtime)
        }
        "TOOL_MISSING" => Case::of("config edit").with("EDITOR", "/no/such/editor"),
        "CONFIG_INVALID" => {
            user.write("shop/orchcli.yaml", "name: shop\nservices:\n  core: {prot: 3100}\n");
            Case::of("status")
        }
        "CONFIG_LOCKED" => {
            let lock = File::create(user.write("shop/.orchcli/config.lock", "")).unwrap();
            lock.lock().unwrap();
            Case::of("config set bind 127.0.0.1").holding(lock)
        }
        "COMPOSE_INVALID" => {
            compose("services:\n  web:\n    imgae: nginx\n");
            Case::of("--file compose.yaml config compose")
        }
        "COMPOSE_UNSUPPORTED" => {
            compose("services:\n  web:\n    provider: {type: model}\n");
            Case::of("--file compose.yaml start -d")
        }
        "PORT_BUSY" => {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port().to_string();
            let case = Case::of(&format!("serve --port {port} --data-dir data")).holding(listener);
            // The system cuts the name of this test in the middle of what tells its builds apart.
            let name = fs::read_to_string("/proc/self/comm").unwrap().trim().to_owned();
            Case { hide: vec![(port, "<port>"), (name, "<this test>")], ..case }
        }
        "DIR_EXISTS" => {
            user.write("shop/ui/notes.txt", "mine");
            Case::of("init --fork-ui me/ui")
        }
        "FILE_EDITED" => {
            user.write("shop/docker/docker-compose.prod.yml", "services:\n  core:\n    imgae: mine\n");
            Case::of("start -d")
        }
        "REPO_INVALID" => Case::of("init --fork-ui=--upload-pack=sh/ui"),
        "SERVICE_UNKNOWN" => {
            compose("services:\n  web: {image: nginx}\n");
            Case::of("--file compose.yaml config compose wbe")
        }
        "INTERNAL" => Case::of("help --man /dev/null/pages"),
        other => panic!("no command brings {other}"),
    }
}

/// The command of a case, by a user of its own.
fn command(case: &Case, user: &User) -> Command {
    let mut command = user.orchcli("shop", &[]);
    command.env("LANG", "C.UTF-8").envs(case.environment.iter().map(|(name, value)| (name, value)));
    if case.unprivileged && rustix::process::geteuid().is_root() {
        // Root may use every socket.
        let program = user.home().join("orchcli");
        if !program.exists() {
            program::copy(env!("CARGO_BIN_EXE_orchcli"), &program);
            fs::set_permissions(user.home(), fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut other = Command::new(program);
        other
            .current_dir(user.home().join("shop"))
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("HOME", user.home());
        other.envs(case.environment.iter().map(|(name, value)| (name, value))).uid(65534).gid(65534);
        return other;
    }
    command
}

#[test]
fn every_error_reads_so() {
    let one = |code: &'static str| {
        let user = User::new();
        let case = case(code, &user);
        let mut hide = case.hide.clone();
        hide.push((user.home().display().to_string(), "~"));
        // This program holds a port, and is told of by so much of its command line.
        let program = std::env::current_exe().unwrap().display().to_string();
        hide.push((program.chars().take(80).collect(), "<test>"));
        hide.push((std::env::current_dir().unwrap().display().to_string(), "<here>"));
        let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
        let (said, shown) = golden::failure(&|| command(&case, &user), &arguments, &hide);
        assert_eq!(said, code, "{shown}");
        (code.to_owned(), shown)
    };
    let threads = BY_ITSELF.map(|code| std::thread::spawn(move || one(code)));
    let shown: Vec<(String, String)> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    golden::hold("errors", &shown);
}

#[test]
fn the_table_holds_every_code_of_the_help_and_no_other() {
    let user = User::new();
    let help = user.run("", &["help", "exit-codes"]).text();
    let (_, codes) = help.split_once("Error codes").unwrap();
    let mut told: Vec<&str> =
        codes.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    let mut known = [&BY_ITSELF[..], &ON_AN_ENGINE[..]].concat();
    told.sort_unstable();
    known.sort_unstable();
    assert_eq!(told, known);
}
