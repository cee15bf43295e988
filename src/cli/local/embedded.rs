//! Core within this program.

use serde_json::json;

use super::{Addresses, Sources};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::local::{Embedded, Failed, Supervisor};
use crate::dev::settings::Service;

/// The server that is core of a project, and its console too where that is wanted. Without a supervisor it stays.
pub fn embedded(
    sources: &Sources<'_>,
    has_console: bool,
    supervisor: Option<Supervisor>,
) -> Result<Embedded, Failure> {
    let at = Addresses::of(sources.settings);
    let program = std::env::current_exe().map_err(|error| {
        let message = "this program does not know where it is";
        Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    })?;
    Ok(Embedded {
        program,
        folder: sources.project.root().to_owned(),
        data: sources.project.folder().path().join("data"),
        port: at.core,
        console: has_console.then_some(at.ui),
        environment: sources.variables(Service::Core, at)?,
        supervisor,
    })
}

/// Why it is not there.
pub fn unstarted(error: &Failed) -> Failure {
    let failure = Failure::new(ExitCode::Unhealthy, Code::Unhealthy, "core cannot be started").because(error);
    match error {
        Failed::Ended { words, .. } => failure.details(json!({"log": words})).hint("orchcli logs core"),
        Failed::Files(_) | Failed::Slow => failure,
    }
}
