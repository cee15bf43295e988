//! Background work: named, told to end together, started again when it fails or panics.

use std::fmt::{self, Display};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::backoff::Backoff;

/// The pause before failed work is started again; doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Everything that runs in the background of a server. Cheap to clone; clones are the same supervisor.
#[derive(Clone, Default)]
pub struct Supervisor {
    cancel: CancellationToken,
    tasks: TaskTracker,
}

impl Supervisor {
    /// A supervisor with nothing to do.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `work` until it ends well or is cancelled; when it fails or panics it is started again after a pause.
    ///
    /// `work` gets a token that tells it to end, in its own time; the same token is returned, to stop this work alone.
    pub fn spawn<W, F, E>(&self, name: impl Into<String>, work: W) -> CancellationToken
    where
        W: Fn(CancellationToken) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send,
    {
        let name = name.into();
        let cancel = self.cancel.child_token();
        let token = cancel.clone();
        self.tasks.spawn(async move {
            let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
            loop {
                let started = Instant::now();
                match AssertUnwindSafe(work(token.clone())).catch_unwind().await {
                    Ok(Ok(())) => return,
                    Ok(Err(error)) => {
                        tracing::warn!(task = name, %error, "background work failed and is started again");
                    }
                    Err(_) => {
                        tracing::error!(task = name, "background work panicked and is started again");
                    }
                }
                if started.elapsed() > LONGEST_PAUSE {
                    backoff.reset();
                }
                if token.run_until_cancelled(sleep(backoff.next(rand::random()))).await.is_none() {
                    return;
                }
            }
        });
        cancel
    }

    /// Tells everything to end and waits for it, at most `patience`. False when something did not end in time.
    pub async fn shut_down(&self, patience: Duration) -> bool {
        self.tasks.close();
        self.cancel.cancel();
        timeout(patience, self.tasks.wait()).await.is_ok()
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor").field("tasks", &self.tasks.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_that_fails_or_panics_is_started_again_until_it_ends_well() {
        let attempts = Arc::new(AtomicU32::new(0));
        let (done, mut finished) = mpsc::channel(1);
        let supervisor = Supervisor::new();
        let counted = Arc::clone(&attempts);
        supervisor.spawn("flaky", move |_| {
            let attempt = counted.fetch_add(1, Ordering::Relaxed);
            let done = done.clone();
            async move {
                match attempt {
                    0 => Err("broken"),
                    1 => panic!("worse"),
                    _ => {
                        done.send(()).await.unwrap();
                        Ok(())
                    }
                }
            }
        });
        finished.recv().await.unwrap();
        assert!(supervisor.shut_down(Duration::from_secs(10)).await);
        assert_eq!(attempts.load(Ordering::Relaxed), 3);
    }

    /// Work that ends when it is told to.
    async fn patient(token: CancellationToken) -> Result<(), String> {
        token.cancelled().await;
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_waits_for_what_ends_and_not_for_ever_for_what_does_not() {
        let supervisor = Supervisor::new();
        supervisor.spawn("patient", patient);
        assert!(supervisor.shut_down(Duration::from_secs(10)).await);
        let supervisor = Supervisor::new();
        supervisor.spawn("deaf", |_| std::future::pending::<Result<(), String>>());
        assert!(!supervisor.shut_down(Duration::from_secs(10)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn failing_work_is_not_started_again_after_shutdown() {
        let supervisor = Supervisor::new();
        supervisor.spawn("failing", |_| async { Err("always") });
        tokio::task::yield_now().await;
        assert!(supervisor.shut_down(Duration::from_millis(100)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn one_task_can_be_stopped_alone() {
        let supervisor = Supervisor::new();
        let one = supervisor.spawn("one", patient);
        supervisor.spawn("other", patient);
        one.cancel();
        sleep(Duration::from_millis(1)).await;
        assert_eq!(supervisor.tasks.len(), 1);
    }
}
