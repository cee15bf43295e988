//! Which project is meant (cli.md 4.4).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use super::FILE;
use crate::dev::folder;
use crate::dev::registry::Contents;

/// What a project is looked for by.
#[derive(Debug)]
pub struct Search<'a> {
    /// Where the user is.
    pub here: &'a Path,
    /// What `--project` or its variable says: a name or a folder.
    pub named: Option<&'a str>,
    /// The user's file.
    pub contents: &'a Contents,
}

/// A project's folder and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The folder, canonical.
    pub root: PathBuf,
    /// How.
    pub by: By,
}

/// How a project was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// It was named.
    Name,
    /// `orchcli.yaml` or `.orchcli/` is in it.
    Marker,
    /// It is in the user's file.
    Registered,
    /// The user is in a checkout that belongs to it.
    Checkout,
    /// A Compose file was named that is in it.
    File,
    /// It is the user's current one; nothing of it is where the user is.
    Current,
}

/// Why the project that was named is none.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Nothing has that name.
    #[error("there is no project {0}")]
    Unknown(String),
    /// More than one has that name.
    #[error("several projects are called {name}")]
    Ambiguous {
        /// The name.
        name: String,
        /// Their folders.
        roots: Vec<String>,
    },
    /// The folder is there and is no project.
    #[error("{} is no project: it has neither orchcli.yaml nor .orchcli, and is not registered", .0.display())]
    NotOne(PathBuf),
    /// The folder cannot be looked at.
    #[error("{} cannot be looked at", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// The project that is named; else the one the user is in. The current one is for the caller to fall back to.
pub fn find(search: &Search<'_>) -> Result<Option<Found>, Error> {
    if let Some(named) = search.named {
        return name(named, search).map(|root| Some(Found { root, by: By::Name }));
    }
    let here = canonical(search.here)?;
    let found = |root: &Path, by| Some(Found { root: root.to_owned(), by });
    if let Some(root) = here.ancestors().find(|folder| is_marked(folder)) {
        return Ok(found(root, By::Marker));
    }
    let registered =
        |folder: &&Path| folder.to_str().is_some_and(|key| search.contents.projects.contains_key(key));
    if let Some(root) = here.ancestors().find(registered) {
        return Ok(found(root, By::Registered));
    }
    Ok(checkout(&here, search.contents).map(|root| Found { root, by: By::Checkout }))
}

/// The project whose checkout the folder is in; the innermost when checkouts are within each other.
fn checkout(here: &Path, contents: &Contents) -> Option<PathBuf> {
    let checkouts = contents.projects.iter().flat_map(|(key, entry)| {
        [&entry.ui_path, &entry.core_path].into_iter().flatten().map(move |path| (key, path))
    });
    let around = checkouts.filter_map(|(key, path)| {
        let path = fs::canonicalize(path).ok().filter(|path| here.starts_with(path))?;
        Some((path.components().count(), key))
    });
    around.max_by_key(|(depth, _)| *depth).map(|(_, key)| PathBuf::from(key))
}

fn name(named: &str, search: &Search<'_>) -> Result<PathBuf, Error> {
    let called = |wanted: &&String| {
        let entry = &search.contents.projects[*wanted];
        entry.name.as_deref() == Some(named) || entry.compose_project.as_deref() == Some(named)
    };
    let is_path = named.contains(std::path::is_separator) || matches!(named, "." | "..");
    let roots: Vec<&String> =
        if is_path { Vec::new() } else { search.contents.projects.keys().filter(called).collect() };
    match roots[..] {
        [root] => return Ok(PathBuf::from(root)),
        [] => {}
        _ => {
            let roots = roots.into_iter().cloned().collect();
            return Err(Error::Ambiguous { name: named.to_owned(), roots });
        }
    }
    let path = search.here.join(named);
    if !path.is_dir() {
        return Err(Error::Unknown(named.to_owned()));
    }
    let root = canonical(&path)?;
    let registered = root.to_str().is_some_and(|key| search.contents.projects.contains_key(key));
    if registered || is_marked(&root) { Ok(root) } else { Err(Error::NotOne(root)) }
}

fn canonical(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path)
        .map(without_prefix)
        .map_err(|source| Error::Unreadable { path: path.to_owned(), source })
}

/// Windows writes canonical paths with `\\?\`, which the user's file does not (cli.md 4.2).
fn without_prefix(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")).filter(|text| !text.starts_with("UNC\\"))
    {
        Some(text) if cfg!(windows) => PathBuf::from(text),
        _ => path,
    }
}

/// Whether it says itself that it is a project.
fn is_marked(root: &Path) -> bool {
    root.join(FILE).is_file() || folder::is_ours(&root.join(folder::NAME))
}
