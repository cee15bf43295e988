//! Waiting for what a service depends on.

use std::time::Instant;

use super::Execution;
use super::state::State;
use crate::compose::Condition;
use crate::dev::converge::desired::Desired;
use crate::dev::converge::error::Error;
use crate::dev::converge::outcome::StepOutcome;
use crate::dev::converge::plan::Step;
use crate::dev::converge::wait::{Goal, Wanted, until};
use crate::dev::report::Event;

/// Whether a step can do without another: its service says that it need not be there.
pub(super) fn is_soft(desired: &Desired, step: &Step, need: &str) -> bool {
    let Some(service) = step.work.service() else { return false };
    let other = need.strip_prefix("container.").and_then(|rest| rest.rsplit_once('-')).map(|(name, _)| name);
    let depends_on = desired.stack.services.get(service).map(|service| &service.depends_on);
    other
        .zip(depends_on)
        .and_then(|(other, depends_on)| depends_on.get(other))
        .is_some_and(|how| !how.required)
}

impl Execution<'_> {
    /// Waits until everything that a service depends on is where it is waited for.
    pub(super) async fn dependencies(&self, name: &str, state: &State) -> Result<(), StepOutcome> {
        let Some(service) = self.desired.stack.services.get(name) else { return Ok(()) };
        for (other, how) in &service.depends_on {
            if !self.desired.stack.services.contains_key(other) {
                continue;
            }
            for id in state.containers_of(other) {
                let wanted = Wanted {
                    service: other,
                    id: &id,
                    goal: Goal::Condition(how.condition),
                    started: state.started_at(&id),
                    deadline: Instant::now() + self.budgets.of(other),
                };
                let told = |what: &str| {
                    let state = format!("waits for {other}: {what}");
                    self.reporter.tell(Event::Health { service: name.to_owned(), state });
                };
                let ended = tokio::select! {
                    biased;
                    () = self.cancel.cancelled() => return Err(StepOutcome::Cancelled),
                    ended = until(self.engine, self.pulse, wanted, told) => ended,
                };
                match ended {
                    Ok(_) if how.condition == Condition::Healthy => state.is_healthy(&id),
                    Ok(_) => {}
                    Err(trouble) if how.required => {
                        return Err(StepOutcome::Failed(Error::Trouble(Box::new(trouble))));
                    }
                    Err(trouble) => self.reporter.tell(Event::Warning {
                        code: "UNHEALTHY",
                        message: format!("{name} goes on without {other}: {trouble}"),
                    }),
                }
            }
        }
        Ok(())
    }
}
