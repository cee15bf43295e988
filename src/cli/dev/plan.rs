//! What a run would do (cli.md 2.7).

use super::processes::Processes;
use crate::dev::converge::{Action, Step, Work};

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
