//! What `init` shows that clones: repositories of this machine, one fork, the other official, both, one that fails and is
//! gone on with, an edited file (cli.md 3.1).
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/git.rs"]
mod git;
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

use golden_stack::hidden;
use ports::for_services;
use stack::Stack;

/// A user whose GitHub is this machine.
struct User {
    stack: Stack,
    ports: Vec<String>,
}

impl User {
    fn new() -> Self {
        let user = Self { stack: Stack::new("golden-init", ""), ports: for_services() };
        let hosted = user.stack.folder().join("github");
        for (owner, name, file, text) in [
            ("KubeOrch", "ui", "package.json", r#"{"name":"ui","version":"1.0.0"}"#),
            ("KubeOrch", "core", "go.mod", "module core\n\ngo 1.22\n"),
            ("me", "ui", "package.json", r#"{"name":"mine","version":"1.0.0"}"#),
        ] {
            fs::create_dir_all(hosted.join(owner)).unwrap();
            git::bare(&hosted.join(owner), name, &[(file, text)]);
        }
        let github = format!("[url \"file://{}/\"]\n\tinsteadOf = https://github.com/\n", hosted.display());
        user.stack.write(".home/.gitconfig", &github);
        user
    }

    /// `orchcli` in the project.
    fn command(&self) -> Command {
        let project = self.stack.folder().join("shop");
        fs::create_dir_all(&project).unwrap();
        let mut command = engine::command(env!("CARGO_BIN_EXE_orchcli"), &project);
        // Node and Go are where the tests find them.
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", self.stack.folder().join(".home")).env("LANG", "C.UTF-8");
        command
    }

    /// As it was before anything was made.
    fn anew(&self) -> Command {
        for made in ["shop", ".home/.config"] {
            let _ = fs::remove_dir_all(self.stack.folder().join(made));
        }
        self.command()
    }

    /// What an `init` shows; one clone at a time, as what is done at once is told in any order.
    fn shown(
        &self,
        name: &str,
        line: &str,
        forms: &[&str],
        command: &dyn Fn() -> Command,
    ) -> (String, String) {
        let mut arguments = vec!["init"];
        arguments.extend(line.split_whitespace());
        arguments.extend(["--skip-deps", "--parallel", "1"]);
        arguments.extend(self.ports.iter().map(String::as_str));
        (name.to_owned(), golden::shown(command, &arguments, forms, &self.hidden()))
    }

    /// How the project is then.
    fn status(&self, name: &str) -> (String, String) {
        (name.to_owned(), golden::shown(&|| self.command(), &["status"], &["text", "json"], &self.hidden()))
    }

    fn hidden(&self) -> Vec<(String, &'static str)> {
        let mut hide = vec![(self.stack.folder().display().to_string(), "~")];
        hide.extend(hidden(&self.stack).into_iter().skip(2));
        hide.extend(self.ports.iter().map(|port| (port.rsplit_once('=').unwrap().1.to_owned(), "<port>")));
        hide
    }
}

#[test]
fn every_way_to_clone_shows_so() {
    let user = User::new();
    let (anew, on) = (|| user.anew(), || user.command());
    let both = &["text", "json"];
    let mut all = vec![
        user.shown("init-fork-ui-dry-run", "--fork-ui me/ui --dry-run", both, &anew),
        user.shown("init-fork-ui", "--fork-ui me/ui", both, &anew),
        user.shown("init-fork-core-dry-run", "--fork-core --dry-run", both, &anew),
        user.shown("init-fork-core", "--fork-core", both, &anew),
        user.shown("init-forks-dry-run", "--fork-ui me/ui --fork-core --dry-run", both, &anew),
        user.shown("init-forks", "--fork-ui me/ui --fork-core", &["text", "json", "ndjson"], &anew),
        user.shown("init-again", "--fork-ui me/ui --fork-core", both, &on),
        user.status("status-checkouts"),
        user.shown("init-partial", "--fork-ui --fork-core me/none", both, &anew),
        user.status("status-unfinished"),
        // What the last one left is gone on with.
        user.shown("init-resumed", "--fork-ui --fork-core", &["text"], &on),
    ];
    let compose = user.stack.folder().join("shop/docker/docker-compose.dev.yml");
    fs::write(&compose, fs::read_to_string(&compose).unwrap() + "# mine\n").unwrap();
    all.push(user.shown("init-edited", "--fork-ui --fork-core", both, &on));
    golden::hold("commands", &all);
}
