//! The servers of this program that are services of a project: core, and the gateway before a UI (cli.md 3.2, 5.5).

use std::path::PathBuf;

use serde_json::json;

use super::{Addresses, Sources};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::gateway::{Behind, Gateway};
use crate::dev::local::{Failed, Server, Supervisor};
use crate::dev::settings::{Provider, Service};

/// Core within this program. Without a supervisor it stays.
pub fn core(sources: &Sources<'_>, supervisor: Option<Supervisor>) -> Result<Server, Failure> {
    let at = Addresses::of(sources.settings);
    let data = sources.project.folder().path().join("data");
    let port = at.core.to_string();
    let words =
        ["serve", "--host", "127.0.0.1", "--port", &port, "--console-port", "off", "--store", "sqlite"];
    let data = ["--data-dir".to_owned(), data.to_string_lossy().into_owned()];
    Ok(Server {
        service: Service::Core,
        provider: Provider::Embedded,
        program: program()?,
        arguments: words.map(str::to_owned).into_iter().chain(data).collect(),
        folder: sources.project.root().to_owned(),
        port: at.core,
        url: format!("http://localhost:{}", at.core),
        environment: sources.variables(Service::Core, at)?,
        supervisor,
    })
}

/// The gateway before the UI. Without a supervisor it stays.
pub fn gateway(
    gateway: &Gateway,
    sources: &Sources<'_>,
    supervisor: Option<Supervisor>,
) -> Result<Server, Failure> {
    let (bind, port) = (sources.settings.bind.to_string(), gateway.port.to_string());
    let words = ["gateway", "--host", &bind, "--port", &port, "--core", &gateway.core];
    let ui = match &gateway.behind {
        Behind::Console => None,
        Behind::Container(at) => Some(["--ui", at]),
    };
    Ok(Server {
        service: Service::Ui,
        provider: gateway.provider(),
        program: program()?,
        arguments: words.into_iter().chain(ui.into_iter().flatten()).map(str::to_owned).collect(),
        folder: sources.project.root().to_owned(),
        port: gateway.port,
        url: gateway.url.clone(),
        environment: Vec::new(),
        supervisor,
    })
}

fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| {
        let message = "this program does not know where it is";
        Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    })
}

/// Why one is not there.
pub fn unstarted(service: Service, error: &Failed) -> Failure {
    let message = format!("{} cannot be started", what(service));
    let failure = Failure::new(ExitCode::Unhealthy, Code::Unhealthy, message).because(error);
    match error {
        Failed::Ended { words, .. } => {
            failure.details(json!({"log": words})).hint(format!("orchcli logs {}", service.as_str()))
        }
        Failed::Files(_) | Failed::Slow => failure,
    }
}

/// A server of this program, in words.
pub fn what(service: Service) -> &'static str {
    match service {
        Service::Ui => "the gateway of the UI",
        Service::Core => "core",
        Service::Mongodb => "the database",
    }
}
