//! A Compose file that we make and that somebody edited: it is used as it is, unless that cannot be (cli.md 4.5).

use std::path::PathBuf;

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::compose::{self, Finding, Severity};

/// What is in the way of the edit.
const WAY_OUT: &str =
    "put it right, or have it made anew, with the edited one kept as *.bak: orchcli init --force";

/// The Compose file of the mode after somebody edited it.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The file.
    pub path: PathBuf,
    /// The one that this version would write, when it is beside it.
    pub new: Option<PathBuf>,
    /// What that one says.
    pub body: String,
}

impl Edited {
    /// Tells that it is used.
    pub fn tell(&self, output: &mut Output) {
        let Some(new) = &self.new else { return };
        let (path, new) = (self.path.display(), new.display());
        let message =
            format!("{path} was edited and is used as it is; what this version would write is {new}");
        output.warn("FILE_EDITED", &message);
    }

    /// What it is that these findings keep a command from its work: the edit, where that brought them about.
    pub fn refusal(&self, findings: &[Finding], asked: &[String], failure: Failure) -> Failure {
        let errors = || findings.iter().filter(|finding| finding.severity == Severity::Error);
        let unknown = |name: &str| {
            let told = format!(" {name}");
            errors().any(|finding| finding.code == compose::Code::Service && finding.message.ends_with(&told))
        };
        if let Some(name) = asked.iter().find(|name| self.had(name) && unknown(name)) {
            return self.lacks(name);
        }
        let file = self.path.to_str().unwrap_or_default();
        if !errors().any(|finding| finding.file == file) {
            return failure;
        }
        let message = format!("{} was edited, and cannot be used so", self.path.display());
        Failure { exit: ExitCode::Conflict, code: Code::FileEdited, message, ..failure }.hint(WAY_OUT)
    }

    /// That it has no such service any more.
    pub fn lacks(&self, service: &str) -> Failure {
        let message = format!("{} was edited, and has no service {service} any more", self.path.display());
        Failure::new(ExitCode::Conflict, Code::FileEdited, message).hint(WAY_OUT)
    }

    /// Whether a service was in it.
    fn had(&self, service: &str) -> bool {
        self.body.contains(&format!("\n  {service}:\n"))
    }
}
