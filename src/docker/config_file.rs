//! Docker's own configuration: `config.json` in `$DOCKER_CONFIG` or `~/.docker`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;

/// Longest file that is read, in bytes.
const MOST: u64 = 1024 * 1024;

/// What of it is used here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigFile {
    /// The context in use.
    pub current_context: Option<String>,
    /// Logins by registry.
    pub auths: BTreeMap<String, Auth>,
    /// Programs that know the logins of one registry each: `docker-credential-<name>`.
    pub cred_helpers: BTreeMap<String, String>,
    /// The program that knows all the others.
    pub creds_store: Option<String>,
    /// Proxies for containers and builds, by engine; `default` for all others.
    pub proxies: BTreeMap<String, Proxies>,
}

/// A login as it is written.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Auth {
    /// `user:password` in base64.
    pub auth: Option<SecretString>,
    /// A token in the place of a password.
    #[serde(alias = "identitytoken")]
    pub identity_token: Option<SecretString>,
    /// A token of the registry.
    #[serde(alias = "registrytoken")]
    pub registry_token: Option<SecretString>,
}

/// Proxies as they are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Proxies {
    /// For HTTP.
    pub http_proxy: Option<String>,
    /// For HTTPS.
    pub https_proxy: Option<String>,
    /// For FTP.
    pub ftp_proxy: Option<String>,
    /// For everything else.
    pub all_proxy: Option<String>,
    /// For which hosts there is none.
    pub no_proxy: Option<String>,
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
