//! The servers of this program that are services of a project: core, and the gateway before a UI (cli.md 3.2, 5.5).

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Addresses, Sources};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::gateway::{Behind, Gateway};
use crate::dev::local::{Failed, Server};
use crate::dev::settings::{Provider, Service};

/// Core within this program, in the background.
pub fn core(sources: &Sources<'_>) -> Result<Server, Failure> {
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
        bind: Ipv4Addr::LOCALHOST.into(),
        port: at.core,
        before: None,
        url: format!("http://localhost:{}", at.core),
        environment: sources.variables(Service::Core, at)?,
        supervisor: None,
        stays: true,
    })
}

/// The gateway before the UI of the project in a folder, in the background.
pub fn gateway(gateway: &Gateway, folder: &Path) -> Result<Server, Failure> {
    let (bind, port, core) = (gateway.bind.to_string(), gateway.port.to_string(), gateway.core());
    let words = ["gateway", "--host", &bind, "--port", &port, "--core", &core];
    let before = match &gateway.behind {
        Behind::Console => None,
        Behind::Container(at) => Some(at.clone()),
    };
    let ui = before.iter().flat_map(|at| ["--ui", at]);
    Ok(Server {
        service: Service::Ui,
        provider: gateway.provider(),
        program: program()?,
        arguments: words.into_iter().chain(ui).map(str::to_owned).collect(),
        folder: folder.to_owned(),
        bind: gateway.bind,
        port: gateway.port,
        url: gateway.url.clone(),
        environment: Vec::new(),
        supervisor: None,
        stays: true,
        before,
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
        Failed::Ended { status, words } => {
            let mut failure = failure.details(json!({"log": words}));
            failure.causes.extend(words.iter().cloned());
            if status.code() == Some(i32::from(ExitCode::Conflict.code())) {
                // Its store may be in use as well.
                let is_port = words.iter().any(|word| word.contains("error: port "));
                let code = if is_port { Code::PortBusy } else { Code::LockHeld };
                (failure.exit, failure.code) = (ExitCode::Conflict, code);
            }
            failure.hint(format!("orchcli logs {}", service.as_str()))
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
