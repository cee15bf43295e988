//! A transfer on a thread of its own: watched for progress, stopped when asked or when nothing comes (cli.md 6.4).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;

use super::error::Error;

/// How long a transfer may be silent.
const STALL: Duration = Duration::from_mins(1);
/// How long a thread is waited for that was told to stop; one that hangs in a read is left behind.
const LEAVE: Duration = Duration::from_secs(2);

/// How far a transfer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Objects of so many came, and so many bytes.
    Received {
        /// Objects so far.
        objects: u64,
        /// Objects in all.
        of: u64,
        /// Bytes so far.
        bytes: u64,
    },
    /// Objects of so many are in place.
    Indexed {
        /// So far.
        objects: u64,
        /// In all.
        of: u64,
    },
    /// Files of so many are written.
    Written {
        /// So far.
        files: u64,
        /// In all.
        of: u64,
    },
    /// Nowhere: a program is waited for that may know a login.
    Waiting {
        /// What it is.
        on: String,
    },
}

/// How a transfer is watched and stopped. Clones watch the same.
#[derive(Clone)]
pub struct Transfer {
    listener: Arc<dyn Fn(Moved) + Send + Sync>,
    cancel: CancellationToken,
    stall: Duration,
    began: Instant,
    alive: Arc<AtomicU64>,
    asking: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
}

impl Transfer {
    /// A transfer that tells `listener` how far it is, and ends when `cancel` says so.
    pub fn new(cancel: CancellationToken, listener: impl Fn(Moved) + Send + Sync + 'static) -> Self {
        Self {
            listener: Arc::new(listener),
            cancel,
            stall: STALL,
            began: Instant::now(),
            alive: Arc::default(),
            asking: Arc::default(),
            stopped: Arc::default(),
        }
    }

    /// Given up when nothing came for this long.
    #[must_use]
    pub fn stall(mut self, after: Duration) -> Self {
        self.stall = after;
        self
    }

    /// Tells how far it is.
    pub(super) fn moved(&self, moved: Moved) {
        self.lives();
        (self.listener)(moved);
    }

    /// Tells that somebody is waited for.
    pub(super) fn waits(&self, on: &str) {
        (self.listener)(Moved::Waiting { on: on.to_owned() });
    }

    /// Something came.
    pub(super) fn lives(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.alive.store(now, Ordering::Relaxed);
    }

    /// Whether it goes on.
    pub(super) fn goes_on(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed) && !self.cancel.is_cancelled()
    }

    /// Asks the user, who takes as long as it takes.
    pub(super) fn asking<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.asking.store(true, Ordering::Relaxed);
        let answer = ask();
        self.lives();
        self.asking.store(false, Ordering::Relaxed);
        answer
    }

    fn silent(&self) -> bool {
        let alive = Duration::from_millis(self.alive.load(Ordering::Relaxed));
        !self.asking.load(Ordering::Relaxed) && self.began.elapsed().saturating_sub(alive) >= self.stall
    }

    /// Runs `work`, which talks to `url`, on a thread of its own.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        url: &str,
        work: impl FnOnce(&Self) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        // Each attempt is watched from its own beginning.
        let this = Self {
            began: Instant::now(),
            alive: Arc::default(),
            asking: Arc::default(),
            stopped: Arc::default(),
            ..self.clone()
        };
        let (done, mut ended) = oneshot::channel();
        let watched = this.clone();
        // Whoever waited may have left.
        let work = move || drop(done.send(work(&watched)));
        thread::Builder::new()
            .name("git".to_owned())
            .spawn(work)
            .map_err(Error::local("cannot start a thread"))?;
        let _stop = Stop(Arc::clone(&this.stopped));
        let mut look = interval((this.stall / 4).clamp(Duration::from_millis(10), Duration::from_secs(1)));
        loop {
            let reason = tokio::select! {
                biased;
                () = this.cancel.cancelled() => Error::Cancelled,
                result = &mut ended => return result.unwrap_or_else(|_| Err(lost(url))),
                _ = look.tick() => {
                    if !this.silent() {
                        continue;
                    }
                    Error::Stalled { url: crate::redact::text(url), after: this.stall }
                }
            };
            this.stopped.store(true, Ordering::Relaxed);
            // A thread that ends now leaves nothing behind that is still written to.
            let _ = timeout(LEAVE, ended).await;
            return Err(reason);
        }
    }
}

impl std::fmt::Debug for Transfer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transfer")
    }
}

/// The thread panicked: a defect, told by the panic itself.
fn lost(url: &str) -> Error {
    Error::Repository {
        what: format!("the transfer from {url} ended"),
        why: "by a defect of orchcli".to_owned(),
    }
}

/// Stops the thread when nobody waits for it any more.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
