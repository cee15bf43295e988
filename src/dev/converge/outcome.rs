//! How a plan ended.

use std::time::{Duration, Instant};

use super::error::Error;

/// How a step ended.
#[derive(Debug)]
pub enum StepOutcome {
    /// It was done.
    Done,
    /// There was nothing to do.
    Kept,
    /// Another step that it needs did not end well.
    Skipped(String),
    /// Nobody wanted it any more.
    Cancelled,
    /// It failed.
    Failed(Error),
}

/// How a plan ended.
#[derive(Debug)]
pub struct Report {
    /// How each step ended, in the order of the plan.
    pub outcomes: Vec<StepOutcome>,
    /// How long each took.
    pub took: Vec<Duration>,
    /// The containers that were started.
    pub started: Vec<Launch>,
}

/// The start of a container.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The container's id.
    pub id: String,
    /// When it was started.
    pub at: Instant,
    /// How long it took to become healthy, when another service waited for that.
    pub healthy_after: Option<Duration>,
}
