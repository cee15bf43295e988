//! What `stop` did (`StopResult`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cli::failure::Failure;
use crate::cli::stack;
use crate::dev;
use crate::dev::converge::{Action, Step, StepOutcome, Work};

/// What was done to a project.
pub struct Done {
    /// Services whose processes on this machine ended.
    pub processes: Vec<String>,
    /// What was to be done on the engine.
    pub steps: Vec<Step>,
    /// How each of them ended.
    pub outcomes: Vec<StepOutcome>,
}

impl Done {
    /// What failed of it.
    pub fn failure(&self) -> Option<Failure> {
        stack::of_steps(&self.steps, &self.outcomes)
    }

    /// Whether a signal ended it before its end.
    pub fn is_cut(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome, StepOutcome::Cancelled))
    }

    /// The containers that were stopped, and what was removed, by its kind.
    fn sorted(&self) -> (Vec<&str>, BTreeMap<&str, Vec<&str>>) {
        let mut removed: BTreeMap<&str, Vec<&str>> =
            ["containers", "networks", "volumes", "images"].map(|kind| (kind, Vec::new())).into();
        let mut stopped = Vec::new();
        let done = self.steps.iter().zip(&self.outcomes);
        for (step, _) in done.filter(|(_, outcome)| matches!(outcome, StepOutcome::Done)) {
            let (kind, name) = step.target.split_once(' ').unwrap_or((&step.target, ""));
            if kind == "container" {
                stopped.push(name);
            }
            let kinds = format!("{kind}s");
            let is_removed = !(kind == "container" && step.action == Action::Change);
            if let Some((_, names)) = removed.iter_mut().find(|(known, _)| is_removed && **known == kinds) {
                names.push(name);
            }
        }
        (stopped, removed)
    }

    /// For programs.
    pub fn fields(&self) -> Value {
        let (stopped, removed) = self.sorted();
        let stopped: Vec<&str> = self.processes.iter().map(String::as_str).chain(stopped).collect();
        json!({"stopped": stopped, "removed": removed})
    }

    /// For people.
    pub fn text(&self) -> String {
        let (stopped, removed) = self.sorted();
        let nothing = self.steps.iter().all(|step| matches!(step.work, Work::Keep(_)));
        if nothing && self.processes.is_empty() {
            return "= nothing running\n".to_owned();
        }
        let mut parts = Vec::new();
        parts.extend((!self.processes.is_empty()).then(|| format!("ended {}", self.processes.join(", "))));
        parts.extend((!nothing).then(|| counted("stopped", stopped.len(), "container")));
        for kind in ["network", "volume", "image"] {
            let count = removed.get(format!("{kind}s").as_str()).map_or(0, Vec::len);
            parts.extend((count > 0).then(|| counted("removed", count, kind)));
        }
        parts.join(", ") + "\n"
    }
}

fn counted(done: &str, count: usize, what: &str) -> String {
    format!("{done} {}", dev::counted(count, what))
}
