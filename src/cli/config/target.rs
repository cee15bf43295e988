//! The file that a value goes into.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access};
use crate::cli::registry;
use crate::dev::files::{self, Audience};
use crate::dev::folder::Folder;
use crate::dev::lock;
use crate::dev::project::{Error, FILE, text_of};
use crate::dev::registry::Registry;
use crate::dev::settings::{self, EditError, File, Scope};

/// Longest wait for somebody else who changes the same file.
const PATIENCE: Duration = Duration::from_secs(10);

/// The user's file, or a project's.
pub enum Target {
    /// The user's.
    User(Registry),
    /// `orchcli.yaml` of the project at this folder.
    Project { root: PathBuf, path: PathBuf },
}

impl Target {
    /// The file of a scope.
    pub fn of(scope: Scope, global: &Global, output: &mut Output) -> Result<Self, Failure> {
        match scope {
            Scope::User => {
                registry::open(&global.compose).map(Self::User).map_err(|error| registry::failure(&error))
            }
            Scope::Project => {
                let access = Access::Mutating { dry_run: global.work.dry_run };
                let (found, _) = project::locate(&global.compose, access, None, output)?;
                let path = found.root.join(FILE);
                Ok(Self::Project { root: found.root, path })
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        match self {
            Self::User(registry) => registry.path(),
            Self::Project { path, .. } => path,
        }
    }

    /// What it says now.
    pub fn value(&self, path: &[String]) -> Result<Option<Value>, Failure> {
        let document = match self {
            Self::User(registry) => {
                let contents = registry.read().map_err(|error| registry::failure(&error))?.contents;
                serde_json::to_value(&contents).unwrap_or_default()
            }
            Self::Project { path, .. } => document(&self.text()?, path)?,
        };
        let value = path.iter().fold(&document, |at, name| &at[name.as_str()]).clone();
        Ok(Some(value).filter(|value| !value.is_null()))
    }

    /// Whether it could be changed.
    pub fn foresee(&self, path: &[String], value: Option<Value>) -> Result<(), Failure> {
        match self {
            Self::User(registry) => {
                let mut contents = registry.read().map_err(|error| registry::failure(&error))?.contents;
                contents.change(path, value).map_err(|error| registry::failure(&error))
            }
            Self::Project { .. } => self.edited(path, value.as_ref()).map(drop),
        }
    }

    /// Changes it; what it said before comes back.
    pub fn change(&self, path: &[String], value: Option<Value>) -> Result<Option<Value>, Failure> {
        match self {
            Self::User(registry) => {
                let changed = registry.update(|contents| {
                    let document = serde_json::to_value(&*contents).unwrap_or_default();
                    let before = path.iter().fold(&document, |at, name| &at[name.as_str()]).clone();
                    contents.change(path, value).map(|()| Some(before).filter(|before| !before.is_null()))
                });
                changed.and_then(|changed| changed).map_err(|error| registry::failure(&error))
            }
            Self::Project { root, path: file } => {
                let folder = Folder::of(root);
                folder.prepare().map_err(|error| project::unwritable(folder.path(), &error))?;
                let lock = folder.path().join("config.lock");
                let _lock = lock::take(&lock, "config set", PATIENCE, |_| {}).map_err(|error| {
                    Failure::new(
                        ExitCode::Conflict,
                        Code::ConfigLocked,
                        "the project's configuration is in use",
                    )
                    .because(&error)
                })?;
                let before = self.value(path)?;
                let text = self.edited(path, value.as_ref())?;
                if text != self.text()? {
                    files::replace(file, text.as_bytes(), Audience::All)
                        .map_err(|error| project::unwritable(file, &error))?;
                }
                Ok(before)
            }
        }
    }

    /// The project file as it would be; it must be one before and after.
    fn edited(&self, path: &[String], value: Option<&Value>) -> Result<String, Failure> {
        let text = self.text()?;
        self.checked(&text)?;
        let edited = match value {
            Some(value) => settings::set(&text, path, value),
            None => settings::unset(&text, path),
        };
        let edited = edited.map_err(|error| self.not_edited(&error))?;
        self.checked(&edited)?;
        Ok(edited)
    }

    /// What the project file holds.
    pub fn text(&self) -> Result<String, Failure> {
        let path = self.path();
        match text_of(path) {
            Ok(text) => Ok(text.unwrap_or_default()),
            Err(source) => Err(project::unusable(&Error::Unreadable { path: path.to_owned(), source })),
        }
    }

    fn checked(&self, text: &str) -> Result<(), Failure> {
        let path = self.path().to_owned();
        File::parse(text).map(drop).map_err(|findings| project::unusable(&Error::Invalid { path, findings }))
    }

    fn not_edited(&self, error: &EditError) -> Failure {
        let message = format!("{} cannot be changed in place", self.path().display());
        Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message)
            .because(error)
            .hint("orchcli config edit")
    }
}

fn document(text: &str, path: &Path) -> Result<Value, Failure> {
    if File::parse(text).is_ok_and(|file| file.is_empty()) {
        return Ok(Value::Null);
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let message = format!("{} cannot be read", path.display());
        Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message).because(&error)
    })
}
