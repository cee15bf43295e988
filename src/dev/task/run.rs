//! All tasks from the first to the last.

use std::collections::HashMap;
use std::task::Poll;
use std::time::Duration;

use futures::future::{Either, ready};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::attempt::attempt;
use super::limits::Limits;
use super::record::{Record, Status};
use super::{Context, Outcome, Reason, Task};
use crate::dev::report::{Event, Reporter, StepEnd};

/// Runs the tasks, each when those it needs have ended well. The records come in the order of the tasks.
///
/// A failed task keeps those that need it from beginning; a failed critical one, or `cancel`, ends all. A task can
/// only need one before it: what it names that is not there, or comes later, is taken as done.
pub async fn run<E: Reason>(
    tasks: Vec<Task<E>>,
    limits: &Limits,
    reporter: &Reporter,
    cancel: &CancellationToken,
) -> Vec<Record<E>> {
    let cancel = cancel.child_token();
    let places: HashMap<String, usize> =
        tasks.iter().enumerate().map(|(place, task)| (task.id.clone(), place)).collect();
    let titles: Vec<String> = tasks.iter().map(|task| task.title.clone()).collect();
    let mut records: Vec<Option<Record<E>>> = tasks.iter().map(|_| None).collect();
    let mut waiting: Vec<(usize, Task<E>)> = tasks.into_iter().enumerate().collect();
    let mut running = JoinSet::new();
    loop {
        for (place, task) in std::mem::take(&mut waiting) {
            let needed = |id: &String| places.get(id).copied().filter(|needed| *needed < place);
            let open = task
                .needs
                .iter()
                .chain(&task.after)
                .filter_map(needed)
                .any(|needed| records[needed].is_none());
            let failed = task.needs.iter().find(|id| {
                needed(id).is_some_and(|needed| records[needed].as_ref().is_some_and(|record| !record.well()))
            });
            if cancel.is_cancelled() {
                records[place] = Some(record(&task, Status::Cancelled, Duration::ZERO));
            } else if let Some(failed) = failed {
                let failed = failed.clone();
                let called = needed(&failed).map_or(&failed, |needed| &titles[needed]);
                let message = format!("needs {called}");
                let (step, title, end) = (task.id.clone(), task.title.clone(), StepEnd::Skipped);
                reporter.tell(Event::StepEnd { step, title, end, message, took: Duration::ZERO });
                records[place] = Some(record(&task, Status::Needs(failed), Duration::ZERO));
            } else if open {
                waiting.push((place, task));
            } else {
                // They stand in line as they are in the list: with room for one, that is the order they are done in.
                let mut room = Box::pin(limits.clone().room(task.class));
                let room = match futures::poll!(room.as_mut()) {
                    Poll::Ready(room) => Either::Left(ready(room)),
                    Poll::Pending => Either::Right(room),
                };
                running.spawn(single(place, task, room, reporter.clone(), cancel.clone()));
            }
        }
        // What was decided without running may decide others.
        if running.is_empty() {
            if waiting.is_empty() {
                break;
            }
            continue;
        }
        // A task catches its own panics, so that all of them come back.
        if let Some(Ok((place, critical, record))) = running.join_next().await {
            if critical && !record.well() {
                cancel.cancel();
            }
            records[place] = Some(record);
        }
    }
    records.into_iter().flatten().collect()
}

async fn single<E: Reason>(
    place: usize,
    mut task: Task<E>,
    room: impl Future<Output = Option<[OwnedSemaphorePermit; 2]>>,
    reporter: Reporter,
    cancel: CancellationToken,
) -> (usize, bool, Record<E>) {
    let needs = task.needs.iter().chain(&task.after).cloned().collect();
    reporter.tell(Event::StepReady { step: task.id.clone(), needs });
    let room = tokio::select! {
        biased;
        () = cancel.cancelled() => None,
        room = room => room,
    };
    let began = Instant::now();
    let critical = task.critical;
    if room.is_none() {
        return (place, critical, record(&task, Status::Cancelled, Duration::ZERO));
    }
    let (step, service, title) = (task.id.clone(), task.service.clone(), task.title.clone());
    reporter.tell(Event::StepStart { step: step.clone(), service, title: title.clone() });
    let context = Context { step: step.clone(), cancel, reporter: reporter.clone() };
    let status = attempt(&mut task, &context).await;
    let record = record(&task, status, began.elapsed());
    let (end, message) = told(&record.status);
    reporter.tell(Event::StepEnd { step, title, end, message, took: record.took });
    (place, critical, record)
}

fn record<E>(task: &Task<E>, status: Status<E>, took: Duration) -> Record<E> {
    Record { id: task.id.clone(), status, took }
}

fn told<E: Reason>(status: &Status<E>) -> (StepEnd, String) {
    match status {
        Status::Ended(Outcome::Done(message)) => (StepEnd::Done, message.clone()),
        Status::Ended(Outcome::Kept(message)) => (StepEnd::Kept, message.clone()),
        Status::Ended(Outcome::Skipped(message)) => (StepEnd::Skipped, message.clone()),
        Status::Needs(id) => (StepEnd::Skipped, format!("needs {id}")),
        Status::Failed(error) => (StepEnd::Failed, error.to_string()),
        Status::TimedOut(longest) => (StepEnd::Failed, format!("took longer than {} s", longest.as_secs())),
        Status::Panicked(words) => (StepEnd::Failed, format!("a defect of orchcli: {words}")),
        Status::Cancelled => (StepEnd::Failed, "cancelled".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use tokio::time::sleep;

    use super::super::{Class, Retries};
    use super::*;

    #[derive(Debug)]
    struct Wrong(bool);

    impl std::fmt::Display for Wrong {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("wrong")
        }
    }

    impl Reason for Wrong {
        fn passing(&self) -> bool {
            self.0
        }
    }

    // What every work ends with.
    #[allow(clippy::unnecessary_wraps)]
    fn done() -> Result<Outcome, Wrong> {
        Ok(Outcome::Done(String::new()))
    }

    fn quick(id: &str) -> Task<Wrong> {
        Task::new(id, id, Class::Network, |_| async { done() })
    }

    fn failing(id: &str) -> Task<Wrong> {
        Task::new(id, id, Class::Network, |_| async { Err(Wrong(false)) })
    }

    async fn all(tasks: Vec<Task<Wrong>>) -> (Vec<String>, Vec<Event>) {
        let events = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&events);
        let reporter = Reporter::new(move |event| told.lock().expect("no panic").push(event));
        let records = run(tasks, &Limits::new(Some(8)), &reporter, &CancellationToken::new()).await;
        let ends = records.iter().map(|record| {
            let status = match &record.status {
                Status::Ended(_) => "ended".to_owned(),
                Status::Needs(id) => format!("needs {id}"),
                Status::Failed(_) => "failed".to_owned(),
                Status::TimedOut(_) => "timed out".to_owned(),
                Status::Panicked(words) => format!("panicked: {words}"),
                Status::Cancelled => "cancelled".to_owned(),
            };
            format!("{} {status}", record.id)
        });
        let ends = ends.collect();
        let events = events.lock().expect("no panic").clone();
        (ends, events)
    }

    #[tokio::test(start_paused = true)]
    async fn results_come_in_the_order_of_the_tasks() {
        let slow = Task::new("slow", "slow", Class::Network, |_| async {
            sleep(Duration::from_secs(9)).await;
            done()
        });
        let (ends, events) = all(vec![slow, quick("fast"), quick("last").needs("slow")]).await;
        assert_eq!(ends, ["slow ended", "fast ended", "last ended"]);
        let ended: Vec<&str> = events
            .iter()
            .filter_map(
                |event| if let Event::StepEnd { step, .. } = event { Some(step.as_str()) } else { None },
            )
            .collect();
        assert_eq!(ended, ["fast", "slow", "last"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn one_after_the_other_they_are_done_in_their_order() {
        let started = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&started);
        let reporter = Reporter::new(move |event| {
            if let Event::StepStart { step, .. } = event {
                told.lock().expect("no panic").push(step);
            }
        });
        let ids: Vec<String> = (0..50).map(|id| id.to_string()).collect();
        let tasks = ids.iter().map(|id| quick(id)).collect();
        run(tasks, &Limits::new(Some(1)), &reporter, &CancellationToken::new()).await;
        assert_eq!(*started.lock().expect("no panic"), ids);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_skips_those_that_need_it_and_no_others() {
        let tasks = vec![failing("a"), quick("b").needs("a"), quick("c").needs("b"), quick("d")];
        let (ends, _) = all(tasks).await;
        assert_eq!(ends, ["a failed", "b needs a", "c needs b", "d ended"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_out_is_told_in_the_words_of_the_steps() {
        let titled = |id: &str, title: &str| {
            Task::new(id, title, Class::Network, |_| async { Err::<Outcome, _>(Wrong(false)) })
        };
        let tasks =
            vec![titled("clone.ui", "cloning me/ui"), titled("remote.ui", "the remote").needs("clone.ui")];
        let (_, events) = all(tasks).await;
        let told = events.iter().find_map(|event| match event {
            Event::StepEnd { title, end: StepEnd::Skipped, message, .. } => {
                Some(format!("{title}: {message}"))
            }
            _ => None,
        });
        assert_eq!(told.as_deref(), Some("the remote: needs cloning me/ui"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_may_wait_for_an_end_of_any_kind() {
        let slow = Task::new("slow", "slow", Class::Network, |_| async {
            sleep(Duration::from_secs(9)).await;
            Err(Wrong(false))
        });
        let (ends, events) = all(vec![slow, quick("b").after("slow")]).await;
        assert_eq!(ends, ["slow failed", "b ended"]);
        let starts = |event: &Event| matches!(event, Event::StepStart { step, .. } if step == "b");
        let fails = |event: &Event| matches!(event, Event::StepEnd { step, .. } if step == "slow");
        assert!(events.iter().position(fails) < events.iter().position(starts));
    }

    #[tokio::test(start_paused = true)]
    async fn a_critical_failure_ends_all() {
        let waits = Task::new("waits", "waits", Class::Network, |context: Context| async move {
            context.cancel.cancelled().await;
            Err(Wrong(false))
        });
        let (ends, _) = all(vec![failing("a").critical(), waits, quick("c").needs("waits")]).await;
        assert_eq!(ends, ["a failed", "waits cancelled", "c cancelled"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_clean_up_in_time_is_left() {
        let stubborn = Task::new("stubborn", "stubborn", Class::Network, |_| async {
            sleep(Duration::from_hours(1)).await;
            done()
        });
        let (ends, _) = all(vec![failing("a").critical(), stubborn]).await;
        assert_eq!(ends, ["a failed", "stubborn cancelled"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_passing_failure_is_tried_again_as_often_as_it_may() {
        for (passing, times, expected) in [(true, 4, "failed"), (false, 1, "failed")] {
            let tries = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&tries);
            let task = Task::new("a", "a", Class::Network, move |_| {
                count.fetch_add(1, Ordering::SeqCst);
                async move { Err(Wrong(passing)) }
            });
            let retries = Retries { times: 3, first: Duration::from_secs(1) };
            let (ends, _) = all(vec![task.retries(retries)]).await;
            assert_eq!(ends, [format!("a {expected}")]);
            assert_eq!(tries.load(Ordering::SeqCst), times);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_takes_too_long_is_told_so() {
        let slow = Task::new("slow", "slow", Class::Cpu, |context: Context| async move {
            context.cancel.cancelled().await;
            Err(Wrong(true))
        });
        let (ends, _) = all(vec![slow.timeout(Duration::from_mins(1))]).await;
        assert_eq!(ends, ["slow timed out"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_the_failure_of_its_task() {
        let broken = Task::new("broken", "broken", Class::Cpu, |_| async { panic!("no {}", "way") });
        let (ends, _) = all(vec![broken, quick("b").needs("broken"), quick("c")]).await;
        assert_eq!(ends, ["broken panicked: no way", "b needs broken", "c ended"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_class_has_its_limit() {
        let now = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let task = |id: usize| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            Task::new(id.to_string(), "", Class::Network, move |_| {
                let (now, most) = (Arc::clone(&now), Arc::clone(&most));
                async move {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    sleep(Duration::from_secs(1)).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                    done()
                }
            })
        };
        let (ends, _) = all((0..10).map(task).collect()).await;
        assert_eq!(ends.len(), 10);
        assert_eq!(most.load(Ordering::SeqCst), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupt_lets_tasks_clean_up_and_begins_no_others() {
        let cancel = CancellationToken::new();
        let cleaned = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&cleaned);
        let waits = Task::new("waits", "", Class::Network, move |context: Context| {
            let count = Arc::clone(&count);
            async move {
                context.cancel.cancelled().await;
                sleep(Duration::from_secs(4)).await;
                count.fetch_add(1, Ordering::SeqCst);
                Err(Wrong(true))
            }
        });
        let interrupted = cancel.clone();
        tokio::spawn(async move {
            sleep(Duration::from_secs(1)).await;
            interrupted.cancel();
        });
        let reporter = Reporter::new(|_| ());
        let tasks = vec![waits, quick("next").needs("waits")];
        let records = run(tasks, &Limits::new(None), &reporter, &cancel).await;
        assert!(records.iter().all(|record| matches!(record.status, Status::Cancelled)));
        assert_eq!(cleaned.load(Ordering::SeqCst), 1);
    }
}
