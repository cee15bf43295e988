//! A project: a folder with `orchcli.yaml` or `.orchcli/`, and what is known of it (cli.md 4).

mod find;
mod folder;
mod mode;

pub use find::{By, Error as FindError, Found, Search, find};
pub use folder::Folder;
pub use mode::{Mode, UnknownMode};

use std::path::{Path, PathBuf};

use jiff::{Timestamp, ToSpan as _};

use super::registry::{self, Entry, Registry};

/// Name of the project file.
pub const FILE: &str = "orchcli.yaml";

/// A service that can be run from a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkout {
    /// The UI.
    Ui,
    /// Core.
    Core,
}

/// A project, as commands work on it.
#[derive(Debug, Clone)]
pub struct Project {
    root: PathBuf,
    by: By,
    entry: Option<Entry>,
}

impl Project {
    /// The project that was found.
    pub fn of(found: Found, contents: &registry::Contents) -> Self {
        let entry = found.root.to_str().and_then(|root| contents.projects.get(root)).cloned();
        Self { root: found.root, by: found.by, entry }
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

    /// Its `.orchcli/`.
    pub fn folder(&self) -> Folder {
        Folder::of(&self.root)
    }

    /// Where a checkout of one of its services is, there or not.
    pub fn checkout(&self, service: Checkout) -> PathBuf {
        let entry = self.entry.as_ref();
        let (registered, usual) = match service {
            Checkout::Ui => (entry.and_then(|entry| entry.ui_path.as_deref()), "ui"),
            Checkout::Core => (entry.and_then(|entry| entry.core_path.as_deref()), "core"),
        };
        self.root.join(registered.unwrap_or(usual))
    }

    /// The mode that follows from the checkouts that are there (cli.md 3.3).
    pub fn mode_of_disk(&self) -> Mode {
        let is_there = |service| self.checkout(service).is_dir();
        Mode::of(is_there(Checkout::Ui), is_there(Checkout::Core))
    }

    /// What the user calls it: the name in the user's file, else its folder's.
    pub fn name(&self) -> String {
        let registered = self.entry.as_ref().and_then(|entry| entry.name.clone());
        registered.unwrap_or_else(|| folder_name(&self.root))
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
        let new = self.new_entry(now);
        self.entry = Some(registry.update(|contents| {
            let entry = contents.projects.entry(key.to_owned()).or_insert(new);
            entry.last_used_at = Some(to_the_second(now));
            entry.clone()
        })?);
        Ok(())
    }

    /// What the user's file would say of it.
    pub fn new_entry(&self, now: Timestamp) -> Entry {
        Entry {
            path: self.root.to_string_lossy().into_owned(),
            name: Some(folder_name(&self.root)),
            created_at: Some(to_the_second(now)),
            ..Entry::default()
        }
    }
}

fn to_the_second(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn folder_name(root: &Path) -> String {
    root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned())
}
