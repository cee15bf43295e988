//! What missing tools and dependencies are to whoever needs them (cli.md 2.2, 7).

use super::exit::ExitCode;
use super::failure::{Code, Failure};
use crate::dev::dependencies::Error;
use crate::dev::tools::{Problem, Unprovided, install};
use crate::outbound::DownloadError;

/// A tool that is missing or too old.
pub fn problem(problem: &Problem) -> Failure {
    let code = match problem {
        Problem::Missing { .. } => Code::ToolMissing,
        Problem::TooOld { .. } => Code::ToolTooOld,
    };
    let tool = problem.need().tool;
    let mut hint = format!("install it: {}", tool.page());
    if tool.is_installable() {
        hint += "; or have it installed for orchcli alone: --install-tools always";
    }
    Failure::new(ExitCode::Prerequisite, code, problem.to_string()).hint(hint)
}

/// Several; the first gives the code, the others are told with it.
pub fn problems(all: &[Problem]) -> Option<Failure> {
    let (first, others) = all.split_first()?;
    let mut failure = problem(first);
    failure.causes.extend(others.iter().map(ToString::to_string));
    Some(failure)
}

/// Tools that are not there, and were not got.
pub fn unprovided(error: &Unprovided) -> Failure {
    match error {
        Unprovided::Missing(found) => {
            let unknown = || Failure::new(ExitCode::Prerequisite, Code::ToolMissing, error.to_string());
            problems(found).unwrap_or_else(unknown)
        }
        Unprovided::Install(error) => uninstalled(error),
    }
}

/// Dependencies that are not installed.
pub fn dependencies(error: &Error) -> Failure {
    let (exit, code) = match error {
        Error::Tools(error) => return unprovided(error),
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

/// A tool that could not be installed.
fn uninstalled(error: &install::Error) -> Failure {
    let of = |exit, code| Failure::new(exit, code, error.to_string());
    match error {
        install::Error::Download(DownloadError::Offline(_)) => {
            of(ExitCode::Network, Code::Offline).hint("go without --offline, or install it yourself")
        }
        install::Error::Download(DownloadError::Url(_)) => of(ExitCode::Usage, Code::Usage)
            .hint("see ORCHCLI_NODE_DIST and ORCHCLI_GO_DIST: https, or http on this machine"),
        install::Error::Download(DownloadError::Tls { .. }) => of(ExitCode::Network, Code::ToolMissing)
            .hint("see whether it has expired; an authority of your own: --ca-file FILE"),
        install::Error::Download(DownloadError::Cancelled) | install::Error::Cancelled => {
            of(ExitCode::Interrupted, Code::Internal)
        }
        install::Error::Download(DownloadError::Write(why)) => {
            of(ExitCode::Failed, Code::ToolMissing).because(why)
        }
        install::Error::Download(_) | install::Error::List { .. } => of(ExitCode::Network, Code::ToolMissing)
            .hint("name a mirror: ORCHCLI_NODE_DIST, ORCHCLI_GO_DIST; or install it yourself"),
        install::Error::Checksum { .. }
        | install::Error::NotListed { .. }
        | install::Error::Archive { .. } => of(ExitCode::Network, Code::ToolMissing)
            .hint("nothing was installed; try another mirror, or later"),
        install::Error::NoRelease { .. } | install::Error::Homeless => {
            of(ExitCode::Prerequisite, Code::ToolMissing).hint("install it yourself")
        }
        install::Error::Locked(_) => of(ExitCode::Conflict, Code::LockHeld),
        install::Error::Io { .. } => of(ExitCode::Failed, Code::Internal),
        install::Error::Package { command, .. } => {
            of(ExitCode::Prerequisite, Code::ToolMissing).hint(format!("see what it says: {command}"))
        }
    }
}
