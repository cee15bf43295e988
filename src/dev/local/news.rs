//! What who looks after a local process is told, and tells.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::dev::logs::Entry;

/// Whom is told how an order went, if somebody waits for it.
pub type Waiter = Option<oneshot::Sender<Result<(), String>>>;

/// What a supervisor is told.
#[derive(Debug)]
pub enum Order {
    /// Start the process anew; done when it answers.
    Restart(Waiter),
    /// Build it, and start it anew if that was good; done when it answers.
    Rebuild(Waiter),
    /// End it, and be done.
    Stop,
}

/// What a supervisor tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A line the process wrote, or its build.
    Line(Entry),
    /// It is being built.
    Building(String),
    /// The build failed; a process that runs goes on.
    BuildFailed(String),
    /// It was started, with this process id.
    Started(String, u32),
    /// It answers.
    Ready(String, Duration),
    /// It ended by itself, in these words, and is started again after a pause.
    Ended(String, String, Duration),
    /// It ended too often, or could not be started, and is left alone.
    Failed(String, String),
    /// It was stopped.
    Stopped(String),
}
