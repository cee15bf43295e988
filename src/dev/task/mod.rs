//! Tasks that need each other: run side by side within limits, retried, cancelled, reported (cli.md 9).

mod account;
mod attempt;
mod history;
mod limits;
mod record;
mod run;
mod spans;
mod trace;

pub use account::Account;
pub use history::History;
pub use limits::{Class, Limits};
pub use record::{Record, Status};
pub use run::run;
pub use spans::{Span, Spans};
pub use trace::{chrome, critical_path};

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::report::Reporter;

/// Why a task did not do its work. What the task itself says is `E`.
pub trait Reason: Display + Send + 'static {
    /// Whether the same may work a moment later.
    fn passing(&self) -> bool;
}

/// What came of the work of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Something was done; what, in a few words.
    Done(String),
    /// Everything was as it should be already.
    Kept(String),
    /// Left out, on request.
    Skipped(String),
}

/// What a task is given.
#[derive(Debug, Clone)]
pub struct Context {
    /// The id of the task, for its progress.
    pub step: String,
    /// Cancelled when the task is to end: it has five seconds to clean up.
    pub cancel: CancellationToken,
    /// Whom it tells.
    pub reporter: Reporter,
}

/// How often a task is tried again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Retries {
    /// How many times after the first.
    pub times: u32,
    /// The first pause; the next ones are three times longer each.
    pub first: Duration,
}

type Work<E> = Box<dyn FnMut(Context) -> Pin<Box<dyn Future<Output = Result<Outcome, E>> + Send>> + Send>;

/// A piece of work with an id.
pub struct Task<E> {
    id: String,
    title: String,
    service: Option<String>,
    needs: Vec<String>,
    after: Vec<String>,
    class: Class,
    timeout: Option<Duration>,
    retries: Retries,
    critical: bool,
    work: Work<E>,
}

impl<E> Task<E> {
    /// A task that needs nothing. `work` is called once an attempt.
    pub fn new<F>(
        id: impl Into<String>,
        title: impl Into<String>,
        class: Class,
        mut work: impl FnMut(Context) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Outcome, E>> + Send + 'static,
    {
        Self {
            id: id.into(),
            title: title.into(),
            service: None,
            needs: Vec::new(),
            after: Vec::new(),
            class,
            timeout: None,
            retries: Retries::default(),
            critical: false,
            work: Box::new(move |context| Box::pin(work(context))),
        }
    }

    /// About this service.
    #[must_use]
    pub fn service(mut self, service: impl Into<String>) -> Self {
        self.service = Some(service.into());
        self
    }

    /// Begins when the task `id` has ended well. One that is not among the tasks is taken as done.
    #[must_use]
    pub fn needs(mut self, id: impl Into<String>) -> Self {
        self.needs.push(id.into());
        self
    }

    /// Begins when the task `id` has ended, well or not.
    #[must_use]
    pub fn after(mut self, id: impl Into<String>) -> Self {
        self.after.push(id.into());
        self
    }

    /// Fails when an attempt takes longer.
    #[must_use]
    pub fn timeout(mut self, longest: Duration) -> Self {
        self.timeout = Some(longest);
        self
    }

    /// Tried again while its reason to fail is a passing one.
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Ends all other tasks when it fails.
    #[must_use]
    pub fn critical(mut self) -> Self {
        self.critical = true;
        self
    }
}
