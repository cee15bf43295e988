//! Which service is provided how: the mode, and what makes it (cli.md 1, 3.2, 3.3).

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Project;
use crate::dev::local::Running;
use crate::dev::settings::{Mode, Provider, Service, Settings};

/// The mode and the providers of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provided {
    /// The mode.
    pub mode: Mode,
    /// How each service is provided.
    pub by: BTreeMap<Service, Provider>,
    /// What the mode that was set up needs and is not there; the mode is that of the disk then.
    pub missing: Vec<Missing>,
    /// The services that a `dev` runs now without a container.
    pub local: Vec<String>,
    /// What that gives core's container beside what the files do.
    pub variables: Vec<(String, String)>,
}

/// A checkout that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The service it is of.
    pub service: Service,
    /// Where it should be.
    pub path: PathBuf,
    /// The mode that needs it.
    pub mode: Mode,
}

impl Provided {
    /// How a service is provided.
    pub fn provider(&self, service: Service) -> Provider {
        self.by.get(&service).copied().unwrap_or(Provider::Image)
    }

    /// Whether a container provides a service: one of its image, or the one that builds core alone from its checkout.
    pub fn has_container(&self, service: Service) -> bool {
        let builds = service == Service::Core && self.mode == Mode::CoreDev;
        let is_local = self.local.iter().any(|local| local == service.as_str());
        match self.provider(service) {
            Provider::Image => !is_local,
            Provider::Source => builds && !is_local,
            Provider::Embedded | Provider::None => false,
        }
    }

    /// The services that no container provides, whatever the files say.
    pub fn without_container(&self) -> Vec<String> {
        let elsewhere = |provider| matches!(provider, Provider::Embedded | Provider::None);
        let services = self.by.iter().filter(|(_, provider)| elsewhere(**provider));
        let services = services.map(|(service, _)| service.as_str().to_owned());
        services.chain(self.local.iter().cloned()).collect()
    }
}

/// What a `dev` made of a stack.
fn of_running(running: Running) -> Option<Provided> {
    let provider = |service: Service| Provider::of(running.providers.get(service.as_str())?);
    let by = Service::ALL.into_iter().filter_map(|service| Some((service, provider(service)?))).collect();
    let mode = running.mode.parse().ok()?;
    let (local, variables) = (running.without, running.variables);
    Some(Provided { mode, by, missing: Vec::new(), local, variables })
}

impl Project {
    /// Where the checkout of a service is, there or not.
    pub fn checkout(&self, service: Service, settings: &Settings) -> PathBuf {
        let said = settings.service(service).path.as_deref();
        let entry = self.entry.as_ref();
        let registered = match service {
            Service::Ui => entry.and_then(|entry| entry.ui_path.as_deref()),
            Service::Core => entry.and_then(|entry| entry.core_path.as_deref()),
            Service::Mongodb => None,
        };
        self.root.join(said.or(registered).unwrap_or(service.as_str()))
    }

    /// The mode and the providers. `wanted` is what `--mode` says; it goes before what the files and the disk say, and
    /// what is missing for it is the caller's to see to. While a `dev` runs, the stack is what that made of it.
    pub fn provided(&self, settings: &Settings, wanted: Option<Mode>) -> Provided {
        let running = Running::read(&self.folder().run()).filter(|_| wanted.is_none());
        if let Some(provided) = running.and_then(of_running) {
            return provided;
        }
        let there = |service| {
            let open = matches!(settings.service(service).provider, None | Some(Provider::Source));
            open && self.checkout(service, settings).is_dir()
        };
        let disk = Mode::of(there(Service::Ui), there(Service::Core));
        let stored = settings.mode.or_else(|| self.entry.as_ref()?.mode.as_deref()?.parse().ok());
        let missing = wanted.map_or_else(|| self.missing(stored, settings), |_| Vec::new());
        let said = settings.mode.filter(|_| missing.is_empty());
        let mode = wanted.or(said).unwrap_or(disk);
        let provider = |service: Service, source: bool| match (source, settings.service(service).provider) {
            (true, _) => Provider::Source,
            (false, Some(provider @ (Provider::Embedded | Provider::None | Provider::Image))) => provider,
            (false, Some(Provider::Source) | None) => Provider::Image,
        };
        let core = provider(Service::Core, mode.has_core_source());
        // Core within this program has a store of its own.
        let mongodb = if core == Provider::Embedded { Provider::None } else { Provider::Image };
        let by = BTreeMap::from([
            (Service::Mongodb, mongodb),
            (Service::Core, core),
            (Service::Ui, provider(Service::Ui, mode.has_ui_source())),
        ]);
        Provided { mode, by, missing, local: Vec::new(), variables: Vec::new() }
    }

    /// The checkouts that a mode needs and that are not there.
    fn missing(&self, mode: Option<Mode>, settings: &Settings) -> Vec<Missing> {
        let Some(mode) = mode else { return Vec::new() };
        let needed = [(Service::Ui, mode.has_ui_source()), (Service::Core, mode.has_core_source())];
        let needed = needed.into_iter().filter(|(_, needed)| *needed);
        needed
            .map(|(service, _)| Missing { service, path: self.checkout(service, settings), mode })
            .filter(|missing| !missing.path.is_dir())
            .collect()
    }
}
