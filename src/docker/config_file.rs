//! Docker's own configuration: `config.json` in `$DOCKER_CONFIG` or `~/.docker`.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;

/// Longest file that is read, in bytes.
const MOST: u64 = 1024 * 1024;

/// What of it is used here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigFile {
    /// The context in use.
    pub current_context: Option<String>,
}

impl ConfigFile {
    /// Reads the file of this folder; an absent one says nothing.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        Ok(json(&folder.join("config.json"))?.unwrap_or_default())
    }
}

/// Reads a JSON file of Docker's; `None` when it is not there.
pub fn json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let unusable = |why: String| Error::File { path: path.to_owned(), why };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unusable(error.to_string())),
    };
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text).map_err(|error| unusable(error.to_string()))?;
    // The words of the parser would repeat what may be a secret; its place is enough.
    serde_json::from_str(&text).map(Some).map_err(|error| {
        unusable(format!("line {}, column {} is not what Docker writes there", error.line(), error.column()))
    })
}
