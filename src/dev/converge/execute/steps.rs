//! One step done.

use std::time::Duration;

use super::Execution;
use super::state::State;
use crate::dev::converge::down;
use crate::dev::converge::error::Error;
use crate::dev::converge::outcome::StepOutcome;
use crate::dev::converge::plan::{Running, Step, Work};
use crate::dev::report::Event;

impl Execution<'_> {
    /// Does it, and says in a word what was done; nothing when there was nothing to do.
    pub(super) async fn perform(&self, step: &Step, state: &State) -> Result<&'static str, StepOutcome> {
        match &step.work {
            Work::Keep(_) => Ok(""),
            Work::CreateNetwork(key) => {
                self.begin(step, "creating");
                let _call = state.calls.acquire().await;
                self.create_network(key).await.map_err(StepOutcome::Failed)?;
                Ok("created")
            }
            Work::ReplaceNetwork { key, id } => {
                self.begin(step, "recreating");
                let _call = state.calls.acquire().await;
                self.replace_network(key, id).await.map_err(StepOutcome::Failed)?;
                Ok("recreated")
            }
            Work::CreateVolume(key) => {
                self.begin(step, "creating");
                let _call = state.calls.acquire().await;
                self.create_volume(key).await.map_err(StepOutcome::Failed)?;
                Ok("created")
            }
            Work::Create { service, number } => {
                self.dependencies(service, state).await?;
                self.begin(step, "creating");
                let _call = state.calls.acquire().await;
                self.create_and_start(service, *number, state).await.map_err(StepOutcome::Failed)?;
                Ok("started")
            }
            Work::Recreate { service, number, old } => {
                self.dependencies(service, state).await?;
                self.begin(step, "recreating");
                let _call = state.calls.acquire().await;
                self.recreate(service, *number, old, state).await.map_err(StepOutcome::Failed)?;
                Ok("recreated")
            }
            Work::Start(running) => {
                self.dependencies(&running.service, state).await?;
                self.begin(step, "starting");
                let _call = state.calls.acquire().await;
                self.start(running, state).await.map_err(StepOutcome::Failed)?;
                Ok("started")
            }
            Work::Rename { id, name } => {
                let _call = state.calls.acquire().await;
                let renamed = self.engine.rename(id, name).await;
                renamed.map_err(|error| {
                    StepOutcome::Failed(Error::engine(format!("the container {name} cannot get its name"))(
                        error,
                    ))
                })?;
                Ok("renamed")
            }
            Work::Stop { id } => {
                self.begin(step, "stopping");
                let _call = state.calls.acquire().await;
                self.stop(id).await.map_err(StepOutcome::Failed)?;
                Ok("stopped")
            }
            Work::Remove { id, volumes } => {
                self.begin(step, "removing");
                let _call = state.calls.acquire().await;
                self.stop(id).await.map_err(StepOutcome::Failed)?;
                self.remove(id, *volumes, state).await.map_err(StepOutcome::Failed)?;
                Ok("removed")
            }
            Work::Restart(running) => {
                self.dependencies(&running.service, state).await?;
                self.begin(step, "restarting");
                let _call = state.calls.acquire().await;
                self.restart(running, state).await.map_err(StepOutcome::Failed)?;
                Ok("restarted")
            }
            Work::RemoveNetwork(_) | Work::RemoveVolume(_) | Work::RemoveImage(_) => {
                down::perform(self.engine, step, self.options.grace).await
            }
        }
    }

    fn begin(&self, step: &Step, doing: &str) {
        let service = step.work.service().map(str::to_owned);
        // That of a restart is that it was asked for, which the word says.
        let reason = step.reason.as_ref().filter(|_| !matches!(step.work, Work::Restart(_)));
        let because = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let title = format!("{doing} {}{because}", step.target);
        self.reporter.tell(Event::StepStart { step: step.id.clone(), service, title });
    }

    async fn start(&self, running: &Running, state: &State) -> Result<(), Error> {
        let service = &running.service;
        let failed = Error::unstarted(service, format!("the service {service} cannot be started"));
        let done = if running.paused {
            self.engine.unpause(&running.id).await
        } else {
            self.engine.start(&running.id).await
        };
        done.map_err(failed)?;
        state.has_started(&running.id);
        Ok(())
    }

    async fn restart(&self, running: &Running, state: &State) -> Result<(), Error> {
        let done = self.engine.restart(&running.id, self.options.grace).await;
        let service = &running.service;
        done.map_err(Error::unstarted(service, format!("the service {service} cannot be restarted")))?;
        state.has_started(&running.id);
        Ok(())
    }

    pub(super) async fn stop(&self, id: &str) -> Result<(), Error> {
        let grace: Option<Duration> = self.options.grace;
        let short: String = id.chars().take(12).collect();
        self.engine
            .stop(id, grace)
            .await
            .map_err(Error::engine(format!("the container {short} cannot be stopped")))
    }

    pub(super) async fn remove(&self, id: &str, volumes: bool, state: &State) -> Result<(), Error> {
        let short: String = id.chars().take(12).collect();
        let removed = self.engine.remove(id, volumes).await;
        removed.map_err(Error::engine(format!("the container {short} cannot be removed")))?;
        state.gone(id);
        Ok(())
    }
}
