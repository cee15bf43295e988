//! A project: a folder with `orchcli.yaml` or `.orchcli/`, and what is known of it (cli.md 4).

mod find;
pub mod generated;
mod providers;
mod secrets;
mod variables;

pub use find::{By, Error as FindError, Found, Search, find};
pub use providers::{Missing, Provided};

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;
use thiserror::Error;

use super::folder::Folder;
use super::gateway;
use super::link;
use super::local::Running;
use super::ports::Further;
use super::registry::{self, Entry, Registry};
use super::settings::{File, Finding, Mode, Overrides, Resolver, Service, Settings, Unfit};
use super::state::State;
use crate::compose::{NameError, tidied_name};
use generated::{Filling, Outcome};

/// Name of the project file.
pub const FILE: &str = "orchcli.yaml";

/// Largest project file that is read, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// Why a project cannot be worked on.
#[derive(Debug, Error)]
pub enum Error {
    /// Its `orchcli.yaml` is wrong.
    #[error("{} has {} errors", path.display(), findings.len())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        findings: Vec<Finding>,
    },
    /// Its `orchcli.yaml` cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A project, as commands work on it.
#[derive(Debug, Clone)]
pub struct Project {
    root: PathBuf,
    by: By,
    entry: Option<Entry>,
    file: File,
    state: State,
    state_lost: Option<String>,
    values: BTreeMap<String, Value>,
    user: Value,
    proxy: registry::Proxy,
}

impl Project {
    /// The project that was found, with what its files and the user's say of it.
    pub fn open(found: Found, contents: &registry::Contents) -> Result<Self, Error> {
        let entry = found.root.to_str().and_then(|root| contents.projects.get(root)).cloned();
        let path = found.root.join(FILE);
        let file = match text_of(&path) {
            Ok(Some(text)) => File::parse(&text).map_err(|findings| Error::Invalid { path, findings })?,
            Ok(None) => File::default(),
            Err(source) => return Err(Error::Unreadable { path, source }),
        };
        let folder = Folder::of(&found.root);
        let (mut state, state_lost) = match State::checked(&folder) {
            Ok(state) => (state, None),
            Err(error) => (State::default(), Some(error.to_string())),
        };
        // While a `dev` runs, the stack is what that made of it.
        state.ports.extend(Running::read(&folder.run()).map(|running| running.ports).unwrap_or_default());
        let values = state.values();
        let user = serde_json::to_value(contents).unwrap_or_default();
        let proxy = contents.proxy.clone();
        Ok(Self { root: found.root, by: found.by, entry, file, state, state_lost, values, user, proxy })
    }

    /// Its folder, canonical.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// How it was found.
    pub fn by(&self) -> By {
        self.by
    }

    /// What the user's file says of it.
    pub fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    /// The ports that were chosen for it, by service.
    pub fn ports(&self) -> &BTreeMap<String, u16> {
        &self.state.ports
    }

    /// Where further ports of its services were put.
    pub fn further_ports(&self) -> &Further {
        &self.state.further_ports
    }

    /// Why what was chosen for it cannot be read, and counts as nothing.
    pub fn state_lost(&self) -> Option<&str> {
        self.state_lost.as_deref()
    }

    /// Its `.orchcli/`.
    pub fn folder(&self) -> Folder {
        Folder::of(&self.root)
    }

    /// What the user calls it: the name in the user's file, else its folder's.
    pub fn name(&self) -> String {
        let registered = self.entry.as_ref().and_then(|entry| entry.name.clone());
        registered.unwrap_or_else(|| folder_name(&self.root))
    }

    /// The name of its Compose project when no flag and no variable says one (cli.md 8.3).
    pub fn compose_name(&self, settings: &Settings) -> Result<String, NameError> {
        let registered = || self.entry.as_ref()?.compose_project.clone();
        match settings.name.clone().or_else(registered) {
            Some(name) => Ok(name),
            None => tidied_name(&folder_name(&self.root)),
        }
    }

    /// What the user's file says under `defaults`.
    pub fn user_default(&self, name: &str) -> Option<&str> {
        self.user["defaults"][name].as_str()
    }

    /// The proxies of the user's file.
    pub fn proxy(&self) -> &registry::Proxy {
        &self.proxy
    }

    /// Where each of its values comes from.
    pub fn resolver<'a>(
        &'a self,
        flags: &'a Overrides,
        variable: &'a dyn Fn(&str) -> Option<String>,
    ) -> Resolver<'a> {
        Resolver { flags, variable, state: &self.values, file: &self.file, user: &self.user }
    }

    /// Its settings.
    pub fn settings(
        &self,
        flags: &Overrides,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Settings, Unfit> {
        Settings::of(&self.resolver(flags, variable))
    }

    /// Where the UI's container is published while the gateway has the UI's port (cli.md 5.5).
    pub fn ui_container_port(&self, settings: &Settings) -> u16 {
        let usual = || gateway::container_port(settings.service(Service::Ui).port);
        self.state.ui_container_port.unwrap_or_else(usual)
    }

    /// Its Compose file of a mode: where it is, and what would be written into it.
    pub fn compose_file(&self, mode: Mode, name: &str, settings: &Settings) -> (PathBuf, String) {
        let environment: BTreeMap<Service, &IndexMap<String, String>> =
            settings.services.iter().map(|(service, settings)| (*service, &settings.environment)).collect();
        let filling = Filling { name, publish_mongodb: settings.publish_mongodb, environment: &environment };
        (self.root.join(generated::FOLDER).join(mode.file()), generated::body(mode, &filling))
    }

    /// Writes the Compose files of these modes, as far as nobody edited them.
    pub fn write_compose_files(
        &self,
        modes: &[Mode],
        name: &str,
        settings: &Settings,
        force: bool,
    ) -> io::Result<Vec<(PathBuf, Outcome)>> {
        let put = |mode: &Mode| {
            let (path, body) = self.compose_file(*mode, name, settings);
            link::within(&self.root, &path)?;
            let outcome = generated::put(&path, &body, force)?;
            Ok((path, outcome))
        };
        modes.iter().map(put).collect()
    }

    /// Makes the keys of its containers when there are none (cli.md 4.5).
    pub fn ensure_secrets(&self) -> io::Result<()> {
        secrets::ensure(&self.folder())
    }

    /// The keys of its containers, to be masked wherever they would be shown.
    pub fn secrets(&self) -> Vec<String> {
        secrets::values(&self.folder())
    }

    /// Notes in the user's file that something is done in it: it is registered if it was not, and its time of use is
    /// kept to the hour. A project that only `--file` names is not registered.
    pub fn note_use(&mut self, registry: &Registry, now: Timestamp) -> Result<(), registry::Error> {
        let (By::Name | By::Marker | By::Registered | By::Checkout | By::Current, Some(key)) =
            (self.by, self.root.to_str())
        else {
            return Ok(());
        };
        let recent = |entry: &Entry| entry.last_used_at.is_some_and(|used| now - 1.hour() < used);
        if self.entry.as_ref().is_some_and(recent) {
            return Ok(());
        }
        let new = new_entry(&self.root, now);
        self.entry = Some(registry.update(|contents| {
            let entry = contents.projects.entry(key.to_owned()).or_insert(new);
            entry.last_used_at = Some(to_the_second(now));
            entry.clone()
        })?);
        Ok(())
    }
}

/// What the user's file says of a project that it did not know.
pub fn new_entry(root: &Path, now: Timestamp) -> Entry {
    Entry {
        path: root.to_string_lossy().into_owned(),
        name: Some(folder_name(root)),
        created_at: Some(to_the_second(now)),
        ..Entry::default()
    }
}

/// The text of a project file, if there is one.
pub fn text_of(path: &Path) -> io::Result<Option<String>> {
    use io::Read as _;
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(LIMIT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LIMIT {
        let why = format!("it is larger than {} MiB", LIMIT / 1024 / 1024);
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(Some(text))
}

fn to_the_second(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn folder_name(root: &Path) -> String {
    root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned())
}
