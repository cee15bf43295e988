//! What is known of a task in the end.

use std::time::Duration;

use super::Outcome;

/// How a task ended.
#[derive(Debug)]
pub enum Status<E> {
    /// It did its work, or there was none.
    Ended(Outcome),
    /// It did not begin, as this task did not end well.
    Needs(String),
    /// It said why it failed.
    Failed(E),
    /// An attempt took longer than this.
    TimedOut(Duration),
    /// It panicked: a defect of this program.
    Panicked(String),
    /// It was cancelled, or did not begin because all was.
    Cancelled,
}

/// A task that is over.
#[derive(Debug)]
pub struct Record<E> {
    /// Its id.
    pub id: String,
    /// How it ended.
    pub status: Status<E>,
    /// How long it worked.
    pub took: Duration,
}

impl<E> Record<E> {
    /// Whether those that need it may begin.
    pub fn well(&self) -> bool {
        matches!(self.status, Status::Ended(_))
    }
}
