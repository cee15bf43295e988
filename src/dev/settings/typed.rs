//! The settings of a project as the code uses them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::key::{Key, PROJECT};
use super::mode::Mode;
use super::resolve::{Origin, Resolver, Unfit};
use crate::settings::value as spelled;

/// A service of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// The database.
    Mongodb,
    /// The API.
    Core,
    /// The console.
    Ui,
}

impl Service {
    /// All of them, what others need first.
    pub const ALL: [Self; 3] = [Self::Mongodb, Self::Core, Self::Ui];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mongodb => "mongodb",
            Self::Core => "core",
            Self::Ui => "ui",
        }
    }

    /// The port it listens on in its container.
    pub const fn inner_port(self) -> u16 {
        match self {
            Self::Mongodb => 27017,
            Self::Core => 3000,
            Self::Ui => 3001,
        }
    }
}

/// How a service is run (cli.md 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// A container of an image.
    Image,
    /// From a checkout.
    Source,
    /// Within this program.
    Embedded,
    /// Not at all.
    None,
}

impl Provider {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Source => "source",
            Self::Embedded => "embedded",
            Self::None => "none",
        }
    }

    /// The one of this name.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Image, Self::Source, Self::Embedded, Self::None].into_iter().find(|one| one.as_str() == text)
    }
}

/// What builds and runs Core's source (cli.md 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// We do.
    Builtin,
    /// `air` does.
    Air,
    /// A container of the Go image does.
    Container,
}

/// What is set for a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSettings {
    /// How it is run, when somebody said so.
    pub provider: Option<Provider>,
    /// Its image, whole.
    pub image: String,
    /// Its port on this machine.
    pub port: u16,
    /// Whether the port was said by somebody, and is not the usual one.
    pub port_is_chosen: bool,
    /// Its checkout, counted from the project, when somebody said so.
    pub path: Option<String>,
    /// Its repository.
    pub repo: Option<String>,
    /// Branch, tag or commit.
    pub reference: Option<String>,
    /// Variables it gets.
    pub environment: IndexMap<String, String>,
}

/// How long is waited for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The whole stack.
    pub timeout: Duration,
    /// Core.
    pub core: Duration,
    /// The UI.
    pub ui: Duration,
    /// The database.
    pub mongodb: Duration,
}

/// The settings of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Name of the Compose project, when `orchcli.yaml` says it.
    pub name: Option<String>,
    /// The mode, unless it follows from the disk.
    pub mode: Option<Mode>,
    /// Address that ports are published on.
    pub bind: IpAddr,
    /// The services.
    pub services: BTreeMap<Service, ServiceSettings>,
    /// What runs Core's source, when somebody said so.
    pub runner: Option<Runner>,
    /// Whether the database's port is published.
    pub publish_mongodb: bool,
    /// The database of Core.
    pub database: String,
    /// Compose files instead of the mode's.
    pub files: Vec<String>,
    /// Profiles that are on.
    pub profiles: Vec<String>,
    /// Variables of the Compose files, when they are not just `.env`.
    pub env_files: Option<Vec<String>>,
    /// How long is waited.
    pub wait: Wait,
}

impl Settings {
    /// The settings that these sources make.
    pub fn of(resolver: &Resolver<'_>) -> Result<Self, Unfit> {
        let read = Typed(resolver);
        let mut services = BTreeMap::new();
        for service in Service::ALL {
            services.insert(service, read.service(service)?);
        }
        Ok(Self {
            name: read.of("name", &[Origin::Environment(String::new())])?,
            mode: read.text("mode")?.and_then(|mode| mode.parse().ok()),
            bind: read.text("bind")?.and_then(|bind| bind.parse().ok()).unwrap_or(Ipv4Addr::LOCALHOST.into()),
            services,
            runner: read.of("services.core.runner", &[Origin::Default])?.map(|runner| {
                match runner.as_str() {
                    "air" => Runner::Air,
                    "container" => Runner::Container,
                    _ => Runner::Builtin,
                }
            }),
            publish_mongodb: read.json("services.mongodb.publish")? != Some(Json::Bool(false)),
            database: read.text("services.mongodb.database")?.unwrap_or_default(),
            files: read.texts("compose.files")?,
            profiles: read.texts("compose.profiles")?,
            env_files: Some(read.texts("compose.env_files")?).filter(|files| files[..] != [".env"]),
            wait: Wait {
                timeout: read.span("wait.timeout")?,
                core: read.span("wait.core")?,
                ui: read.span("wait.ui")?,
                mongodb: read.span("wait.mongodb")?,
            },
        })
    }

    /// What is set for a service.
    pub fn service(&self, service: Service) -> &ServiceSettings {
        // Each is put in by `of`, the only way to make one.
        &self.services[&service]
    }
}

struct Typed<'a, 'r>(&'a Resolver<'r>);

impl Typed<'_, '_> {
    fn service(&self, service: Service) -> Result<ServiceSettings, Unfit> {
        let key = |member: &str| format!("services.{}.{member}", service.as_str());
        let port = self.value(&key("port"))?;
        let image = self.text(&key("image"))?.unwrap_or_default();
        let tag = self.text(&key("tag"))?.unwrap_or_default();
        let environment = self.json(&key("environment"))?;
        let entries = environment.as_ref().and_then(Json::as_object).into_iter().flatten();
        let environment =
            entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        Ok(ServiceSettings {
            provider: self.text(&key("provider"))?.and_then(|text| Provider::of(&text)),
            image: if is_whole(&image) { image } else { format!("{image}:{tag}") },
            port: port
                .as_ref()
                .and_then(|port| port.value.as_u64()?.try_into().ok())
                .unwrap_or(service.inner_port()),
            port_is_chosen: port.is_some_and(|port| port.origin != Origin::Default),
            path: self.of(&key("path"), &[Origin::Default])?,
            repo: self.text(&key("repo"))?,
            reference: self.text(&key("ref"))?,
            environment: environment.collect(),
        })
    }

    /// The text of a key, unless it comes from one of these.
    fn of(&self, name: &str, not: &[Origin]) -> Result<Option<String>, Unfit> {
        let value =
            self.value(name)?.filter(|value| !not.iter().any(|not| not.as_str() == value.origin.as_str()));
        Ok(value.and_then(|value| value.value.as_str().map(str::to_owned)))
    }

    fn value(&self, name: &str) -> Result<Option<super::Value>, Unfit> {
        let key: Option<&'static Key> = PROJECT.iter().find(|key| key.name == name);
        key.map_or(Ok(None), |key| self.0.value(key))
    }

    fn json(&self, name: &str) -> Result<Option<Json>, Unfit> {
        Ok(self.value(name)?.map(|value| value.value))
    }

    fn text(&self, name: &str) -> Result<Option<String>, Unfit> {
        Ok(self.json(name)?.and_then(|value| value.as_str().map(str::to_owned)))
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, Unfit> {
        let value = self.json(name)?;
        let items = value.as_ref().and_then(Json::as_array).into_iter().flatten();
        Ok(items.filter_map(|item| item.as_str().map(str::to_owned)).collect())
    }

    fn span(&self, name: &str) -> Result<Duration, Unfit> {
        let value = self.json(name)?.unwrap_or_default();
        let text = value.as_u64().map(|seconds| seconds.to_string());
        let text = text.or_else(|| value.as_str().map(str::to_owned)).unwrap_or_default();
        Ok(spelled::duration(&text).unwrap_or_default())
    }
}

/// Whether an image is named with its tag or digest.
fn is_whole(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or(image);
    image.contains('@') || last.contains(':')
}
