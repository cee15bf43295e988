//! What a run would do (cli.md 2.7).

use serde_json::Value;

use super::processes::Processes;
use crate::dev::converge::{Action, Step, Work};

/// What is kept in `orchcli.yaml` as steps.
pub fn kept(wanted: &[(&str, Value)]) -> Vec<Step> {
    let step = |(key, value): &(&str, Value)| Step {
        id: format!("keep.{key}"),
        action: Action::Change,
        target: format!("{key} in orchcli.yaml"),
        reason: value.as_str().map(str::to_owned),
        depends_on: Vec::new(),
        work: Work::Keep(None),
    };
    wanted.iter().map(step).collect()
}

/// The local processes as steps; the containers come before them.
pub fn steps(processes: &Processes) -> Vec<Step> {
    let step = |id: String, service: &str, target: String, reason: &str| Step {
        id,
        action: Action::Create,
        target,
        reason: Some(format!("{service}, {reason}")),
        depends_on: Vec::new(),
        work: Work::Keep(None),
    };
    let embedded = processes.embedded.iter().map(|embedded| {
        step("run.core".to_owned(), "core", format!("server on port {}", embedded.port), "embedded")
    });
    let programs = processes.programs.iter().map(|program| {
        let target = format!("process {} on port {}", program.command.join(" "), program.port);
        step(format!("run.{}", program.service), &program.service, target, "source")
    });
    embedded.chain(programs).collect()
}
