//! Ports and variables of the local processes (cli.md 3.2).

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::project::Disk;
use crate::compose::{self, Variables};
use crate::dev::project::Project;
use crate::dev::settings::{Service, Settings};

/// Where the services are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// Port of core.
    pub core: u16,
    /// Port of the UI.
    pub ui: u16,
    /// Port of the database.
    pub mongodb: u16,
}

impl Addresses {
    /// Those that are set for the project, or asked for.
    pub fn of(asked: &[(String, u16)], settings: &Settings) -> Result<Self, Failure> {
        let set = |service| settings.service(service).port;
        let mut all = Self { core: set(Service::Core), ui: set(Service::Ui), mongodb: set(Service::Mongodb) };
        for (service, port) in asked {
            match service.as_str() {
                "core" => all.core = *port,
                "ui" => all.ui = *port,
                other => {
                    let message = format!("no port of {} can be chosen", other.escape_debug());
                    return Err(Failure::new(ExitCode::Usage, Code::ServiceUnknown, message)
                        .hint("--port core=3100 or --port ui=3101"));
                }
            }
        }
        Ok(all)
    }

    /// The variables of a service, weakest first: `.env`, the keys of the project, what is set for the service, what
    /// follows from the ports, what was asked for.
    pub fn environment(
        self,
        service: Service,
        project: &Project,
        settings: &Settings,
        asked: &[(String, String)],
    ) -> Vec<(String, String)> {
        let Self { core, ui, .. } = self;
        let root = project.root().to_string_lossy().into_owned();
        let read = |files: &[String]| {
            compose::variables(Variables::default(), files, &root, &Disk).unwrap_or_default().into_iter()
        };
        // The user's own variables are there anyway: a process has them from us, and they go before `.env`.
        let mut all: Vec<(String, String)> =
            read(&[]).filter(|(name, _)| std::env::var_os(name).is_none()).collect();
        if service == Service::Core {
            all.extend(read(&[project.folder().secrets().to_string_lossy().into_owned()]));
        }
        let own = &settings.service(service).environment;
        all.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut put = |name: &str, value: String| all.push((name.to_owned(), value));
        match service {
            Service::Ui => put("NEXT_PUBLIC_API_URL", format!("http://localhost:{core}/v1/api")),
            Service::Core | Service::Mongodb => {
                for prefix in ["KUBEORCH_", ""] {
                    put(&format!("{prefix}PORT"), core.to_string());
                    put(&format!("{prefix}BASE_URL"), format!("http://localhost:{core}"));
                    put(&format!("{prefix}FRONTEND_URL"), format!("http://localhost:{ui}"));
                    put(&format!("{prefix}CORS_ALLOWED_ORIGINS"), format!("http://localhost:{ui}"));
                }
            }
        }
        all.extend_from_slice(asked);
        all
    }

    /// Where the database of core's checkout is; core within this program has a store of its own.
    pub fn database(self, settings: &Settings) -> [(String, String); 2] {
        let address = format!("mongodb://localhost:{}/{}", self.mongodb, settings.database);
        ["KUBEORCH_MONGO_URI", "MONGO_URI"].map(|name| (name.to_owned(), address.clone()))
    }
}

/// `SERVICE=PORT`.
pub fn port(text: &str) -> Result<(String, u16), String> {
    let (service, port) = text.split_once('=').ok_or("use SERVICE=PORT")?;
    match port.parse() {
        Ok(port @ 1..) => Ok((service.to_owned(), port)),
        Ok(0) | Err(_) => Err("a port is a number from 1 to 65535".to_owned()),
    }
}

/// `NAME=value`.
pub fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("use NAME=value".to_owned()),
    }
}
