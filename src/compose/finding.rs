//! What is wrong with the files: collected, not thrown at the first.

use std::cell::{Cell, RefCell};
use std::fmt;

use super::place::{Path, Place};

/// Whether a finding stops what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// There is no model with this.
    Error,
    /// The model is true, but perhaps not what was meant.
    Warning,
}

/// What kind of finding it is. The texts are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A file cannot be read.
    File,
    /// A file is no YAML, or no .env file.
    Syntax,
    /// A limit on size, depth or number.
    Limit,
    /// A key that the specification does not know.
    UnknownKey,
    /// A value of the wrong form.
    Value,
    /// Something required is not there.
    Missing,
    /// A variable is unset, or a `${…}` cannot be read.
    Variable,
    /// A name that nothing has.
    Reference,
    /// Something that leads back to itself.
    Cycle,
    /// Two things that cannot both be.
    Conflict,
    /// A service that was asked for and that the files do not have.
    Service,
    /// Something that is in the model and that no container here gets.
    NotApplied,
    /// Something without which a container would not be what was meant, and that cannot be done here.
    Unsupported,
}

impl Code {
    /// The text of the code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "COMPOSE_FILE",
            Self::Syntax => "COMPOSE_SYNTAX",
            Self::Limit => "COMPOSE_LIMIT",
            Self::UnknownKey => "COMPOSE_UNKNOWN_KEY",
            Self::Value => "COMPOSE_VALUE",
            Self::Missing => "COMPOSE_MISSING",
            Self::Variable => "COMPOSE_VARIABLE",
            Self::Reference => "COMPOSE_REFERENCE",
            Self::Cycle => "COMPOSE_CYCLE",
            Self::Conflict => "COMPOSE_CONFLICT",
            Self::Service => "SERVICE_UNKNOWN",
            Self::NotApplied => "COMPOSE_NOT_APPLIED",
            Self::Unsupported => "COMPOSE_UNSUPPORTED",
        }
    }
}

/// One thing to say about a place in the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it stops what was asked for.
    pub severity: Severity,
    /// What kind it is.
    pub code: Code,
    /// The file, as it was named; empty when there is none.
    pub file: String,
    /// Counted from one; 0 when it is about the file as a whole.
    pub line: u32,
    /// Counted from one; 0 when it is about the file as a whole.
    pub column: u32,
    /// Such as `services.core.ports[0]`; empty for the whole document.
    pub path: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}", self.file)?;
            if self.line > 0 {
                write!(f, ":{}:{}", self.line, self.column)?;
            }
            f.write_str(": ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// Most errors, and most warnings, that are kept: who has read these knows enough.
const MOST: usize = 1000;

/// The files that were read, and the findings about them.
#[derive(Debug, Default)]
pub(super) struct Report {
    files: RefCell<Vec<String>>,
    findings: RefCell<Vec<Finding>>,
    errors: Cell<usize>,
    warnings: Cell<usize>,
}

impl Report {
    /// Takes a file in, and gives the number that places in it carry.
    pub(super) fn file(&self, name: &str) -> u32 {
        let mut files = self.files.borrow_mut();
        files.push(name.to_owned());
        u32::try_from(files.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn error(&self, code: Code, at: Place, path: &Path<'_>, message: impl Into<String>) {
        if self.errors.get() < MOST && self.add(Severity::Error, code, at, path, message.into()) {
            self.errors.set(self.errors.get() + 1);
        }
    }

    pub(super) fn warning(&self, code: Code, at: Place, path: &Path<'_>, message: impl Into<String>) {
        if self.warnings.get() < MOST && self.add(Severity::Warning, code, at, path, message.into()) {
            self.warnings.set(self.warnings.get() + 1);
        }
    }

    /// Whether another error would be left out.
    pub(super) fn is_full(&self) -> bool {
        self.errors.get() >= MOST
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors.get() > 0
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }

    /// The files by their numbers, and the findings.
    pub(super) fn into_parts(self) -> (Vec<String>, Vec<Finding>) {
        (self.files.into_inner(), self.findings.into_inner())
    }

    /// A report about files that were read before.
    pub(super) fn about(files: &[String]) -> Self {
        Self { files: RefCell::new(files.to_vec()), ..Self::default() }
    }

    /// Whether it is said for the first time.
    fn add(&self, severity: Severity, code: Code, at: Place, path: &Path<'_>, message: String) -> bool {
        let file = self.files.borrow().get(at.file as usize).cloned().unwrap_or_default();
        let (line, column, path) = (at.line, at.column, path.to_string());
        let finding = Finding { severity, code, file, line, column, path, message };
        let mut findings = self.findings.borrow_mut();
        let first = !findings.contains(&finding);
        if first {
            findings.push(finding);
        }
        first
    }
}
