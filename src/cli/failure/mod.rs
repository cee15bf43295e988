//! A command that did not do what it was asked: what happened, why, and what to do.

mod code;

use std::error::Error;

use serde_json::Value;

use super::exit::ExitCode;
pub use code::Code;

/// Why a command ends before its end.
#[derive(Debug)]
pub enum Ended {
    /// It failed.
    Failed(Box<Failure>),
    /// Whoever read its output has gone: nothing is left to do, and nothing is wrong (cli.md 2.3).
    ReaderGone,
    /// All is said; only the code is left.
    Exit(ExitCode),
    /// A command in a container ended, with a code of its own.
    Remote(u8),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

/// A failure as it is shown (cli.md 2.3).
#[derive(Debug, Clone)]
pub struct Failure {
    /// How the process ends.
    pub exit: ExitCode,
    /// The stable code.
    pub code: Code,
    /// What happened.
    pub message: String,
    /// Why, from the outside in.
    pub causes: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// More for programs.
    pub details: Option<Box<Value>>,
}

impl Failure {
    /// A failure with nothing but its message.
    pub fn new(exit: ExitCode, code: Code, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), causes: Vec::new(), hint: None, details: None }
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the error behind it, and those behind that one.
    #[must_use]
    pub fn because(mut self, error: &dyn Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// With more for programs.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = Some(Box::new(details));
        self
    }
}
