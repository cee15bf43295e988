//! `stop`: a stack taken down by its labels (cli.md 3.4).

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::converge::down::perform;
use super::converge::{Action, Step, StepOutcome, Work, schedule};
use super::report::{Event, Reporter};
use crate::docker::Engine;

/// What was done.
#[derive(Debug, Default)]
pub struct Stopped {
    /// How each step ended.
    pub outcomes: Vec<StepOutcome>,
    /// Networks that are in use by others and stay.
    pub in_use: Vec<String>,
}

/// Does the steps. What fails stops nothing else; a network that others use stays, and is told.
pub async fn stop(
    engine: &Engine,
    steps: &[Step],
    grace: Option<Duration>,
    parallel: usize,
    reporter: &Reporter,
    cancel: &CancellationToken,
) -> Stopped {
    let calls = Semaphore::new(parallel.max(1));
    let work = |step| one(engine, step, grace, &calls, reporter);
    let (mut outcomes, _) = schedule(steps, cancel, reporter, |_, _| true, work).await;
    let mut in_use = Vec::new();
    for (step, outcome) in steps.iter().zip(&mut outcomes) {
        if let (Work::RemoveNetwork(_), StepOutcome::Failed(error)) = (&step.work, &*outcome) {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            if why.contains("active endpoints") {
                in_use.push(step.target.trim_start_matches("network ").to_owned());
                *outcome = StepOutcome::Kept;
            }
        }
    }
    Stopped { outcomes, in_use }
}

async fn one(
    engine: &Engine,
    step: &Step,
    grace: Option<Duration>,
    calls: &Semaphore,
    reporter: &Reporter,
) -> Result<&'static str, StepOutcome> {
    let doing = match step.action {
        Action::Remove => "removing",
        Action::Change => "stopping",
        Action::Create | Action::Keep => return Ok(""),
    };
    let _call = calls.acquire().await;
    let title = format!("{doing} {}", step.target);
    reporter.tell(Event::StepStart { step: step.id.clone(), service: None, title });
    perform(engine, step, grace).await
}
