//! What runs on this machine without a container: core and the UI from their checkouts, the servers of this program
//! (cli.md 3.2, 5.5).

use std::path::{Path, PathBuf};

use super::Arguments;
use super::chosen::Chosen;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::local::{self as servers, Addresses, Sources};
use crate::dev::gateway::Gateway;
use crate::dev::local::{self, Places, Program, Server, Unfit};
use crate::dev::ports::Wanted;
use crate::dev::record::{Record, Supervisor};
use crate::dev::settings::{Provider, Runner, Service};
use crate::dev::tools::{Manager, Tool, Toolbox};

/// The local processes of a run.
#[derive(Debug)]
pub struct Processes {
    /// Those from checkouts.
    pub programs: Vec<Program>,
    /// The servers of this program: core, and the gateway before the UI.
    pub servers: Vec<Server>,
    /// Where others find them.
    pub places: Places,
    /// The checkout of core, when changes in it are looked for here.
    pub core: Option<PathBuf>,
    /// Their ports, by service.
    pub ports: Vec<(Service, u16)>,
}

impl Processes {
    /// Those that are chosen.
    pub fn of(
        arguments: &Arguments,
        chosen: Chosen,
        sources: &Sources<'_>,
        tools: &Toolbox,
        gateway: Option<&Gateway>,
    ) -> Result<Self, Failure> {
        let (project, settings) = (sources.project, sources.settings);
        let (folder, at) = (project.folder(), Addresses::of(settings));
        let places = Places::of(&folder);
        let mut all =
            Self { programs: Vec::new(), servers: Vec::new(), places, core: None, ports: Vec::new() };
        match chosen.core {
            Provider::Source => {
                let checkout = project.checkout(Service::Core, settings);
                let variables = sources.variables(Service::Core, at)?;
                let program = match chosen.runner {
                    Runner::Builtin => Some(local::core(&checkout, &folder.build(), at.core, variables)),
                    Runner::Air => {
                        let air = tools.program(Tool::Air).unwrap_or(Path::new("air"));
                        Some(local::air(&checkout, air, at.core, variables))
                    }
                    Runner::Container => None,
                };
                if let Some(program) = program {
                    all.programs.push(program.map_err(|error| unfit(&error))?);
                    all.ports.push((Service::Core, at.core));
                }
                // air looks for itself.
                all.core = (chosen.runner != Runner::Air).then_some(checkout);
            }
            Provider::Embedded => {
                let core = servers::core(sources)?;
                let supervisor = Some(Supervisor::here());
                all.servers.push(Server { supervisor, stays: arguments.keep, ..core });
                all.ports.push((Service::Core, at.core));
            }
            Provider::None | Provider::Image => {}
        }
        match chosen.ui {
            Provider::Source => {
                let checkout = project.checkout(Service::Ui, settings);
                let manager = tools.manager(Manager::of(&checkout), &checkout);
                let program = local::ui(&checkout, manager, at.ui, sources.variables(Service::Ui, at)?);
                all.programs.push(program.map_err(|error| unfit(&error))?);
                all.ports.push((Service::Ui, at.ui));
            }
            Provider::Embedded | Provider::None | Provider::Image => {}
        }
        if let Some(gateway) = gateway {
            let server = servers::gateway(gateway, project.root())?;
            // One that stood before stays, as the containers do.
            let stays = arguments.keep || all.standing().is_some();
            all.servers.push(Server { supervisor: Some(Supervisor::here()), stays, ..server });
            all.ports.push((Service::Ui, gateway.port));
        }
        Ok(all)
    }

    /// The ports they need of this machine; a gateway that stands there makes room.
    pub fn wanted(&self) -> impl Iterator<Item = Wanted> {
        let standing = self.standing().and_then(|record| record.port);
        let needed = self.ports.iter().filter(move |(_, port)| Some(*port) != standing);
        needed.map(|(service, port)| match self.servers.iter().find(|server| server.service == *service) {
            Some(server) => Wanted::at(service.as_str(), server.bind, *port),
            None => Wanted::here(service.as_str(), *port),
        })
    }

    /// Whether a server of this program is a service, or stands before it.
    pub fn serves(&self, service: &str) -> bool {
        self.servers.iter().any(|server| server.service.as_str() == service)
    }

    /// The gateway that `start` left standing, with its containers.
    pub fn standing(&self) -> Option<Record> {
        Record::standing(&self.places.run)
    }

    /// Refuses what runs already.
    pub fn check(&self) -> Result<(), Failure> {
        let standing = self.standing().map(|record| record.pid);
        for (service, _) in &self.ports {
            let service = service.as_str();
            let record = Record::read(&self.places.run, service).filter(Record::is_alive);
            if let Some(record) = record.filter(|record| Some(record.pid) != standing) {
                return Err(running(service, record.pid));
            }
        }
        Ok(())
    }

    /// The address of the UI, when it is one of these.
    pub fn ui(&self) -> Option<String> {
        let server = self.servers.iter().find(|server| server.service == Service::Ui);
        if let Some(server) = server {
            return Some(server.url.clone());
        }
        let port = self.ports.iter().find(|(service, _)| *service == Service::Ui).map(|(_, port)| *port);
        port.map(|port| format!("http://localhost:{port}"))
    }
}

/// What runs already is not run a second time.
pub fn running(what: &str, pid: u32) -> Failure {
    let message = format!("{what} is already running (pid {pid})");
    Failure::new(ExitCode::Conflict, Code::LockHeld, message)
        .hint("end the other orchcli dev, or orchcli stop")
}

fn unfit(error: &Unfit) -> Failure {
    match error {
        Unfit::Missing(_) => Failure::new(ExitCode::NoProject, Code::InitIncomplete, error.to_string())
            .hint("get the checkout: orchcli init"),
        Unfit::Unreadable { .. } | Unfit::NoScript(_) => {
            Failure::new(ExitCode::Invalid, Code::ConfigInvalid, error.to_string())
        }
    }
}
