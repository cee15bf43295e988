//! What provides each service in this run (cli.md 3.2).

use clap::ValueEnum;

use super::Arguments;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::project::{Mode, Project};
use crate::dev::settings::{Provider, Service, Settings};

/// One mode.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct ModeFlags {
    /// Core and the UI from their checkouts
    #[arg(long)]
    full: bool,
    /// The UI from its checkout
    #[arg(long)]
    frontend_only: bool,
    /// Core from its checkout
    #[arg(long)]
    backend_only: bool,
}

/// What provides a service that is not run from its checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Elsewhere {
    /// This program.
    Embedded,
    /// Somebody else, or nobody.
    None,
}

/// What provides core and the UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Core.
    pub core: Provider,
    /// The UI.
    pub ui: Provider,
}

impl Chosen {
    /// By the flags, what is set for the project, and the checkouts that are there.
    pub fn of(arguments: &Arguments, project: &Project, settings: &Settings) -> Result<Self, Failure> {
        let flags = &arguments.mode;
        let named = [
            (flags.full, Mode::Development),
            (flags.frontend_only, Mode::UiDev),
            (flags.backend_only, Mode::CoreDev),
        ];
        let named = named.into_iter().find(|(set, _)| *set).map(|(_, mode)| mode);
        let provided = project.provided(settings, named);
        for service in [Service::Core, Service::Ui] {
            let path = project.checkout(service, settings);
            if provided.provider(service) == Provider::Source && !path.is_dir() {
                let (mode, service, path) = (provided.mode, service.as_str(), path.display());
                let message = format!("mode {mode} needs the checkout of {service}, and {path} is not there");
                return Err(Failure::new(ExitCode::NoProject, Code::InitIncomplete, message)
                    .hint("get the checkout: orchcli init"));
            }
        }
        let of = |service: Service, flag: Option<Elsewhere>| {
            let said = settings.service(service).provider;
            match (provided.provider(service), flag, said) {
                (Provider::Source, ..) => Ok(Provider::Source),
                (_, Some(Elsewhere::None), _) | (_, None, Some(Provider::None)) => Ok(Provider::None),
                (_, None, Some(Provider::Image)) => Err(in_a_container(service)),
                (_, Some(Elsewhere::Embedded), _)
                | (_, None, None | Some(Provider::Embedded | Provider::Source)) => Ok(Provider::Embedded),
            }
        };
        Ok(Self { core: of(Service::Core, arguments.core)?, ui: of(Service::Ui, arguments.ui)? })
    }
}

/// `dev` runs what needs no container; `start` has the rest.
fn in_a_container(service: Service) -> Failure {
    let service = service.as_str();
    let message = format!("{service} is set to be run from an image, and dev runs what needs no container");
    Failure::new(ExitCode::Usage, Code::Usage, message)
        .hint(format!("orchcli start -d {service}, then orchcli dev --{service} none"))
}
