//! What a run would do (cli.md 2.7).

use serde_json::Value;

use super::processes::Processes;
use crate::dev::converge::{Action, Step};

/// What is kept in `orchcli.yaml` as steps.
pub fn kept(wanted: &[(&str, Value)]) -> Vec<Step> {
    let step = |(key, value): &(&str, Value)| {
        let (target, reason) = (format!("{key} in orchcli.yaml"), value.as_str().map(str::to_owned));
        Step::local(format!("keep.{key}"), Action::Change, target, reason)
    };
    wanted.iter().map(step).collect()
}

/// The local processes as steps; the containers come before them.
pub fn steps(processes: &Processes) -> Vec<Step> {
    let step = |service: &str, target: String, provider: &str| {
        Step::local(format!("run.{service}"), Action::Create, target, Some(format!("{service}, {provider}")))
    };
    let standing = processes.standing();
    let servers = processes.servers.iter().map(|server| {
        let (service, target) = (server.service.as_str(), format!("server on port {}", server.port));
        let stands = standing.as_ref().is_some_and(|record| record.command == server.command());
        let action = if stands { Action::Keep } else { Action::Create };
        Step { action, ..step(service, target, server.provider.as_str()) }
    });
    let programs = processes.programs.iter().map(|program| {
        let target = format!("process {} on port {}", program.command.join(" "), program.port);
        step(&program.service, target, "source")
    });
    servers.chain(programs).collect()
}
