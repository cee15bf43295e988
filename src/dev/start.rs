//! `start`: a stack made so, and waited for (cli.md 3.3).

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::ServiceStatus;
use super::converge::{
    Budgets, Desired, Error, Execution, Observed, Options, Plan, Pulse, Readiness, Report, Seen, Step,
    StepOutcome, Trouble, Work, containers, only_completes, ready,
};
use super::report::{Event, Reporter};
use super::settings::Wait;
use crate::docker::Engine;

/// How it goes about it.
#[derive(Debug)]
pub struct Start {
    /// How the plan is made.
    pub options: Options,
    /// Whether it waits until the services are ready.
    pub wait: bool,
    /// How long they may take.
    pub budgets: Budgets,
    /// How many calls to the engine at once.
    pub parallel: usize,
}

/// How it ended.
#[derive(Debug)]
pub struct Started {
    /// What was to be done.
    pub plan: Plan,
    /// What was done.
    pub report: Report,
    /// The services that are not ready, and why.
    pub troubles: Vec<Trouble>,
    /// How long each service took to become ready.
    pub took: Vec<(String, Duration)>,
    /// How the services are.
    pub services: Vec<ServiceStatus>,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

impl Started {
    /// The steps that were done, or had nothing to do.
    pub fn done(&self) -> impl Iterator<Item = &Step> {
        let steps = self.plan.steps.iter().zip(&self.report.outcomes);
        let done = steps.filter(|(_, how)| matches!(how, StepOutcome::Done | StepOutcome::Kept));
        done.map(|(step, _)| step)
    }
}

/// What there is to do.
pub async fn plan(engine: &Engine, desired: &Desired, options: &Options) -> Result<(Plan, Observed), Error> {
    let observed = Observed::look(engine, desired).await?;
    let plan = Plan::of(desired, &observed, engine.speaks(), options)?;
    Ok((plan, observed))
}

/// Brings the stack up.
pub async fn start(
    engine: &Engine,
    desired: &Desired,
    how: &Start,
    reporter: &Reporter,
    cancel: &CancellationToken,
) -> Result<Started, Error> {
    let (plan, observed) = plan(engine, desired, &how.options).await?;
    carry_out(engine, desired, (plan, observed), how, reporter, cancel).await
}

/// Carries a plan out, and waits.
pub async fn carry_out(
    engine: &Engine,
    desired: &Desired,
    (plan, observed): (Plan, Observed),
    how: &Start,
    reporter: &Reporter,
    cancel: &CancellationToken,
) -> Result<Started, Error> {
    has_images(desired, &observed, &plan)?;
    for (code, message) in &plan.warnings {
        reporter.tell(Event::Warning { code, message: message.clone() });
    }
    for notice in &plan.notices {
        reporter.tell(Event::Notice(notice.clone()));
    }
    let pulse = Pulse::of(engine, &desired.stack.name);
    let execution = Execution {
        engine,
        desired,
        observed: &observed,
        options: &how.options,
        reporter,
        cancel: cancel.clone(),
        pulse: &pulse,
        budgets: &how.budgets,
        parallel: how.parallel,
    };
    let mut report = execution.run(&plan).await;
    let mut troubles = dependencies_in_trouble(&mut report);
    let ours = |seen: &Seen| !seen.is_one_off() && desired.stack.services.contains_key(seen.service());
    // What nothing was done to is as it was seen.
    let mut seen =
        if plan.is_settled() { observed.containers } else { containers(engine, &desired.stack.name).await? };
    seen.retain(ours);
    let mut took = Vec::new();
    let mut interrupted = cancel.is_cancelled();
    if how.wait && !interrupted {
        let told = (&pulse, reporter, cancel);
        // What could not be started does not become ready.
        let waited: Vec<_> = seen
            .iter()
            .filter(|seen| !is_stuck(seen, &plan, &report))
            .filter(|seen| !troubles.iter().any(|trouble: &Trouble| trouble.container == seen.name()))
            .cloned()
            .collect();
        match ready(engine, desired, &waited, &report.started, &how.budgets, told).await {
            Some(all) => {
                for Readiness { service, ended, took: time } in all {
                    match ended {
                        Ok(now) => {
                            took.push((service, time));
                            if let Some(old) = seen.iter_mut().find(|old| old.id() == now.id()) {
                                *old = now;
                            }
                        }
                        Err(trouble) => troubles.push(trouble),
                    }
                }
                if !troubles.is_empty() {
                    seen = containers(engine, &desired.stack.name).await?;
                    seen.retain(ours);
                }
            }
            None => interrupted = true,
        }
    }
    let mut services = statuses(desired, &seen);
    for service in &mut services {
        service.config_drift = plan.stale.iter().any(|(name, _)| *name == service.name);
        // It was started just now: it was not stopped, but is done.
        let mut done = seen.iter().filter(|seen| seen.is_done());
        service.ready |= done.any(|seen| service.container_id.as_deref() == Some(seen.id()));
    }
    Ok(Started { plan, report, troubles, took, services, interrupted })
}

/// Every service of the stack, with each of its containers, or missing.
pub fn statuses(desired: &Desired, seen: &[Seen]) -> Vec<ServiceStatus> {
    let now = Timestamp::now();
    let mut all = Vec::new();
    for name in desired.stack.services.keys() {
        let before = all.len();
        let of = seen.iter().filter(|seen| seen.service() == name);
        let ends = only_completes(name, desired);
        all.extend(of.map(|seen| {
            let status = ServiceStatus::of(seen, now, false);
            // What others wait for the end of is ready when that went well.
            let ready = status.ready || ends && status.exit_code == Some(0);
            ServiceStatus { ready, ..status }
        }));
        if all.len() == before && desired.stack.services[name].replicas() > 0 {
            all.push(ServiceStatus::missing(name));
        }
    }
    all
}

/// An image that is needed and not there stops it before anything is done.
fn has_images(desired: &Desired, observed: &Observed, plan: &Plan) -> Result<(), Error> {
    let made = |step: &&Step| matches!(step.work, Work::Create { .. } | Work::Recreate { .. });
    for service in plan.steps.iter().filter(made).filter_map(|step| step.work.service()) {
        let Some(found) = desired.stack.services.get(service) else { continue };
        let image = found.image_name(&desired.stack.name, service);
        if !observed.images.contains_key(&image) {
            return Err(Error::NoImage { service: service.to_owned(), image });
        }
    }
    Ok(())
}

/// Whether the step about a container did not end well.
fn is_stuck(seen: &Seen, plan: &Plan, report: &Report) -> bool {
    let step = format!("container.{}-{}", seen.service(), seen.number().max(1));
    plan.steps.iter().zip(&report.outcomes).filter(|(other, _)| other.id == step).any(|(_, outcome)| {
        matches!(outcome, StepOutcome::Failed(_) | StepOutcome::Skipped(_) | StepOutcome::Cancelled)
    })
}

/// Takes the troubles of dependencies out of the steps that waited for them, each once.
fn dependencies_in_trouble(report: &mut Report) -> Vec<Trouble> {
    let mut troubles: Vec<Trouble> = Vec::new();
    for outcome in &mut report.outcomes {
        if let StepOutcome::Failed(Error::Trouble(trouble)) = outcome {
            let need = trouble.service.clone();
            if let StepOutcome::Failed(Error::Trouble(trouble)) =
                std::mem::replace(outcome, StepOutcome::Skipped(need))
                && !troubles.iter().any(|known| known.container == trouble.container)
            {
                troubles.push(*trouble);
            }
        }
    }
    troubles
}

/// How long each may take (cli.md 3.3, 4.3).
pub fn budgets(whole: Duration, wait: &Wait) -> Budgets {
    let services = [("mongodb", wait.mongodb), ("core", wait.core), ("ui", wait.ui)];
    let services = services.map(|(name, budget)| (name.to_owned(), budget)).to_vec();
    Budgets { services, whole, begun: Instant::now() }
}
