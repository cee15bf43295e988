//! `exec` for a service that runs from its checkout on this machine: the command runs there too, as the service would
//! (cli.md 3.8).

use std::io::{ErrorKind, IsTerminal};
use std::process::{ExitStatus, Stdio};

use tokio::process::Command;

use super::Arguments;
use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::local::{Addresses, Sources};
use crate::cli::project::Loaded;
use crate::cli::runtime::Interrupt;
use crate::dev::local::{Places, running};
use crate::dev::settings::{Provider, Service};

/// The service, when it is one of this machine and not of a container. What runs within this program has no place
/// for a command.
pub fn service(name: &str, project: &Loaded) -> Result<Option<Service>, Failure> {
    let Some(service) = Service::ALL.into_iter().find(|service| service.as_str() == name) else {
        return Ok(None);
    };
    let records = running(&Places::of(&project.project.folder()));
    let runs = records.iter().find(|record| record.service == name).map(|record| record.provider.as_str());
    let has_container = project.model.services().contains(&name);
    match (project.provided.provider(service), runs) {
        (_, Some("embedded")) | (Provider::Embedded, None) => {
            let message =
                format!("{name} runs within orchcli itself: there is no container to run a command in");
            Err(Failure::new(ExitCode::Unhealthy, Code::ServiceNotRunning, message)
                .hint(format!("orchcli logs {name} and orchcli status {name} tell of it")))
        }
        (Provider::Source, Some(_)) | (_, Some("source")) => Ok(Some(service)),
        (Provider::Source, None) if !has_container => Ok(Some(service)),
        (Provider::Source | Provider::Image | Provider::Embedded | Provider::None, _) => Ok(None),
    }
}

/// Runs the command in the checkout, with the variables of the service, and ends as it does.
pub async fn run(
    service: Service,
    arguments: &Arguments,
    words: &[String],
    (project, flags): (&Loaded, &ComposeFlags),
    interrupt: &Interrupt,
) -> Result<(), Ended> {
    let name = service.as_str();
    let checkout = project.project.checkout(service, &project.settings);
    if !checkout.is_dir() {
        let message = format!("{name} runs from {}, which is not there", checkout.display());
        return Err(Failure::new(ExitCode::NoProject, Code::InitIncomplete, message)
            .hint(format!("orchcli init --fork-{name}"))
            .into());
    }
    let only_containers = [
        (arguments.user.is_some(), "--user"),
        (arguments.index.is_some(), "--index"),
        (arguments.privileged, "--privileged"),
        (arguments.detach, "--detach"),
    ];
    if let Some((_, flag)) = only_containers.into_iter().find(|(given, _)| *given) {
        let message = format!("{flag} is about containers, and {name} runs from its checkout");
        return Err(Failure::new(ExitCode::Usage, Code::Usage, message)
            .hint(format!("leave {flag} out"))
            .into());
    }
    let sources =
        Sources { project: &project.project, settings: &project.settings, flags, asked: &[], path: None };
    let variables = sources.variables(service, Addresses::of(&project.settings))?;
    let shell = || vec![std::env::var("SHELL").unwrap_or_else(|_| "sh".to_owned())];
    let words = if words.is_empty() { shell() } else { words.to_vec() };
    let folder = arguments.workdir.as_ref().map_or_else(|| checkout.clone(), |folder| checkout.join(folder));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(&folder).envs(variables).kill_on_drop(true);
    for given in super::environment(&arguments.env) {
        if let Some((name, value)) = given.split_once('=') {
            command.env(name, value);
        }
    }
    if !arguments.interactive {
        command.stdin(Stdio::null());
    }
    let mut child = command.spawn().map_err(|error| unstarted(&words[0], &folder, &error))?;
    // A terminal tells both, and the command may go on; who is told alone passes it on.
    let on_terminal = std::io::stdin().is_terminal();
    if on_terminal {
        interrupt.leave_at(usize::MAX);
    }
    let asked = interrupt.asked();
    let status = tokio::select! {
        status = child.wait() => status,
        () = asked.cancelled(), if !on_terminal => {
            terminate(&child);
            child.wait().await
        }
    };
    let status = status.map_err(|error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the command cannot be waited for").because(&error)
    })?;
    match code(status) {
        0 => Ok(()),
        code => Err(Ended::Remote(code)),
    }
}

fn unstarted(program: &str, folder: &std::path::Path, error: &std::io::Error) -> Failure {
    let (exit, message) = match error.kind() {
        ErrorKind::NotFound if !folder.is_dir() => {
            (ExitCode::ExecRefused, format!("{} is not there", folder.display()))
        }
        ErrorKind::NotFound => (ExitCode::CommandNotFound, format!("{program} is not found")),
        _ => (ExitCode::NotExecutable, format!("{program} cannot be run")),
    };
    Failure::new(exit, Code::ExecRefused, message).because(error)
}

#[cfg(unix)]
fn terminate(child: &tokio::process::Child) {
    use rustix::process::{Pid, Signal, kill_process};
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    // One that is gone hears nothing.
    let _ = id.map(|id| kill_process(id, Signal::TERM));
}

#[cfg(not(unix))]
fn terminate(_child: &tokio::process::Child) {}

/// Its own code, or 128 and the number of the signal that ended it.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
