//! Waiting until a stack is ready, each service with its budget (cli.md 3.3).

use std::time::{Duration, Instant};

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use super::budgets::Budgets;
use super::desired::Desired;
use super::outcome::Launch;
use super::plan::only_completes;
use super::seen::Seen;
use super::wait::{Goal, Pulse, Trouble, Wanted, Why, until};
use crate::compose::Condition;
use crate::dev::ready::{Question, answers, question, reachable};
use crate::dev::report::{Event, Reporter, StepEnd};
use crate::docker::Engine;

/// How waiting for one container ended.
#[derive(Debug)]
pub struct Readiness {
    /// Its service.
    pub service: String,
    /// How it is, or what is wrong.
    pub ended: Result<Seen, Trouble>,
    /// How long it took.
    pub took: Duration,
}

/// How often a service is asked whether it answers.
const ASK: Duration = Duration::from_millis(250);
/// The ports of core and the UI in their containers.
const PORTS: [u16; 2] = [3000, 3001];

/// Waits until core or the UI answers where it is published; another service is ready when its container is.
async fn answering(
    engine: &Engine,
    pulse: &Pulse,
    seen: &Seen,
    wanted: Wanted<'_>,
    told: impl Fn(&str) + Copy,
) -> Result<(), Trouble> {
    let question = match question(wanted.service) {
        Some(question @ Question::Http { .. }) => question,
        Some(Question::Mongo) | None => return Ok(()),
    };
    let ports = seen.published();
    let Some(port) = ports.iter().find(|port| port.protocol == "tcp" && PORTS.contains(&port.container))
    else {
        return Ok(());
    };
    let host = engine.remote_host().map_or_else(|| reachable(&port.bind), str::to_owned);
    let what = format!("does not answer at http://{host}:{}", port.host);
    let begun = Instant::now();
    while !answers(question, &host, port.host).await {
        if Instant::now() >= wanted.deadline {
            let why = Why::TimedOut { after: begun.elapsed(), last: what };
            return Err(Trouble::of(engine, wanted, Some(seen), why).await);
        }
        told(&what);
        tokio::time::sleep(ASK).await;
        // It may have died meanwhile.
        until(engine, pulse, wanted, |_| ()).await?;
    }
    Ok(())
}

/// Waits for all the containers at once; nothing when it was cancelled. `started` tells which were started just now.
pub async fn ready(
    engine: &Engine,
    desired: &Desired,
    containers: &[Seen],
    started: &[Launch],
    budgets: &Budgets,
    (pulse, reporter, cancel): (&Pulse, &Reporter, &CancellationToken),
) -> Option<Vec<Readiness>> {
    let one = |seen: &Seen| {
        let (service, number, id) = (seen.service().to_owned(), seen.number(), seen.id().to_owned());
        let launch = started.iter().rev().find(|launch| launch.id == id);
        let at = launch.map(|launch| launch.at);
        let healthy_after = launch.and_then(|launch| launch.healthy_after);
        async move {
            let begun = Instant::now();
            let ends = only_completes(&service, desired);
            let wanted = Wanted {
                service: &service,
                id: &id,
                goal: if ends { Goal::Condition(Condition::Completed) } else { Goal::Ready },
                started: at,
                deadline: begun + budgets.of(&service),
            };
            // Only what was started just now is news.
            let step = at.map(|_| format!("ready.{service}-{number}"));
            let title = format!("waiting for {service}");
            if let Some(step) = step.clone() {
                let needs = vec![format!("container.{service}-{number}")];
                reporter.tell(Event::StepReady { step: step.clone(), needs });
                let (service, title) = (Some(service.clone()), title.clone());
                reporter.tell(Event::StepStart { step, service, title });
            }
            let told = |what: &str| {
                reporter.tell(Event::Health { service: service.clone(), state: what.to_owned() });
            };
            let mut ended = until(engine, pulse, wanted, told).await;
            if let Ok(seen) = &ended
                && let Err(trouble) = answering(engine, pulse, seen, wanted, told).await
            {
                ended = Err(trouble);
            }
            if let Some(step) = step {
                let (end, message) = match &ended {
                    Ok(_) => (StepEnd::Done, "ready".to_owned()),
                    Err(trouble) => (StepEnd::Failed, trouble.to_string()),
                };
                reporter.tell(Event::StepEnd { step, title, end, message, took: begun.elapsed() });
            }
            let took = match healthy_after {
                Some(before) => before + begun.elapsed(),
                None => at.unwrap_or(begun).elapsed(),
            };
            Readiness { ended, took, service: service.clone() }
        }
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => None,
        all = join_all(containers.iter().map(one)) => Some(all),
    }
}
