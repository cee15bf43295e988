//! What failed steps of `init` are to whoever ran it (cli.md 2.2, 9.2).

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::{engine, project, registry, tools};
use crate::dev::adopt;
use crate::dev::init::{Done, Error};
use crate::dev::task::{Record, Status};
use crate::git;

/// How it ends when a step failed: by what all failures have in common, and as partial when others did their work.
/// `again` is the command that goes on.
pub fn of(done: &Done, again: &str) -> Option<Failure> {
    let failure = of_steps(done)?;
    let hint = match &failure.hint {
        Some(first) => format!("{first}; then go on: {again}"),
        None => format!("what is done stays done; go on: {again}"),
    };
    Some(failure.hint(hint))
}

fn of_steps(done: &Done) -> Option<Failure> {
    let failed: Vec<(&Record<Error>, Failure)> =
        done.steps.iter().filter_map(|step| Some((step, step_failure(step)?))).collect();
    let unfetched =
        done.services.iter().find_map(|(name, service)| Some((name, service.unfetched.as_ref()?)));
    let Some((_, first)) = failed.first() else {
        let (name, why) = unfetched?;
        let message = format!("upstream of {name} could not be fetched: {why}");
        return Some(Failure::new(ExitCode::Partial, Code::CloneFailed, message));
    };
    let mut failure = first.clone();
    let same = failed.iter().all(|(_, other)| other.exit == failure.exit);
    let cloned = done.steps.iter().any(|step| step.id.starts_with("clone.") && step.well());
    if !same || cloned && failed.iter().any(|(step, _)| step.id.starts_with("clone.")) {
        failure.exit = ExitCode::Partial;
    }
    for (_, other) in &failed[1..] {
        failure.causes.push(other.message.clone());
        failure.causes.extend(other.causes.iter().cloned());
    }
    Some(failure)
}

fn step_failure(step: &Record<Error>) -> Option<Failure> {
    match &step.status {
        Status::Ended(_) | Status::Needs(_) | Status::Cancelled => None,
        Status::Failed(error) => Some(of_error(error)),
        Status::TimedOut(longest) => {
            let message = format!("{} took longer than {} s", step.id, longest.as_secs());
            Some(Failure::new(ExitCode::Failed, Code::Timeout, message))
        }
        Status::Panicked(words) => {
            Some(Failure::new(ExitCode::Failed, Code::Internal, format!("{}: {words}", step.id)))
        }
    }
}

/// What an error is.
pub fn of_error(error: &Error) -> Failure {
    match error {
        Error::Git(error) => git(error),
        Error::Foreign { .. } => Failure::new(ExitCode::Invalid, Code::RepoInvalid, error.to_string())
            .hint("name another repository, or take it all the same: --force"),
        Error::Dependencies(error) => tools::dependencies(error),
        Error::Registry(error) => registry::failure(error),
        Error::Project(error) => project::unusable(error),
        Error::Unfit(_) | Error::Edit(_) | Error::Name(_) => {
            Failure::new(ExitCode::Invalid, Code::ConfigInvalid, error.to_string())
        }
        Error::Adopt(adopt::Error::Engine(error)) => engine::failure(error),
        Error::Adopt(cause @ (adopt::Error::File { .. } | adopt::Error::Form { .. })) => {
            Failure::new(ExitCode::Failed, Code::Internal, error.to_string()).because(cause)
        }
        Error::Io { why, .. } => project::in_the_way(why)
            .unwrap_or_else(|| Failure::new(ExitCode::Failed, Code::Internal, error.to_string())),
    }
}

/// What an error of Git is.
pub fn git(error: &git::Error) -> Failure {
    let of = |exit, code| Failure::new(exit, code, error.to_string());
    match error {
        git::Error::Auth { .. } => of(ExitCode::Network, Code::AuthFailed).hint(
            "set ORCHCLI_GIT_TOKEN, or set up a credential helper or an SSH key; a token needs contents:read",
        ),
        git::Error::NotFound { .. } => of(ExitCode::Network, Code::CloneFailed).hint(
            "check the name; a private repository needs a token with contents:read that is authorised for its SSO",
        ),
        git::Error::Absent { .. } => {
            of(ExitCode::Network, Code::CloneFailed).hint("check the path, and whether you may read it")
        }
        git::Error::HostKeyChanged { host, .. } => of(ExitCode::Network, Code::HostKeyChanged)
            .hint(format!("make sure that the new key is right, then: ssh-keygen -R '{host}'")),
        git::Error::HostKeyUnknown { host, .. } => {
            of(ExitCode::Network, Code::CloneFailed).hint(format!("connect once by hand: ssh {host}"))
        }
        git::Error::Certificate { .. } => {
            of(ExitCode::Network, Code::CloneFailed).hint("see whether it has expired; an authority of your own: --ca-file FILE")
        }
        git::Error::Offline { .. } => of(ExitCode::Network, Code::Offline).hint("go without --offline"),
        git::Error::Transfer { .. } | git::Error::Stalled { .. } => of(ExitCode::Network, Code::CloneFailed),
        git::Error::Reference { .. } | git::Error::Empty { .. } => of(ExitCode::Invalid, Code::RepoInvalid),
        git::Error::Cancelled => of(ExitCode::Interrupted, Code::Interrupted),
        git::Error::Local { why, .. } => of(ExitCode::Failed, Code::CloneFailed).because(why),
        git::Error::Repository { .. } => of(ExitCode::Failed, Code::CloneFailed),
    }
}
