//! What went wrong with a stack, as a failure with its code and its way out (cli.md 2.2, 2.3).

use serde_json::{Value, json};

use crate::cli::engine;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::converge::{Error, Step, StepOutcome, Trouble, Why, hint_of_refusal};
use crate::docker;
use crate::redact;

/// An error as it is shown.
pub fn failure(error: &Error) -> Failure {
    match error {
        Error::Engine { source, .. } => of_engine(error, source),
        Error::Unstarted { service, source, .. } => unstarted(error, service, source),
        Error::NoService(_) => Failure::new(ExitCode::Usage, Code::ServiceUnknown, error.to_string()),
        Error::NotThere(service) | Error::NotRunning(service) => {
            Failure::new(ExitCode::Unhealthy, Code::ServiceNotRunning, error.to_string())
                .hint(format!("orchcli start {service}"))
        }
        Error::TooOld { .. } => Failure::new(ExitCode::Prerequisite, Code::EngineTooOld, error.to_string())
            .hint("update the engine, or leave this out"),
        Error::Source { .. } => Failure::new(ExitCode::Invalid, Code::ComposeInvalid, error.to_string()),
        Error::NameTaken { .. } => Failure::new(ExitCode::Conflict, Code::NameTaken, error.to_string())
            .hint("remove or rename it, or take another name for the project: --project-name NAME"),
        Error::NotMade { kind, name } => {
            let failure = Failure::new(ExitCode::Invalid, Code::ComposeInvalid, error.to_string());
            failure.hint(format!("docker {kind} create {name}, or leave external out"))
        }
        Error::NoImage { .. } => Failure::new(ExitCode::Network, Code::ImageNotFound, error.to_string()),
        Error::Trouble(trouble) => of_trouble(trouble),
    }
}

/// A container that the engine does not start. It tells in words alone that a port is busy.
fn unstarted(error: &Error, service: &str, source: &docker::Error) -> Failure {
    let docker::Error::Refused { message, .. } = source else { return of_engine(error, source) };
    let busy = message.contains("port is already allocated") || message.contains("address already in use");
    let (exit, code, hint) = if busy {
        let hint = format!("stop what uses the port, or use another one: --port {service}=N");
        (ExitCode::Conflict, Code::PortBusy, hint)
    } else {
        let known = hint_of_refusal(message).map(str::to_owned);
        let hint =
            known.unwrap_or_else(|| format!("see what the engine says, then: orchcli start {service}"));
        (ExitCode::Unhealthy, Code::Exited, hint)
    };
    let failure = Failure::new(exit, code, error.to_string()).because(source).hint(hint);
    failure.details(json!({"services": [{"service": service, "message": redact::text(message)}]}))
}

fn of_engine(error: &Error, source: &docker::Error) -> Failure {
    let mut failure = engine::failure(source);
    failure.causes.insert(0, std::mem::replace(&mut failure.message, error.to_string()));
    failure
}

/// The failure of the steps that failed; nothing when none did.
pub fn of_steps(steps: &[Step], outcomes: &[StepOutcome]) -> Option<Failure> {
    let failed: Vec<(&Step, &Error)> = steps
        .iter()
        .zip(outcomes)
        .filter_map(|(step, outcome)| match outcome {
            StepOutcome::Failed(error) => Some((step, error)),
            StepOutcome::Done | StepOutcome::Kept | StepOutcome::Skipped(_) | StepOutcome::Cancelled => None,
        })
        .collect();
    let (_, first) = failed.first()?;
    let mut all = failure(first);
    let done = outcomes.iter().any(|outcome| matches!(outcome, StepOutcome::Done));
    let failures: Vec<Failure> = failed.iter().skip(1).map(|(_, error)| failure(error)).collect();
    // The most specific code that is common to all; else some failed, and some was done.
    if failures.iter().any(|other| other.exit != all.exit) || all.exit == ExitCode::Failed && done {
        all.exit = ExitCode::Partial;
    }
    for other in failures {
        all.causes.push(other.message);
        all.causes.extend(other.causes);
    }
    Some(all)
}

/// The failure of services that are not ready; nothing when all are.
pub fn of_troubles(troubles: &[Trouble]) -> Option<Failure> {
    let mut failure = of_trouble(troubles.first()?);
    failure.causes = troubles.iter().skip(1).map(ToString::to_string).collect();
    failure.details = Some(Box::new(json!({"services": troubles.iter().map(details).collect::<Vec<_>>()})));
    Some(failure)
}

fn of_trouble(trouble: &Trouble) -> Failure {
    let code = match trouble.why {
        Why::Exited { .. } | Why::Restarts { .. } | Why::Gone => Code::Exited,
        Why::Unhealthy | Why::NoHealthCheck | Why::Engine(_) => Code::Unhealthy,
        Why::TimedOut { .. } => Code::Timeout,
    };
    let failure = Failure::new(ExitCode::Unhealthy, code, trouble.to_string());
    let logs = format!("orchcli logs {}", trouble.service);
    failure.hint(trouble.hint.map_or(logs, str::to_owned))
}

fn details(trouble: &Trouble) -> Value {
    let (exit_code, oom_killed) = match trouble.why {
        Why::Exited { code, oom } => (Some(code), oom),
        Why::Restarts { code, .. } => (Some(code), false),
        Why::Unhealthy | Why::NoHealthCheck | Why::TimedOut { .. } | Why::Gone | Why::Engine(_) => {
            (None, false)
        }
    };
    json!({
        "service": trouble.service, "container": trouble.container, "message": trouble.to_string(),
        "exitCode": exit_code, "oomKilled": oom_killed, "lines": trouble.lines, "hint": trouble.hint,
    })
}
