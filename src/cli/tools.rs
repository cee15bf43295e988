//! What missing tools and dependencies are to whoever needs them (cli.md 2.2, 7).

use super::exit::ExitCode;
use super::failure::{Code, Failure};
use crate::dev::dependencies::Error;
use crate::dev::tools::Problem;

/// A tool that is missing or too old.
pub fn problem(problem: &Problem) -> Failure {
    let code = match problem {
        Problem::Missing { .. } => Code::ToolMissing,
        Problem::TooOld { .. } => Code::ToolTooOld,
    };
    let hint = format!("install it: {}", problem.need().tool.page());
    Failure::new(ExitCode::Prerequisite, code, problem.to_string()).hint(hint)
}

/// Several; the first gives the code, the others are told with it.
pub fn problems(all: &[Problem]) -> Option<Failure> {
    let (first, others) = all.split_first()?;
    let mut failure = problem(first);
    failure.causes.extend(others.iter().map(ToString::to_string));
    Some(failure)
}

/// Dependencies that are not installed.
pub fn dependencies(error: &Error) -> Failure {
    let (exit, code) = match error {
        Error::Tools(found) => {
            let unknown = || Failure::new(ExitCode::Prerequisite, Code::ToolMissing, error.to_string());
            return problems(found).unwrap_or_else(unknown);
        }
        Error::Start { .. } => (ExitCode::Prerequisite, Code::ToolMissing),
        Error::Offline { .. } => (ExitCode::Network, Code::Offline),
        Error::Slow { .. } => (ExitCode::Partial, Code::Timeout),
        Error::Command { .. } => (ExitCode::Partial, Code::Internal),
    };
    let mut failure = Failure::new(exit, code, error.to_string());
    match error {
        Error::Command { command, folder, tail, .. }
        | Error::Slow { command, folder, tail, .. }
        | Error::Offline { command, folder, tail } => {
            failure.causes = tail.iter().filter(|line| !line.trim().is_empty()).cloned().collect();
            failure.hint(format!("(cd {folder} && {command})"))
        }
        Error::Start { .. } | Error::Tools(_) => failure,
    }
}
