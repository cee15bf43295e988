//! What the reference's stack left on the engine, and how its data goes on in ours (cli.md 5.5).
//!
//! Nothing of it is removed unless somebody says so, and its volumes never are: they are declared as made by somebody
//! else, and used as they are.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use thiserror::Error;

use super::files::{self, Audience};
use super::project::text_of;
use super::settings::{self, EditError, Mode};
use crate::docker::{self, Engine, label};

/// The file that says which volumes are used, laid on the mode's.
pub const FILE: &str = "orchcli.override.yaml";

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Containers, by name, those first that others need last.
    pub containers: Vec<String>,
    /// Volumes, by name.
    pub volumes: Vec<String>,
}

/// Why the data cannot be taken over.
#[derive(Debug, Error)]
pub enum Error {
    /// The engine did not do it.
    #[error(transparent)]
    Engine(#[from] docker::Error),
    /// The file cannot be read or written.
    #[error("{} cannot be written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file cannot be changed in place.
    #[error("{} cannot be changed", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: EditError,
    },
}

impl Leftovers {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.containers.is_empty() && self.volumes.is_empty()
    }
}

/// Looks for what the reference made. Containers that are ours are not.
pub async fn find(engine: &Engine) -> Result<Leftovers, docker::Error> {
    let mut found = Leftovers::default();
    for service in ["ui", "core", "mongodb"] {
        for suffix in ["", "-dev", "-hybrid"] {
            let name = format!("kubeorchestra-{service}{suffix}");
            let Some(container) = engine.inspect(&name).await? else { continue };
            let labels = container.config.and_then(|config| config.labels).unwrap_or_default();
            if !labels.contains_key(label::MANAGED) {
                found.containers.push(name);
            }
        }
    }
    let volumes = engine.volumes().await?.into_iter().map(|volume| volume.name);
    found.volumes = volumes.filter(|name| name.starts_with("kubeorchestra_mongodb_")).collect();
    found.volumes.sort();
    Ok(found)
}

/// Stops and removes the containers; the volumes stay.
pub async fn remove_containers(
    engine: &Engine,
    leftovers: &Leftovers,
    grace: Duration,
) -> Result<(), docker::Error> {
    for name in &leftovers.containers {
        engine.stop(name, Some(grace)).await?;
        engine.remove(name, false).await?;
    }
    Ok(())
}

/// Declares the volumes that the reference had in this mode, as far as they are there, so that our database goes on with
/// them. The file it says so in; nothing when there is nothing to go on with.
pub fn declare(root: &Path, mode: Mode, leftovers: &Leftovers) -> Result<Option<PathBuf>, Error> {
    let path = root.join(FILE);
    let file = |source| Error::File { path: path.clone(), source };
    let before = text_of(&path).map_err(file)?.unwrap_or_default();
    let mut text = before.clone();
    for (volume, name) in volumes_of(mode) {
        if leftovers.volumes.contains(&name) {
            for (member, value) in [("external", Value::Bool(true)), ("name", json!(name))] {
                let at = ["volumes", volume, member].map(str::to_owned);
                text = settings::set(&text, &at, &value)
                    .map_err(|source| Error::Form { path: path.clone(), source })?;
            }
        }
    }
    if text == before {
        return Ok(None);
    }
    files::replace(&path, text.as_bytes(), Audience::All).map_err(file)?;
    Ok(Some(path))
}

/// Our volumes, and what the reference calls them in a mode.
fn volumes_of(mode: Mode) -> [(&'static str, String); 2] {
    let suffix = match mode {
        Mode::Production => "",
        Mode::Development => "_dev",
        Mode::UiDev | Mode::CoreDev => "_hybrid",
    };
    ["data", "config"].map(|what| match what {
        "data" => ("mongodb_data", format!("kubeorchestra_mongodb_data{suffix}")),
        _ => ("mongodb_config", format!("kubeorchestra_mongodb_config{suffix}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_volumes_of_the_mode_are_declared_beside_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, "# mine\nservices:\n  core: {user: me}\n").unwrap();
        let volumes = ["kubeorchestra_mongodb_data", "kubeorchestra_mongodb_data_hybrid"].map(str::to_owned);
        let leftovers = Leftovers { containers: Vec::new(), volumes: volumes.to_vec() };
        assert_eq!(declare(folder.path(), Mode::Development, &leftovers).unwrap(), None);
        assert_eq!(declare(folder.path(), Mode::CoreDev, &leftovers).unwrap(), Some(path.clone()));
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "# mine\nservices:\n  core: {user: me}\nvolumes:\n  mongodb_data:\n    external: true\n    \
             name: kubeorchestra_mongodb_data_hybrid\n"
        );
        assert_eq!(declare(folder.path(), Mode::CoreDev, &leftovers).unwrap(), None, "it says so already");
    }
}
