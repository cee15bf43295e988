//! What a project will be set to once `init` is done, seen before anything is written.

use super::{Error, Wanted};
use crate::dev::ports::{Protocol, Wanted as Port};
use crate::dev::project::{By, Found, Project};
use crate::dev::registry::Contents;
use crate::dev::settings::{Mode, Overrides, Provider, Service, Settings};

/// A project as it will be.
#[derive(Debug)]
pub struct Foreseen {
    /// The project.
    pub project: Project,
    /// What will be set for it.
    pub settings: Settings,
    /// How Core and the UI will be provided.
    providers: [(Service, Provider); 2],
}

/// What is set now, with what is asked for on top.
pub fn foresee(wanted: &Wanted, contents: &Contents) -> Result<Foreseen, Error> {
    let found = Found { root: wanted.root.clone(), by: By::Marker };
    let project = Project::open(found, contents)?;
    let mut overrides = Overrides::default();
    for (path, value) in &wanted.settings {
        overrides.set(&path.join("."), value.clone());
    }
    for (service, port) in &wanted.ports {
        overrides.set(&format!("services.{service}.port"), *port);
    }
    let settings = project.settings(&overrides, &|_| None)?;
    let there = project.provided(&settings, None);
    let providers = [Service::Core, Service::Ui].map(|service| {
        let asked = wanted.sources.iter().any(|source| source.service == service);
        (service, if asked { Provider::Source } else { there.provider(service) })
    });
    Ok(Foreseen { project, settings, providers })
}

impl Foreseen {
    fn provider(&self, service: Service) -> Provider {
        let found = self.providers.iter().find(|(other, _)| *other == service);
        found.map_or(Provider::Image, |(_, provider)| *provider)
    }

    /// Whether the database runs: Core within this program has a store of its own.
    fn has_database(&self) -> bool {
        matches!(self.provider(Service::Core), Provider::Image | Provider::Source)
    }

    /// Its mode.
    pub fn mode(&self) -> Mode {
        let is_source = |service| self.provider(service) == Provider::Source;
        Mode::of(is_source(Service::Ui), is_source(Service::Core))
    }

    /// The services that no container provides, whatever the files say.
    pub fn without_container(&self) -> Vec<String> {
        let elsewhere = |provider| matches!(provider, Provider::Embedded | Provider::None);
        let services = self.providers.iter().filter(|(_, provider)| elsewhere(*provider));
        services.map(|(service, _)| service.as_str().to_owned()).collect()
    }

    /// Whether something of it runs in a container.
    pub fn needs_engine(&self) -> bool {
        self.has_database() || self.provider(Service::Ui) == Provider::Image
    }

    /// The ports of this machine that it will want.
    pub fn ports(&self) -> Vec<Port> {
        let wants = |service: &Service| match service {
            Service::Mongodb => self.has_database() && self.settings.publish_mongodb,
            Service::Core | Service::Ui => self.provider(*service) != Provider::None,
        };
        let port = |service: Service| Port {
            service: service.as_str().to_owned(),
            bind: Some(self.settings.bind),
            port: self.settings.service(service).port,
            protocol: Protocol::Tcp,
        };
        Service::ALL.into_iter().filter(wants).map(port).collect()
    }
}
