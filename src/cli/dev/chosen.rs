//! What provides each service in this run (cli.md 3.2).

use clap::ValueEnum;
use serde_json::json;

use super::Arguments;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::project::Project;
use crate::dev::settings::{Mode, Overrides, Provider, Runner, Service, Settings};

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
    /// Nothing from a checkout
    #[arg(long)]
    production: bool,
}

impl ModeFlags {
    /// The mode that is named, and its flag.
    fn named(&self) -> Option<(Mode, &'static str)> {
        let flags = [
            (self.full, Mode::Development, "--full"),
            (self.frontend_only, Mode::UiDev, "--frontend-only"),
            (self.backend_only, Mode::CoreDev, "--backend-only"),
            (self.production, Mode::Production, "--production"),
        ];
        flags.into_iter().find(|(set, ..)| *set).map(|(_, mode, flag)| (mode, flag))
    }
}

/// What provides a service that is not run from its checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Elsewhere {
    /// A container of its image.
    Image,
    /// This program.
    Embedded,
    /// Somebody else, or nobody.
    None,
}

impl From<Elsewhere> for Provider {
    fn from(elsewhere: Elsewhere) -> Self {
        match elsewhere {
            Elsewhere::Image => Self::Image,
            Elsewhere::Embedded => Self::Embedded,
            Elsewhere::None => Self::None,
        }
    }
}

/// What builds and runs core's checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoreRunner {
    /// This program does, with Go.
    Builtin,
    /// air does.
    Air,
    /// A container with Go does.
    Container,
}

impl CoreRunner {
    /// As `orchcli.yaml` spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::Air => "air",
            Self::Container => "container",
        }
    }
}

impl From<CoreRunner> for Runner {
    fn from(runner: CoreRunner) -> Self {
        match runner {
            CoreRunner::Builtin => Self::Builtin,
            CoreRunner::Air => Self::Air,
            CoreRunner::Container => Self::Container,
        }
    }
}

/// The mode, and what provides core and the UI; nothing where nobody said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The mode.
    pub mode: Mode,
    core: Option<Provider>,
    ui: Option<Provider>,
}

impl Asked {
    /// By the flags, what is set for the project, and the checkouts that are there.
    pub fn of(arguments: &Arguments, project: &Project, settings: &Settings) -> Result<Self, Failure> {
        let named = arguments.mode.named();
        let mode = project.provided(settings, named.map(|(mode, _)| mode)).mode;
        let of = |service: Service, source: bool, flag: Option<Elsewhere>| match (source, flag, named) {
            (true, Some(_), Some((_, mode))) => {
                let service = service.as_str();
                let message =
                    format!("{mode} runs {service} from its checkout, and --{service} says otherwise");
                Err(Failure::new(ExitCode::Usage, Code::Usage, message).hint("leave one of them out"))
            }
            (true, None, _) => Ok(Some(Provider::Source)),
            (_, Some(flag), _) => Ok(Some(flag.into())),
            (false, None, _) => {
                Ok(settings.service(service).provider.filter(|provider| *provider != Provider::Source))
            }
        };
        let core = of(Service::Core, mode.has_core_source(), arguments.core)?;
        let ui = of(Service::Ui, mode.has_ui_source(), arguments.ui)?;
        let source = Some(Provider::Source);
        Ok(Self { mode: Mode::of(ui == source, core == source), core, ui })
    }

    /// The services of this run whose checkouts are not there.
    pub fn missing(self, arguments: &Arguments, project: &Project, settings: &Settings) -> Vec<Service> {
        let from_source = [(Service::Core, self.core), (Service::Ui, self.ui)]
            .into_iter()
            .filter(|(service, provider)| {
                *provider == Some(Provider::Source) && arguments.wants(service.as_str())
            })
            .map(|(service, _)| service);
        from_source.filter(|service| !project.checkout(*service, settings).is_dir()).collect()
    }

    /// Whether nobody said what provides a service.
    pub fn is_open(self) -> bool {
        self.core.is_none() || self.ui.is_none()
    }

    /// What is open is an image, or without an engine this program. Core from its checkout is run by this program, as
    /// long as nobody says otherwise.
    pub fn settled(self, arguments: &Arguments, engine: bool) -> Chosen {
        let open = if engine { Provider::Image } else { Provider::Embedded };
        let of = |service: Service, provider: Option<Provider>| {
            if arguments.wants(service.as_str()) { provider.unwrap_or(open) } else { Provider::None }
        };
        let (core, ui) = (of(Service::Core, self.core), of(Service::Ui, self.ui));
        // Core without a store of its own needs the database.
        let mongodb = match core {
            Provider::Source | Provider::Image => true,
            Provider::Embedded | Provider::None => false,
        };
        let mongodb = mongodb || arguments.names("mongodb");
        Chosen { mode: self.mode, core, ui, mongodb, runner: Runner::Builtin }
    }
}

/// What provides core and the UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The mode.
    pub mode: Mode,
    /// Core.
    pub core: Provider,
    /// The UI.
    pub ui: Provider,
    /// Whether the database is needed.
    pub mongodb: bool,
    /// What runs core's checkout.
    pub runner: Runner,
}

impl Chosen {
    /// How each is provided.
    pub fn providers(self) -> [(Service, Provider); 3] {
        let mongodb = if self.mongodb { Provider::Image } else { Provider::None };
        [(Service::Mongodb, mongodb), (Service::Core, self.core), (Service::Ui, self.ui)]
    }

    /// Whether core's checkout is built and run in a container.
    pub fn is_contained(self) -> bool {
        self.core == Provider::Source && self.runner == Runner::Container
    }

    /// Whether a container provides a service that is provided so.
    fn by_container(self, service: Service, provider: Provider) -> bool {
        provider == Provider::Image || service == Service::Core && self.is_contained()
    }

    /// Whether a container provides a service.
    pub fn has_container(self, service: Service) -> bool {
        self.providers()
            .into_iter()
            .any(|(one, provider)| one == service && self.by_container(service, provider))
    }

    /// Whether a container is needed.
    pub fn needs_containers(self) -> bool {
        self.providers().into_iter().any(|(service, provider)| self.by_container(service, provider))
    }

    /// The services that no container provides.
    pub fn without_container(self) -> Vec<String> {
        let providers = self.providers().into_iter();
        let without = providers.filter(|(service, provider)| !self.by_container(*service, *provider));
        without.map(|(service, _)| service.as_str().to_owned()).collect()
    }

    /// Whether something on this machine, and no container, provides a service.
    pub fn is_local(self, name: &str) -> bool {
        self.providers().into_iter().any(|(service, provider)| {
            let local = matches!(provider, Provider::Source | Provider::Embedded);
            service.as_str() == name && local && !self.by_container(service, provider)
        })
    }

    /// The mode whose Compose file has what this run needs of containers.
    pub fn file(self) -> Mode {
        if self.is_contained() { Mode::CoreDev } else { self.mode }
    }

    /// The services that are run from their checkouts.
    pub fn checkouts(self) -> impl Iterator<Item = Service> {
        let source = self.providers().into_iter().filter(|(_, provider)| *provider == Provider::Source);
        source.map(|(service, _)| service)
    }

    /// The same as what is set for the project.
    pub fn set_in(self, overrides: &mut Overrides) {
        for (service, provider) in [(Service::Core, self.core), (Service::Ui, self.ui)] {
            overrides.set(&format!("services.{}.provider", service.as_str()), json!(provider.as_str()));
        }
    }
}
