//! Where commands wait: an async runtime, and the signals that end the wait (cli.md 2.5).

use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::signals::{Signal, Signals};

/// How long a command that is out of time may clean up.
const LEAVE: Duration = Duration::from_secs(10);

/// What ends a command before its end.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Signal(Signal),
    /// The time of `--timeout`.
    TimedOut(Duration),
}

/// What the signals of this process, and its time, ask for. Clones are the same.
#[derive(Debug, Clone)]
pub struct Interrupt {
    first: CancellationToken,
    second: CancellationToken,
    leave: CancellationToken,
    most: Arc<AtomicUsize>,
    last: Arc<Mutex<Option<Cause>>>,
}

impl Interrupt {
    fn new() -> Self {
        Self {
            first: CancellationToken::new(),
            second: CancellationToken::new(),
            leave: CancellationToken::new(),
            most: Arc::new(AtomicUsize::new(2)),
            last: Arc::default(),
        }
    }

    /// Cancelled by the first signal, or when the time is up: finish what is in flight, clean up, start nothing new.
    pub fn asked(&self) -> CancellationToken {
        self.first.clone()
    }

    /// Cancelled by the second signal: the command ends where it waits, unless it took that signal on.
    pub fn insisted(&self) -> CancellationToken {
        self.second.clone()
    }

    /// From now on the command does itself what signals ask for, but for this one in their number.
    pub fn leave_at(&self, signal: usize) {
        self.most.store(signal, Ordering::Relaxed);
    }

    /// How a command ends that was interrupted: 130 by SIGINT, 143 by SIGTERM or SIGHUP, `TIMEOUT` when its time is up.
    pub fn ended(&self) -> Failure {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let signal = match last {
            Some(Cause::TimedOut(time)) => {
                let message = format!("the command was not done after {time:?} (--timeout)");
                return Failure::new(ExitCode::Failed, Code::Timeout, message)
                    .hint("run it again: what is done stays done");
            }
            Some(Cause::Signal(signal)) => signal,
            None => Signal::Interrupt,
        };
        Failure::new(signal.exit(), Code::Interrupted, format!("the command was ended by {}", signal.name()))
    }

    /// Waits for what leaves nothing behind when it is not waited for: a signal ends the command there.
    pub async fn unless_asked<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        self.first.run_until_cancelled(work).await.ok_or_else(|| self.ended())
    }

    /// For a command that stops at its end what it runs: that nobody reads any more what it says asks it as a signal does.
    pub fn heard(&self, said: Result<(), Ended>) -> Result<(), Ended> {
        match said {
            Err(Ended::ReaderGone) => {
                self.first.cancel();
                Ok(())
            }
            Ok(()) | Err(Ended::Failed(_) | Ended::Exit(_) | Ended::Remote(_)) => said,
        }
    }

    /// Whether it is the time that is up.
    pub fn is_out_of_time(&self) -> bool {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(last, Some(Cause::TimedOut(_)))
    }

    async fn listen(self, mut signals: Signals, timeout: Option<Duration>) {
        let mut end = timeout.map(|timeout| Instant::now() + timeout);
        for count in 1.. {
            let cause = tokio::select! {
                signal = signals.next() => Cause::Signal(signal),
                () = passed(end) => Cause::TimedOut(timeout.unwrap_or_default()),
            };
            if let Cause::TimedOut(_) = cause {
                end = end.map(|end| end + LEAVE);
            }
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
            self.first.cancel();
            if count > 1 {
                self.second.cancel();
            }
            let is_late = count > 1 && matches!(cause, Cause::TimedOut(_));
            if is_late || count >= self.most.load(Ordering::Relaxed) {
                self.leave.cancel();
                return;
            }
        }
    }
}

/// Waits for a moment, without one for ever.
async fn passed(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Runs `work` to its end, or to the second signal, or the one it said. Those before are the command's own affair, and so is the end of
/// the time it may take, after which it has ten seconds to leave.
pub fn run<F>(timeout: Option<Duration>, work: impl FnOnce(Interrupt) -> F) -> Result<(), Ended>
where
    F: Future<Output = Result<(), Ended>>,
{
    let refused = |error: io::Error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the system does not let the command run")
            .because(&error)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(refused)?;
    let ended = runtime.block_on(async {
        let interrupt = Interrupt::new();
        let listener = tokio::spawn(interrupt.clone().listen(Signals::new().map_err(refused)?, timeout));
        let leave = interrupt.leave.clone();
        let ended = tokio::select! {
            ended = work(interrupt.clone()) => ended,
            () = leave.cancelled() => Err(interrupt.ended().into()),
        };
        listener.abort();
        ended
    });
    // What still runs holds nothing that has to be kept.
    runtime.shutdown_background();
    ended
}
