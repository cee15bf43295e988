//! What of the environment says where an engine is.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Variables of a process.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Those of this process that are text.
    pub fn of_process() -> Self {
        let texts = std::env::vars_os();
        Self(
            texts
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// With these where none of their name is set, in upper or lower case.
    #[must_use]
    pub fn or(mut self, others: Vec<(String, String)>) -> Self {
        for (name, value) in others {
            if self.get(&name).is_none() && self.get(&name.to_lowercase()).is_none() {
                self.0.insert(name, value);
            }
        }
        self
    }

    /// The value of a variable; an empty one says nothing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The user's folder.
    pub fn home(&self) -> Option<PathBuf> {
        self.get(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from)
    }

    /// The folder of Docker's configuration.
    pub fn docker_folder(&self) -> Option<PathBuf> {
        self.get("DOCKER_CONFIG").map(PathBuf::from).or_else(|| Some(self.home()?.join(".docker")))
    }

    /// The folder with the certificates, when a named engine at a port is reached by TLS.
    pub fn tls(&self) -> Option<PathBuf> {
        self.get("DOCKER_TLS_VERIFY")?;
        self.get("DOCKER_CERT_PATH").map(PathBuf::from).or_else(|| self.docker_folder())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}
