//! Ports and variables of the local processes (cli.md 3.2).

use std::ffi::OsStr;
use std::path::Path;

use crate::cli::args::ComposeFlags;
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
    /// Those that are set for the project.
    pub fn of(settings: &Settings) -> Self {
        let port = |service| settings.service(service).port;
        Self { core: port(Service::Core), ui: port(Service::Ui), mongodb: port(Service::Mongodb) }
    }

    /// What follows from them for a service.
    fn computed(self, service: Service, settings: &Settings) -> Vec<(String, String)> {
        let Self { core, ui, mongodb } = self;
        let pair = |name: &str, value: String| (name.to_owned(), value);
        match service {
            Service::Ui => vec![pair("NEXT_PUBLIC_API_URL", format!("http://localhost:{core}/v1/api"))],
            Service::Core | Service::Mongodb => {
                let database = &settings.database;
                let both = [
                    ("PORT", core.to_string()),
                    ("BASE_URL", format!("http://localhost:{core}")),
                    ("FRONTEND_URL", format!("http://localhost:{ui}")),
                    ("CORS_ALLOWED_ORIGINS", format!("http://localhost:{ui}")),
                    ("MONGO_URI", format!("mongodb://localhost:{mongodb}/{database}")),
                ];
                let both = both.into_iter().flat_map(|(name, value)| {
                    [(format!("KUBEORCH_{name}"), value.clone()), (name.to_owned(), value)]
                });
                both.chain([pair("MONGO_DB_NAME", database.clone())]).collect()
            }
        }
    }
}

/// What the variables of a local process come from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The project.
    pub project: &'a Project,
    /// What is set for it.
    pub settings: &'a Settings,
    /// The flags that name other files than `.env`.
    pub flags: &'a ComposeFlags,
    /// What was asked for.
    pub asked: &'a [(String, String)],
    /// Where the programs are that the checkouts need, when that is not where the user's are.
    pub path: Option<&'a OsStr>,
}

impl Sources<'_> {
    /// The variables of a service beside those of the user, weakest first: where its programs are, `.env`, the keys of
    /// the project, what is set for the service, what follows from the ports, what was asked for. The user's own are
    /// weaker than all.
    pub fn variables(&self, service: Service, at: Addresses) -> Result<Vec<(String, String)>, Failure> {
        let unset =
            |name: &str| std::env::var_os(name).is_none() && std::env::var_os(name.to_lowercase()).is_none();
        let proxies = self.project.proxy().variables().into_iter().filter(|(name, _)| unset(name));
        let path = self.path.map(|path| ("PATH".to_owned(), path.to_string_lossy().into_owned()));
        let mut all: Vec<(String, String)> = path.into_iter().chain(proxies).collect();
        all.extend(self.files()?);
        let secrets = self.project.folder().secrets();
        // With --dry-run they are not made.
        if service == Service::Core && secrets.is_file() {
            all.extend(self.read(&[text(&secrets)])?);
        }
        let own = &self.settings.service(service).environment;
        all.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
        all.extend(at.computed(service, self.settings));
        all.extend_from_slice(self.asked);
        Ok(all)
    }

    /// `.env`, or the files that are named in its place.
    fn files(&self) -> Result<Vec<(String, String)>, Failure> {
        let here = std::env::current_dir().unwrap_or_default();
        let named = self.flags.env_file.iter().map(|file| text(&here.join(file)));
        let mut files: Vec<String> = named.collect();
        if files.is_empty() {
            let set = self.settings.env_files.iter().flatten();
            files = set.map(|file| text(&self.project.root().join(file))).collect();
        }
        self.read(&files)
    }

    fn read(&self, files: &[String]) -> Result<Vec<(String, String)>, Failure> {
        let root = text(self.project.root());
        let variables = compose::variables(Variables::default(), files, &root, &Disk);
        variables.map(|variables| variables.into_iter().collect()).map_err(|findings| {
            let message = "the files of variables have an error";
            let mut failure = Failure::new(ExitCode::Invalid, Code::ComposeInvalid, message);
            failure.causes = findings.iter().map(ToString::to_string).collect();
            failure
        })
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// `NAME=value`.
pub fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("use NAME=value".to_owned()),
    }
}
