//! What runs on this machine without a container: core and the UI from their checkouts, core within this program
//! (cli.md 3.2).

use std::path::{Path, PathBuf};

use super::Arguments;
use super::chosen::Chosen;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::local::{Addresses, Sources, embedded};
use crate::dev::local::{self, Embedded, Places, Program, Record, Supervisor, Unfit};
use crate::dev::ports::Wanted;
use crate::dev::settings::{Provider, Runner, Service};
use crate::dev::tools::{Manager, Tool, Toolbox};

/// The local processes of a run.
#[derive(Debug)]
pub struct Processes {
    /// Those from checkouts.
    pub programs: Vec<Program>,
    /// Core within this program, and the UI if it is there too.
    pub embedded: Option<Embedded>,
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
    ) -> Result<Self, Failure> {
        let (project, settings) = (sources.project, sources.settings);
        let (folder, at) = (project.folder(), Addresses::of(settings));
        let places = Places::of(&folder);
        let mut all = Self { programs: Vec::new(), embedded: None, places, core: None, ports: Vec::new() };
        let console = chosen.ui == Provider::Embedded;
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
                let supervisor = (!arguments.keep).then(Supervisor::here);
                all.embedded = Some(embedded(sources, console, supervisor)?);
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
            Provider::Embedded if all.embedded.is_none() => return Err(no_console()),
            Provider::Embedded => all.ports.push((Service::Ui, at.ui)),
            Provider::None | Provider::Image => {}
        }
        Ok(all)
    }

    /// The ports they need of this machine.
    pub fn wanted(&self) -> impl Iterator<Item = Wanted> {
        self.ports.iter().map(|(service, port)| Wanted::here(service.as_str(), *port))
    }

    /// Refuses what runs already.
    pub fn check(&self) -> Result<(), Failure> {
        for (service, _) in &self.ports {
            let service = service.as_str();
            if let Some(record) = Record::read(&self.places.run, service).filter(Record::is_alive) {
                return Err(running(service, record.pid));
            }
        }
        Ok(())
    }

    /// The address of the UI, when it is one of these.
    pub fn ui(&self) -> Option<String> {
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

fn no_console() -> Failure {
    let message = "the console of this program comes with core of this program, and core is another one";
    Failure::new(ExitCode::Usage, Code::Usage, message).hint("--core embedded, or --ui image, or --ui none")
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
