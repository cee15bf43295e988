//! Where commands wait: an async runtime, and the signals that end the wait (cli.md 2.5).

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::signals::{Signal, Signals};

/// What the signals of this process ask for. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    first: CancellationToken,
    second: CancellationToken,
    last: Arc<Mutex<Option<Signal>>>,
}

impl Interrupt {
    /// Cancelled by the first signal: finish what is in flight, clean up, start nothing new.
    pub fn asked(&self) -> CancellationToken {
        self.first.clone()
    }

    /// Cancelled by the second signal: the command ends where it waits.
    pub fn insisted(&self) -> CancellationToken {
        self.second.clone()
    }

    /// How a command ends that was interrupted: 130 by SIGINT, 143 by SIGTERM or SIGHUP.
    pub fn exit(&self) -> ExitCode {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.unwrap_or(Signal::Interrupt).exit()
    }

    async fn listen(self, mut signals: Signals) {
        for token in [&self.first, &self.second] {
            let signal = signals.next().await;
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(signal);
            token.cancel();
        }
    }
}

/// Runs `work` to its end, or to the second signal. The first one is the command's own affair.
pub fn run<F>(work: impl FnOnce(Interrupt) -> F) -> Result<(), Ended>
where
    F: Future<Output = Result<(), Ended>>,
{
    let refused = |error: io::Error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the system does not let the command run")
            .because(&error)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(refused)?;
    let ended = runtime.block_on(async {
        let interrupt = Interrupt::default();
        let listener = tokio::spawn(interrupt.clone().listen(Signals::new().map_err(refused)?));
        let insisted = interrupt.insisted();
        let ended = tokio::select! {
            ended = work(interrupt.clone()) => ended,
            () = insisted.cancelled() => Err(Ended::Exit(interrupt.exit())),
        };
        listener.abort();
        ended
    });
    // What still runs holds nothing that has to be kept.
    runtime.shutdown_background();
    ended
}
