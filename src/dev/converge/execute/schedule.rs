//! Steps in an order that follows what they depend on, as many at once as that allows.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::Either;
use futures::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use crate::dev::converge::error::Error;
use crate::dev::converge::outcome::StepOutcome;
use crate::dev::converge::plan::Step;
use crate::dev::report::{Event, Reporter, StepEnd};

/// Does each step when those it depends on ended well, and tells how it ended. What fails stops only what depends on
/// it, unless that can do without, which `soft` knows. `perform` says in a word what was done; nothing when there was
/// nothing to do. Gives how each step ended and how long it took.
pub async fn schedule<'s, F>(
    steps: &'s [Step],
    cancel: &CancellationToken,
    reporter: &Reporter,
    soft: impl Fn(&Step, &str) -> bool,
    perform: impl Fn(&'s Step) -> F,
) -> (Vec<StepOutcome>, Vec<Duration>)
where
    F: Future<Output = Result<&'static str, StepOutcome>>,
{
    let mut outcomes: Vec<Option<StepOutcome>> = steps.iter().map(|_| None).collect();
    let mut took = vec![Duration::ZERO; steps.len()];
    let mut begun = vec![false; steps.len()];
    let mut running = FuturesUnordered::new();
    loop {
        for (index, step) in steps.iter().enumerate() {
            if begun[index] {
                continue;
            }
            let work = match may_begin(steps, step, &outcomes, cancel, &soft) {
                Begin::Now => {
                    let needs = step.depends_on.clone();
                    reporter.tell(Event::StepReady { step: step.id.clone(), needs });
                    Either::Left(perform(step))
                }
                Begin::Never(outcome) => Either::Right(std::future::ready(Err(outcome))),
                Begin::Later => continue,
            };
            begun[index] = true;
            running.push(timed(index, steps, reporter, work));
        }
        let Some((index, outcome, time)) = running.next().await else { break };
        outcomes[index] = Some(outcome);
        took[index] = time;
    }
    let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or(StepOutcome::Cancelled)).collect();
    (outcomes, took)
}

enum Begin {
    Now,
    Later,
    Never(StepOutcome),
}

fn may_begin(
    steps: &[Step],
    step: &Step,
    outcomes: &[Option<StepOutcome>],
    cancel: &CancellationToken,
    soft: &impl Fn(&Step, &str) -> bool,
) -> Begin {
    for need in &step.depends_on {
        let found = steps.iter().position(|other| other.id == *need);
        match found.and_then(|index| outcomes.get(index)) {
            Some(None) => return Begin::Later,
            Some(Some(StepOutcome::Done | StepOutcome::Kept)) | None => {}
            Some(Some(StepOutcome::Cancelled)) => return Begin::Never(StepOutcome::Cancelled),
            Some(Some(StepOutcome::Skipped(_) | StepOutcome::Failed(_))) => {
                if !soft(step, need) {
                    return Begin::Never(StepOutcome::Skipped(need.clone()));
                }
            }
        }
    }
    if cancel.is_cancelled() { Begin::Never(StepOutcome::Cancelled) } else { Begin::Now }
}

/// One step, and what is told of it.
async fn timed(
    index: usize,
    steps: &[Step],
    reporter: &Reporter,
    work: impl Future<Output = Result<&'static str, StepOutcome>>,
) -> (usize, StepOutcome, Duration) {
    let step = &steps[index];
    let begun = Instant::now();
    let ended = work.await;
    let took = begun.elapsed();
    let (end, message, outcome) = match ended {
        Ok("") => (StepEnd::Kept, String::new(), StepOutcome::Kept),
        Ok(done) => (StepEnd::Done, done.to_owned(), StepOutcome::Done),
        Err(StepOutcome::Skipped(need)) => {
            let needed = steps.iter().find(|other| other.id == need).map_or(&need, |other| &other.target);
            (StepEnd::Skipped, format!("needs {needed}"), StepOutcome::Skipped(need))
        }
        Err(StepOutcome::Failed(error)) => (StepEnd::Failed, words(&error), StepOutcome::Failed(error)),
        Err(outcome @ (StepOutcome::Done | StepOutcome::Kept | StepOutcome::Cancelled)) => {
            (StepEnd::Skipped, "interrupted".to_owned(), outcome)
        }
    };
    // What stays as it is would only be noise.
    if !matches!(outcome, StepOutcome::Kept) {
        let (step, title) = (step.id.clone(), step.target.clone());
        reporter.tell(Event::StepEnd { step, title, end, message, took });
    }
    (index, outcome, took)
}

/// An error in one line, with what is behind it.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    crate::redact::text(&text)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::dev::converge::plan::Action;

    #[tokio::test]
    async fn what_is_left_out_is_told_in_the_words_of_the_plan() {
        let step = |name: &str| {
            let target = format!("container shop-{name}-1");
            Step::local(format!("container.{name}-1"), Action::Create, target, None)
        };
        let mut steps = [step("db"), step("web")];
        steps[1].depends_on = vec![steps[0].id.clone()];
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let reporter = Reporter::new(move |event| {
            if let Event::StepEnd { title, message, .. } = event {
                heard.lock().expect("no panic").push(format!("{title}: {message}"));
            }
        });
        let cancel = CancellationToken::new();
        let fails = |_| async { Err(StepOutcome::Skipped("network.default".to_owned())) };
        schedule(&steps, &cancel, &reporter, |_, _| false, fails).await;
        let expected =
            ["container shop-db-1: needs network.default", "container shop-web-1: needs container shop-db-1"];
        assert_eq!(*told.lock().expect("no panic"), expected);
    }
}
