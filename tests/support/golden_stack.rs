//! A stack on the engine as commands show it, whatever its names of this run are.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::process::Command;

use crate::engine;
use crate::stack::Stack;

/// A service that stays until it is told to end.
pub const STAY: &str =
    "image: testbed/busybox:1, init: true, stop_grace_period: 1s, command: [sleep, '1000']";

/// `orchcli` in the folder of a stack; `init` makes a project there and knows no Compose files of others.
pub fn command(stack: &Stack, arguments: &[String]) -> Command {
    let mut command = if arguments.iter().any(|argument| argument == "init") {
        engine::command(env!("CARGO_BIN_EXE_orchcli"), stack.folder())
    } else {
        stack.command(&[])
    };
    let path = format!("{}/.bin:/usr/local/bin:/usr/bin:/bin", stack.folder().display());
    command.env("PATH", path).env("LANG", "C.UTF-8");
    command
}

/// What of a stack is another in each run, and what stands for it.
pub fn hidden(stack: &Stack) -> Vec<(String, &'static str)> {
    let name = stack.folder().file_name().and_then(|name| name.to_str());
    vec![
        (name.unwrap_or_default().to_owned(), "shop"),
        (stack.folder().display().to_string(), "~"),
        (stack.project().to_owned(), "shop"),
        (engine::host(), "<engine>"),
        (engine::docker(&["version", "-f", "{{.Server.Version}}"]), "<version>"),
        (engine::docker(&["version", "-f", "{{.Server.APIVersion}}"]), "<api>"),
    ]
}
