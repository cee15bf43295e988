//! The user's own file: the projects of this machine, and defaults (cli.md 4.1, 4.2, 4.6).
//!
//! It is only ever changed by [`Registry::update`]: read, change, write, under a lock; and replaced as a whole, so that
//! readers need no lock.

mod document;
mod error;
mod import;
mod location;

pub use document::{Contents, Credential, Defaults, Entry, Git, Proxy, VERSION};
pub use error::Error;
pub use location::{Form, Location, Surroundings, locate};

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::files::{self, Audience};
use super::lock::{self, Lock};

/// Longest wait for another writer (cli.md 4.6).
const PATIENCE: Duration = Duration::from_secs(10);

/// Largest file that is read, in bytes.
const LIMIT: u64 = 4 * 1024 * 1024;

/// What was taken over from the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its file.
    pub from: PathBuf,
    /// The projects that ours did not have.
    pub added: Vec<String>,
}

/// The user's file at its place.
#[derive(Debug, Clone)]
pub struct Registry {
    location: Location,
}

/// What was read, and what is to be told about it.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// The projects and defaults.
    pub contents: Contents,
    /// The reference's file they were taken from, when there is none of ours yet.
    pub imported: Option<PathBuf>,
    /// Whether a newer version wrote it: it is used as far as it is known, and not changed.
    pub newer: bool,
}

impl Registry {
    /// The registry at this place.
    pub fn at(location: Location) -> Self {
        Self { location }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.location.path
    }

    /// Whether a text could be its content; else why not.
    pub fn check(&self, text: &str) -> Result<(), String> {
        document::parse(text, self.location.form).map(drop)
    }

    /// What it says. Without a file of ours, what the reference's says.
    pub fn read(&self) -> Result<Read, Error> {
        let Some(text) = self.text()? else {
            let Some((imported, contents)) = import::find(&self.location.legacy) else {
                return Ok(Read::default());
            };
            return Ok(Read { contents, imported: Some(imported), newer: false });
        };
        let contents = self.parse(&text)?;
        Ok(Read { newer: contents.version > VERSION, contents, imported: None })
    }

    /// Changes it, seeing what others wrote before; what `change` gives comes back. What did not change is not written.
    pub fn update<T>(&self, change: impl FnOnce(&mut Contents) -> T) -> Result<T, Error> {
        let _lock = self.lock()?;
        let path = self.path();
        files::sweep(path);
        let read = self.read()?;
        if read.newer {
            return Err(Error::Newer { path: path.to_owned(), version: read.contents.version });
        }
        let mut contents = read.contents.clone();
        let given = change(&mut contents);
        if contents == read.contents && read.imported.is_none() {
            return Ok(given);
        }
        let before = self.text()?;
        let after = document::print(&contents, self.location.form, before.as_deref())?;
        if before.is_some() {
            self.keep_backup()?;
        }
        write(path, &after)?;
        Ok(given)
    }

    /// Takes over what the reference's file has and ours has not; with `keep`, only tells what it would.
    pub fn migrate(&self, keep: bool) -> Result<Option<Migration>, Error> {
        let Some((from, found)) = import::first(&self.location.legacy)? else { return Ok(None) };
        let merge = |contents: &mut Contents| {
            let mut added = Vec::new();
            for (path, entry) in &found.projects {
                if !contents.projects.contains_key(path) {
                    contents.projects.insert(path.clone(), entry.clone());
                    added.push(path.clone());
                }
            }
            added
        };
        // Without a file of ours, everything in it is taken over already.
        let had = self.text()?.is_some();
        let none = |added: Vec<String>| if had { added } else { found.projects.keys().cloned().collect() };
        let added = if keep { merge(&mut self.read()?.contents) } else { self.update(merge)? };
        Ok(Some(Migration { from, added: none(added) }))
    }

    /// Whether it can be changed at all: for who wants to know before other things are.
    pub fn check_writable(&self) -> Result<(), Error> {
        let _lock = self.lock()?;
        if self.read()?.newer {
            return self.update(|_| ());
        }
        let probe = self.beside(".probe");
        write(&probe, "")?;
        fs::remove_file(&probe).map_err(|source| Error::Unwritable { path: probe, source })
    }

    fn lock(&self) -> Result<Lock, Error> {
        let unwritable = |source| Error::Unwritable { path: self.path().to_owned(), source };
        if let Some(folder) = self.path().parent() {
            files::private_folder(folder).map_err(unwritable)?;
        }
        lock::take(&self.beside(".lock"), &command(), PATIENCE, |_| {}).map_err(|error| match error {
            lock::Error::Held { path, holder } => Error::Locked { path, holder },
            lock::Error::Unusable { source, .. } => unwritable(source),
        })
    }

    fn text(&self) -> Result<Option<String>, Error> {
        let path = self.path();
        if let Some(other) = &self.location.other {
            return Err(Error::Two { first: path.to_owned(), second: other.clone() });
        }
        match bounded(path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(error) => Err(self.corrupt(error.as_bytes(), "is not UTF-8 text".to_owned())),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Unreadable { path: path.to_owned(), source }),
        }
    }

    fn parse(&self, text: &str) -> Result<Contents, Error> {
        document::parse(text, self.location.form).map_err(|why| self.corrupt(text.as_bytes(), why))
    }

    /// Keeps a copy, so that whatever is done about the file next, nothing of it is lost.
    fn corrupt(&self, bytes: &[u8], why: String) -> Error {
        let path = self.path().to_owned();
        Error::Corrupt { copy: self.keep_copy(bytes), path, why }
    }

    /// The file as it is gets a second name, which stays when the first goes to the new one; where files have one name
    /// only, it is copied.
    fn keep_backup(&self) -> Result<(), Error> {
        let (backup, draft) = (self.beside(".bak"), self.beside(".bak.new"));
        let real = fs::canonicalize(self.path()).unwrap_or_else(|_| self.path().to_owned());
        let _ = fs::remove_file(&draft);
        fs::hard_link(&real, &draft)
            .or_else(|_| fs::copy(&real, &draft).map(drop))
            .and_then(|()| fs::rename(&draft, &backup))
            .map_err(|source| Error::Unwritable { path: backup, source })
    }

    /// The copy: the one there is already when it is the same.
    fn keep_copy(&self, bytes: &[u8]) -> Option<PathBuf> {
        let prefix = self.beside(".corrupt-");
        let name = prefix.file_name()?.to_str()?.to_owned();
        let kept = fs::read_dir(prefix.parent()?).ok()?.flatten().map(|entry| entry.path()).find(|path| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|found| found.starts_with(&name))
                && fs::read(path).is_ok_and(|content| content == bytes)
        });
        kept.or_else(|| {
            let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
            let copy = self.beside(&format!(".corrupt-{now}"));
            files::replace(&copy, bytes, Audience::Owner).ok().map(|()| copy)
        })
    }

    /// The file's path with something after it.
    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path().as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    files::replace(path, text.as_bytes(), Audience::Owner)
        .map_err(|source| Error::Unwritable { path: path.to_owned(), source })
}

/// The command this process is, for who waits for it.
fn command() -> String {
    let words = std::env::args().skip(1).take_while(|word| !word.starts_with('-')).take(2);
    words.collect::<Vec<_>>().join(" ")
}

/// The bytes of a file within the limit.
fn bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    // A pipe would be waited for without end.
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "it is no file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        let why = format!("it is larger than {} MiB", LIMIT / 1024 / 1024);
        return Err(std::io::Error::new(ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}
