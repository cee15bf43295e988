//! Signals: the first asks to stop, the second insists, SIGHUP reloads (cli.md 2.5, 3.12).

use std::io;

use crate::cli::exit::ExitCode;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Stop; the code is for leaving at once, when it is asked a second time.
    Stop(ExitCode),
    /// Read the configuration again.
    Reload,
}

/// The signals this process gets from now on.
#[cfg(unix)]
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Takes over the signals.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Request {
        tokio::select! {
            _ = self.interrupt.recv() => Request::Stop(ExitCode::Interrupted),
            _ = self.terminate.recv() => Request::Stop(ExitCode::Terminated),
            _ = self.hang_up.recv() => Request::Reload,
        }
    }
}

/// The signals this process gets from now on.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Takes over the signals.
    pub fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Request {
        // Where Ctrl-C cannot be waited for, nobody can ask.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Request::Stop(ExitCode::Interrupted)
    }
}
