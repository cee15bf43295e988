//! Where the user's file is (cli.md 4.1).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Error;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `config.json`.
    Json,
    /// `config.yaml`.
    Yaml,
}

/// A place for the user's file.
#[derive(Debug, Clone)]
pub struct Location {
    /// The file.
    pub path: PathBuf,
    /// How it is written.
    pub form: Form,
    /// A second one beside it, which must not be.
    pub other: Option<PathBuf>,
    /// Where the reference may have left its file.
    pub legacy: Vec<PathBuf>,
}

/// What the place follows from.
pub struct Surroundings<'a> {
    /// What `--user-config` or `ORCHCLI_CONFIG` says.
    pub named: Option<&'a Path>,
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// This program.
    pub program: Option<PathBuf>,
}

/// The place of the user's file.
pub fn locate(from: &Surroundings<'_>) -> Result<Location, Error> {
    let folder = |name: &str| (from.variable)(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = folder("HOME").or_else(|| folder("USERPROFILE"));
    if let Some(named) = from.named {
        let yaml = named.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let form = if yaml { Form::Yaml } else { Form::Json };
        let path = std::path::absolute(named).unwrap_or_else(|_| named.to_owned());
        return Ok(Location { path, form, other: None, legacy: Vec::new() });
    }
    let base = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        home.as_ref().map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")))
    };
    let folder = base.ok_or(Error::Homeless)?.join("orchcli");
    let (json, yaml) = (folder.join("config.json"), folder.join("config.yaml"));
    let (path, form, other) = match (json.exists(), yaml.exists()) {
        (true, true) => (json, Form::Json, Some(yaml)),
        (false, true) => (yaml, Form::Yaml, None),
        (_, false) => (json, Form::Json, None),
    };
    let beside = from.program.as_deref().and_then(Path::parent).map(Path::to_owned);
    let old = home.map(|home| home.join(".orchcli"));
    let legacy = beside.into_iter().chain(old).map(|folder| folder.join(super::import::NAME)).collect();
    Ok(Location { path, form, other, legacy })
}
