//! What commands about several projects show, and those of one stack in the forms that `engine_golden` does not hold
//! (cli.md 3).
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/golden_stack.rs"]
mod golden_stack;
#[path = "support/ports.rs"]
mod ports;
#[path = "support/stack.rs"]
mod stack;

use std::fs;
use std::process::Command;

use golden_stack::{STAY, command, hidden};
use stack::Stack;

/// Two projects of one user with Compose files of their own; gone with the value.
struct Projects {
    /// Where they lie, and the home of the user.
    stack: Stack,
    names: [String; 2],
}

impl Projects {
    fn new() -> Self {
        let stack = Stack::new("golden-all", "");
        let names = ["shop", "mill"].map(|name| format!("{}-{name}", stack.project()));
        for (folder, name) in ["shop", "mill"].iter().zip(&names) {
            let folder = stack.folder().join(folder);
            fs::create_dir(&folder).unwrap();
            fs::write(
                folder.join("orchcli.yaml"),
                format!("name: {name}\ncompose: {{files: [compose.yaml]}}\n"),
            )
            .unwrap();
            fs::write(folder.join("compose.yaml"), format!("services:\n  web: {{{STAY}}}\n")).unwrap();
        }
        Self { stack, names }
    }

    /// What a command shows in each form; each begins with both projects started.
    fn shown(&self, line: &str, forms: &[&str], hide: &[(String, &str)]) -> String {
        let command = || {
            for folder in ["shop", "mill"] {
                let started = self.command(folder).args(["start", "-d"]).output().unwrap();
                assert!(started.status.success(), "{}", engine::text(&started.stderr));
            }
            self.command("shop")
        };
        let arguments: Vec<&str> = line.split_whitespace().collect();
        golden::shown(&command, &arguments, forms, hide)
    }

    fn command(&self, folder: &str) -> Command {
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &self.stack.folder().join(folder));
        command.env("HOME", self.stack.folder().join(".home")).env("LANG", "C.UTF-8");
        command
    }
}

impl Drop for Projects {
    fn drop(&mut self) {
        for folder in ["shop", "mill"] {
            let _ = self.command(folder).arg("stop").output();
        }
    }
}

#[test]
fn every_project_is_shown_so() {
    let projects = Projects::new();
    let mut hide = vec![
        (projects.names[0].clone(), "shop"),
        (projects.names[1].clone(), "mill"),
        (projects.stack.folder().display().to_string(), "~"),
    ];
    hide.extend(hidden(&projects.stack).into_iter().skip(3));
    let table: [(&str, &str, &[&str]); 4] = [
        ("status-all", "status --all-projects", &["text", "json"]),
        ("config-projects-running", "config projects", &["text", "json"]),
        ("stop-all-dry-run", "stop --all --dry-run", &["text", "json"]),
        ("stop-all", "stop --all -t 1s", &["text", "json", "ndjson"]),
    ];
    let shown = table.map(|(name, line, forms)| (name.to_owned(), projects.shown(line, forms, &hide)));
    golden::hold("commands", &shown);
}

#[test]
fn more_forms_of_commands_about_a_stack_show_so() {
    let compose = |mode: &str| format!("services:\n  web: {{{STAY}, environment: {{MODE: {mode}}}}}\n");
    let stack = Stack::new("golden-forms", &compose("one"));
    assert!(stack.orchcli(&["start", "-d"]).status.success());
    let shown = |name: &str, line: &str, forms: &[&str]| {
        let arguments = shlex::split(line).unwrap();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        (name.to_owned(), golden::shown(&|| command(&stack, &arguments), &words, forms, &hidden(&stack)))
    };
    let mut all = vec![
        shown("status-services", "status --services", &["text", "json"]),
        shown("status-quiet-ids", "status --quiet-ids", &["text", "json"]),
        shown("status-check", "status --check web", &["text"]),
        shown("exec-dry-run", "exec --dry-run web ls -la", &["text", "json"]),
        shown("exec-not-found", "exec web no-such-command", &["text", "json", "ndjson"]),
        shown("exec-not-executable", "exec web /etc/passwd", &["text", "json"]),
        shown("exec-detached", "exec -d web true", &["text", "json"]),
    ];
    stack.write("compose.yaml", &compose("two"));
    all.push(shown("status-changed", "status", &["text", "json"]));
    all.push(shown("restart-recreate-dry-run", "restart --recreate --dry-run", &["text"]));
    all.push(shown("restart-changed", "restart -t 1s", &["text", "json"]));
    all.push(shown("restart-recreate", "restart --recreate -t 1s", &["ndjson"]));
    stack.write("compose.yaml", &format!("services:\n  api: {{{STAY}}}\n"));
    all.push(shown("start-orphan", "start -d", &["ndjson"]));
    all.push(shown("stop-keep", "stop --keep-containers -t 1s", &["text", "json"]));
    all.push(shown("status-check-exited", "status --check", &["text"]));
    golden::hold("commands", &all);
}

#[test]
fn what_is_put_right_is_shown_so() {
    let stack = Stack::new("golden-fix", "");
    let network = format!("{}_outside", stack.project());
    stack.write(
        "compose.yaml",
        &format!("services:\n  web: {{{STAY}, networks: [n]}}\nnetworks: {{n: {{external: true, name: {network}}}}}\n"),
    );
    let command = || {
        // Each form begins without it.
        let _ = Command::new("docker")
            .args(["network", "rm", &network])
            .env("DOCKER_HOST", engine::host())
            .output();
        command(&stack, &[])
    };
    let shown = |name: &str, line: &str, forms: &[&str]| {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        (name.to_owned(), golden::shown(&command, &arguments, forms, &hidden(&stack)))
    };
    let all = [
        shown("debug-fix-dry-run", "debug --check net.external --fix -y --dry-run", &["text", "json"]),
        shown("debug-fix-declined", "debug --check net.external --fix --no-input", &["text", "json"]),
        shown("debug-fix", "debug --check net.external --fix -y", &["text", "json", "ndjson"]),
    ];
    command();
    golden::hold("commands", &all);
}
