//! The record of a run while it happens.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::clock::Clock;
use crate::redact;
use crate::workflow::{NodeOutcome, NodeState, Run};

/// Longest error text for clients, characters (engine.md 3.8). A line of the log may be longer.
const LONGEST: usize = 500;

/// A run's record, written by the run and read by whoever waits for it.
#[derive(Debug)]
pub(super) struct Journal {
    clock: Clock,
    run: Mutex<Run>,
    /// Values of this run that no text may hold.
    hidden: Vec<String>,
}

impl Journal {
    pub(super) fn new(clock: Clock, run: Run, hidden: Vec<String>) -> Self {
        Self { clock, run: Mutex::new(run), hidden }
    }

    fn lock(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record as it stands.
    pub(super) fn snapshot(&self) -> Run {
        self.lock().clone()
    }

    /// An error that clients may read: without secrets, and not too long.
    pub(super) fn safe(&self, error: &str) -> String {
        redact::cut(&self.masked(error), LONGEST)
    }

    fn masked(&self, text: &str) -> String {
        redact::text(&redact::known(text, self.hidden.iter().map(String::as_str)))
    }

    /// Adds a line to the log.
    pub(super) fn log(&self, text: &str) {
        let at = self.clock.now().timestamp().strftime("%H:%M:%S");
        let line = format!("[{at}] {}", self.masked(text));
        self.lock().logs.push(line);
    }

    /// Records what became of a node.
    pub(super) fn node(&self, id: &str, outcome: NodeOutcome, fill: impl FnOnce(&mut NodeState)) {
        let mut state = NodeState {
            status: outcome,
            result: None,
            message: None,
            error: None,
            timestamp: Some(self.clock.now().as_seconds()),
            connected_from: None,
        };
        fill(&mut state);
        self.lock().node_states.insert(id.to_owned(), state);
    }

    /// Records what was applied for a node.
    pub(super) fn output(&self, id: &str, output: Value) {
        self.lock().output.insert(id.to_owned(), output);
    }

    /// Records why the run failed.
    pub(super) fn failed(&self, error: &str) {
        let error = self.safe(error);
        self.log(&error);
        self.lock().error = error;
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;
    use crate::clock::Time;
    use crate::id::{RunId, UserId, WorkflowId};
    use crate::workflow::{RunStatus, Trigger};

    fn journal(hidden: &[&str]) -> Journal {
        let clock = Clock::manual("2026-01-01T23:59:59Z".parse::<Time>().unwrap());
        let run = Run {
            id: RunId::new(),
            workflow_id: WorkflowId::new(),
            version: 1,
            status: RunStatus::Running,
            started_at: clock.now(),
            completed_at: None,
            duration: 0,
            node_states: IndexMap::new(),
            output: IndexMap::new(),
            logs: Vec::new(),
            error: String::new(),
            triggered_by: "manual".to_owned(),
            trigger_data: Trigger { user_id: UserId::new(), adopt: false, create_namespaces: false },
        };
        Journal::new(clock, run, hidden.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_order_of_a_large_graph_is_logged_whole_and_an_error_is_cut() {
        let journal = journal(&[]);
        let order = format!("Execution order: [{}]", "node, ".repeat(200));
        journal.log(&order);
        journal.failed(&"e".repeat(2_000));
        let run = journal.snapshot();
        assert_eq!(run.logs[0], format!("[23:59:59] {order}"));
        assert_eq!(run.error.chars().count(), LONGEST);
        assert_eq!(run.logs[1], format!("[23:59:59] {}", run.error));
    }

    #[test]
    fn neither_a_line_nor_an_error_holds_a_value_of_the_run() {
        let journal = journal(&["swordfish"]);
        journal.log("env swordfish is no number");
        journal.failed("quota swordfish");
        let run = journal.snapshot();
        assert_eq!(run.logs[0], "[23:59:59] env *** is no number");
        assert_eq!(run.error, "quota ***");
    }
}
