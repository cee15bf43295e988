//! What a use case tells while it works (cli.md 2.3, 9.3).

use std::sync::Arc;
use std::time::Duration;

/// Something that happened. Steps are named `clone.ui`, `pull.core`, `start.mongodb`.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A step could begin: what it needs has ended.
    StepReady {
        /// Its id.
        step: String,
        /// The ids of those it needed.
        needs: Vec<String>,
    },
    /// A step began.
    StepStart {
        /// Its id.
        step: String,
        /// The service it is about.
        service: Option<String>,
        /// What people call it: "pulling ghcr.io/kubeorch/core:latest".
        title: String,
    },
    /// A step went on.
    StepProgress {
        /// Its id.
        step: String,
        /// How much is done.
        current: u64,
        /// Of how much, when it is known.
        total: Option<u64>,
        /// What is counted.
        unit: Unit,
        /// What it does now.
        message: Option<String>,
    },
    /// A step ended.
    StepEnd {
        /// Its id.
        step: String,
        /// What people call it, should it not have begun.
        title: String,
        /// How.
        end: StepEnd,
        /// What came out, in a few words.
        message: String,
        /// How long it took.
        took: Duration,
    },
    /// What a program that a step runs prints; shown with `--verbose`.
    Line {
        /// The id of the step.
        step: String,
        /// One line, without its end.
        text: String,
    },
    /// How a service that is waited for is doing.
    Health {
        /// The service.
        service: String,
        /// In words: "waiting (health 2/5)".
        state: String,
    },
    /// Something may not be as meant.
    Warning {
        /// The stable code.
        code: &'static str,
        /// In words.
        message: String,
    },
    /// Something worth knowing.
    Notice(String),
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    /// Something was done.
    Done,
    /// Everything was as it should be already.
    Kept,
    /// Left out, because of another step or on request.
    Skipped,
    /// It failed.
    Failed,
}

/// What the progress of a step is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Git objects.
    Objects,
    /// Steps.
    Steps,
}

/// Whom events are told. Cheap to clone; clones tell the same listener.
#[derive(Clone)]
pub struct Reporter(Arc<dyn Fn(Event) + Send + Sync>);

impl Reporter {
    /// A reporter that hands every event to `listener`, in the order they happen.
    pub fn new(listener: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Tells what happened.
    pub fn tell(&self, event: Event) {
        (self.0)(event);
    }
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reporter")
    }
}
