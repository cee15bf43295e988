//! A plan carried out: each step when those it depends on are done, several at once (cli.md 8.5).

mod create;
mod dependencies;
mod networks;
mod replace;
mod schedule;
mod state;
mod steps;

use tokio_util::sync::CancellationToken;

use super::budgets::Budgets;
use super::desired::Desired;
use super::observed::Observed;
use super::outcome::Report;
use super::plan::{Options, Plan};
use super::wait::Pulse;
use crate::dev::report::Reporter;
use crate::docker::Engine;
use state::State;

pub use schedule::schedule;

/// What a plan is carried out with.
pub struct Execution<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// What is wanted.
    pub desired: &'a Desired,
    /// What there was when the plan was made.
    pub observed: &'a Observed,
    /// How the plan was made.
    pub options: &'a Options,
    /// Whom it is told.
    pub reporter: &'a Reporter,
    /// Cancelled: no step begins any more, and none waits any more.
    pub cancel: CancellationToken,
    /// What happens at the engine.
    pub pulse: &'a Pulse,
    /// How long a dependency may take to get where it is waited for.
    pub budgets: &'a Budgets,
    /// How many calls to the engine at once.
    pub parallel: usize,
}

impl Execution<'_> {
    /// Carries the plan out. What fails stops only what depends on it.
    pub async fn run(&self, plan: &Plan) -> Report {
        let state = State::of(self.observed, self.parallel);
        let soft = |step: &_, need: &str| dependencies::is_soft(self.desired, step, need);
        let perform = |step| self.perform(step, &state);
        let (outcomes, took) = schedule(&plan.steps, &self.cancel, self.reporter, soft, perform).await;
        Report { outcomes, took, started: state.started() }
    }
}
