//! What commands show that work on an engine, in each of their forms, and the errors that take one (cli.md 2.3, 3).
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod git;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/golden_stack.rs"]
mod golden_stack;
#[path = "support/login_registry.rs"]
mod login_registry;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/program.rs"]
mod program;
#[path = "support/sshd.rs"]
mod sshd;
#[path = "support/stack.rs"]
mod stack;

use std::any::Any;
use std::fs::{self, File};

use golden::ON_AN_ENGINE;
use golden_stack::{STAY, command, hidden};
use login_registry::LoginRegistry;
use ports::for_services;
use sshd::{Sshd, keygen, user};
use stack::Stack;

const DOCUMENTS: [&str; 4] = ["text", "json", "yaml", "ndjson"];

/// A command that fails in a stack, and what has to be there while it runs.
struct Case {
    stack: Stack,
    arguments: Vec<String>,
    held: Box<dyn Any>,
    hide: Vec<(String, &'static str)>,
}

/// How each code is brought about.
fn case(code: &'static str) -> Case {
    let name = format!("golden-{}", code.to_lowercase().replace('_', "-"));
    let of = |compose: &str, arguments: &str| Case {
        stack: Stack::new(&name, &format!("services:\n  web: {{{compose}}}\n")),
        arguments: arguments.split_whitespace().map(str::to_owned).collect(),
        held: Box::new(()),
        hide: Vec::new(),
    };
    match code {
        "NAME_TAKEN" => {
            let case = of(STAY, "start -d");
            engine::docker(&["network", "create", &format!("{}_default", case.stack.project())]);
            case
        }
        "CLONE_FAILED" => {
            let case = of(STAY, "");
            let nowhere = format!("--fork-ui=file://{}/me/ui.git", case.stack.folder().display());
            let arguments =
                [&["init".to_owned(), nowhere, "--skip-deps".to_owned()], &for_services()[..]].concat();
            Case { arguments, ..case }
        }
        "HOST_KEY_CHANGED" => {
            let case = of(STAY, "");
            let folder = case.stack.folder();
            let server = Sshd::start(&folder.join("sshd"), folder);
            keygen(&folder.join("other"), "");
            let other = fs::read_to_string(folder.join("other.pub")).unwrap();
            fs::create_dir_all(folder.join(".home/.ssh")).unwrap();
            let known = format!("[127.0.0.1]:{} {other}", server.port);
            fs::write(folder.join(".home/.ssh/known_hosts"), known).unwrap();
            let host = format!("{}@127.0.0.1:{}", user(), server.port);
            let source = format!("--fork-ui=ssh://{host}/me/ui");
            let arguments =
                [&["init".to_owned(), source, "--skip-deps".to_owned()], &for_services()[..]].concat();
            let hide = vec![(host, "<user>@<host>"), (server.port.to_string(), "<ssh>")];
            Case { arguments, held: Box::new(server), hide, ..case }
        }
        "TOOL_TOO_OLD" => {
            let case = of(STAY, "");
            let folder = case.stack.folder();
            git::bare(folder, "ui", &[("package.json", r#"{"name": "ui", "engines": {"node": ">=99"}}"#)]);
            git::git(folder, &["clone", "-q", "ui.git", "ui"]);
            for tool in ["node", "npm"] {
                let path = folder.join(format!(".bin/{tool}"));
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                program::script(&path, "#!/bin/sh\necho v10.24.1\n");
            }
            let source = format!("--fork-ui=file://{}/ui.git", folder.display());
            Case { arguments: [&["init".to_owned(), source], &for_services()[..]].concat(), ..case }
        }
        "AUTH_FAILED" => {
            let registry = LoginRegistry::start("me", "right");
            let case = of(&format!("image: '{}/mine:1'", registry.address), "start -d");
            Case { hide: vec![(registry.address.clone(), "<registry>")], held: Box::new(registry), ..case }
        }
        "PULL_FAILED" => of("image: '127.0.0.1:1/none:1'", "start -d"),
        "IMAGE_NOT_FOUND" => {
            let registry = engine::registry();
            let case = of(&format!("image: '{registry}/golden-none:1'"), "start -d");
            Case { hide: vec![(registry, "<registry>")], ..case }
        }
        "UNHEALTHY" => of(
            &format!("{STAY}, healthcheck: {{test: [CMD, 'false'], interval: 100ms, retries: 1}}"),
            "start -d",
        ),
        "TIMEOUT" => {
            let slow = "healthcheck: {test: [CMD, 'false'], interval: 1h}";
            of(&format!("{STAY}, {slow}"), "start -d --wait-timeout 5s")
        }
        "EXITED" => of("image: testbed/busybox:1, command: [sh, -c, 'echo no database; exit 3']", "start -d"),
        "SERVICE_NOT_RUNNING" => of(STAY, "exec web ls"),
        "EXEC_REFUSED" => {
            let case = of(STAY, "exec -u nobody-of-this-name web ls");
            case.stack.run("web", 1, &[], &["sleep", "1000"]);
            case
        }
        "OFFLINE" => of("image: '127.0.0.1:1/none:1'", "--offline start -d"),
        "DECLINED" => {
            let case = of(&format!("{STAY}, volumes: ['data:/data']"), "stop -v");
            let compose = case.stack.folder().join("compose.yaml");
            let text = fs::read_to_string(&compose).unwrap();
            fs::write(compose, format!("{text}volumes: {{data: }}\n")).unwrap();
            assert!(case.stack.orchcli(&["start", "-d"]).status.success());
            case
        }
        "LOCK_HELD" => {
            let case = of(STAY, "--lock-timeout 0 start -d");
            fs::create_dir(case.stack.folder().join(".orchcli")).unwrap();
            let lock = File::create(case.stack.folder().join(".orchcli/lock")).unwrap();
            lock.lock().unwrap();
            Case { held: Box::new(lock), ..case }
        }
        "INTERRUPTED" => {
            let case = of("image: '127.0.0.1:1/none:1'", "start -d");
            interrupt_login(&case.stack);
            case
        }
        other => panic!("no command brings {other}"),
    }
}

/// Who is asked for the login to pull with presses Ctrl-C.
fn interrupt_login(stack: &Stack) {
    let (home, bin) = (stack.folder().join(".home/.docker"), stack.folder().join(".bin"));
    fs::create_dir_all(&home).unwrap();
    fs::create_dir_all(&bin).unwrap();
    fs::write(home.join("config.json"), r#"{"credsStore": "bed"}"#).unwrap();
    let helper = "#!/bin/sh\nkill -INT $PPID\nwhile kill -0 $PPID; do sleep 0.1; done\n";
    program::script(&bin.join("docker-credential-bed"), helper);
}

#[test]
fn every_error_reads_so() {
    let one = |code: &'static str| {
        let case = case(code);
        let mut hide = [hidden(&case.stack), case.hide.clone()].concat();
        let ports =
            case.arguments.iter().filter_map(|argument| argument.strip_prefix("--port=")?.split_once('='));
        hide.extend(ports.map(|(_, port)| (port.to_owned(), "<port>")));
        let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
        let (said, shown) = golden::failure(&|| command(&case.stack, &case.arguments), &arguments, &hide);
        drop(case.held);
        if code == "NAME_TAKEN" {
            engine::docker(&["network", "rm", &format!("{}_default", case.stack.project())]);
        }
        assert_eq!(said, code, "{shown}");
        (code.to_owned(), shown)
    };
    let threads = ON_AN_ENGINE.map(|code| std::thread::spawn(move || one(code)));
    let shown: Vec<_> = threads.into_iter().map(std::thread::JoinHandle::join).collect();
    assert!(shown.iter().all(Result::is_ok), "the errors are above");
    golden::hold("errors", &shown.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn every_command_shows_so() {
    let stack = Stack::new(
        "golden",
        &format!("services:\n  web: {{{STAY}, volumes: ['data:/data']}}\nvolumes: {{data: }}\n"),
    );
    // Its volume is there: two things that are made at once would be told in any order.
    for arguments in [["start", "-d"], ["stop", "web"], ["stop", "--yes"]] {
        assert!(stack.orchcli(&arguments).status.success());
    }
    let mut hide = hidden(&stack);
    let table: [(&str, &str, &[&str]); 21] = [
        ("start-dry-run", "start -d --dry-run", &DOCUMENTS),
        ("start", "start -d", &DOCUMENTS),
        ("start-recreate", "start -d --force-recreate", &["json", "ndjson"]),
        ("start-plain", "start -d --force-recreate --progress plain --no-emoji", &["text"]),
        ("up", "up", &["text", "json"]),
        ("status", "status", &DOCUMENTS),
        ("ps", "ps web", &["text"]),
        ("exec", "exec web echo hello", &DOCUMENTS),
        ("sh", "sh web sh -c 'exit 9'", &["text"]),
        ("logs", "logs", &["text", "json", "ndjson"]),
        ("restart-dry-run", "restart --dry-run", &["text", "json"]),
        ("restart", "restart -t 1s", &DOCUMENTS),
        ("debug-services", "debug --check svc.web.state,svc.web.restarts", &["text", "json"]),
        ("stop-dry-run", "stop --dry-run", &["text", "json"]),
        ("stop-service", "stop web", &["text", "json"]),
        ("stop", "stop", &["json", "text", "ndjson"]),
        ("down", "down", &["text", "json"]),
        ("stop-volumes", "stop -v -y", &["json", "text"]),
        ("version-check", "version --check", &["text", "json"]),
        ("init-dry-run", "init --dry-run", &["text", "json", "ndjson"]),
        ("init", "init", &["text", "json"]),
    ];
    let ports = for_services();
    hide.extend(ports.iter().filter_map(|port| Some((port.rsplit_once('=')?.1.to_owned(), "<port>"))));
    let version = golden::build(&engine::json(&stack.orchcli(&["version", "-o", "json"]), 0));
    hide.extend(version);
    let shown: Vec<(String, String)> = table
        .into_iter()
        .map(|(name, arguments, forms)| {
            let mut arguments = shlex::split(arguments).unwrap();
            if arguments[0] == "init" {
                arguments.extend(ports.clone());
            }
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            (name.to_owned(), golden::shown(&|| command(&stack, &arguments), &words, forms, &hide))
        })
        .collect();
    golden::hold("commands", &shown);
}
