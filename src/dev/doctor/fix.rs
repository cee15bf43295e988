//! What can be put right here, and taken back (cli.md 3.9, `--fix`).

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use super::Scene;
use crate::dev::files::{self, Audience};
use crate::dev::project::text_of;
use crate::dev::registry::{self, Registry};
use crate::dev::settings::{Mode, Overrides};
use crate::docker;
use crate::docker::models::NetworkCreateRequest;

/// Something that can be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Automatic {
    /// The project is put into the user's file.
    Register,
    /// A network that the stack uses and does not make is made.
    CreateNetwork(String),
    /// The lock that a process left which is gone is taken away.
    FreeLock,
    /// Files that nobody edited are written as this version writes them.
    Regenerate(Vec<Mode>),
    /// Another of Docker's contexts becomes the one in use.
    SwitchContext(String),
}

impl fmt::Display for Automatic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register => f.write_str("register the project"),
            Self::CreateNetwork(name) => write!(f, "create the network {name}"),
            Self::FreeLock => f.write_str("take the left lock away"),
            Self::Regenerate(modes) => {
                let files: Vec<&str> = modes.iter().map(|mode| mode.file()).collect();
                write!(f, "write {} anew", files.join(", "))
            }
            Self::SwitchContext(name) => write!(f, "make {name} Docker's context in use"),
        }
    }
}

/// Why something could not be put right.
#[derive(Debug, thiserror::Error)]
pub enum Unfixed {
    /// The user's file.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] docker::Error),
    /// A file.
    #[error("a file cannot be written")]
    File(#[from] io::Error),
}

/// Notes the context in use in Docker's configuration, whose other members stay.
fn use_context(path: &Path, name: &str) -> io::Result<()> {
    let text = text_of(path)?.unwrap_or_else(|| "{}".to_owned());
    let mut config: Value = serde_json::from_str(&text).map_err(io::Error::other)?;
    let members = config.as_object_mut().ok_or_else(|| io::Error::other("it is no object"))?;
    members.insert("currentContext".to_owned(), Value::from(name));
    let text = serde_json::to_string_pretty(&config).map_err(io::Error::other)? + "\n";
    files::replace(path, text.as_bytes(), Audience::Owner)
}

/// Puts one thing right.
pub async fn fix(what: &Automatic, scene: &Scene, registry: &Registry) -> Result<(), Unfixed> {
    match what {
        Automatic::Register => {
            if let Some(mut project) = scene.project.clone() {
                project.note_use(registry, Timestamp::now())?;
            }
        }
        Automatic::CreateNetwork(name) => {
            if let Ok(engine) = &scene.engine {
                let driver = Some("bridge".to_owned());
                let labels = Some(HashMap::new());
                let name = name.clone();
                engine
                    .create_network(NetworkCreateRequest { name, driver, labels, ..Default::default() })
                    .await?;
            }
        }
        Automatic::FreeLock => {
            if let Some(project) = &scene.project {
                crate::dev::lock::free_left(&project.folder().lock())?;
            }
        }
        Automatic::Regenerate(modes) => {
            if let Some(project) = &scene.project
                && let Ok(settings) =
                    project.settings(&Overrides::NONE, &|name| scene.environment.get(name).map(str::to_owned))
                && let Ok(name) = project.compose_name(&settings)
            {
                project.write_compose_files(modes, &name, &settings, false)?;
            }
        }
        Automatic::SwitchContext(name) => {
            if let Some(folder) = scene.environment.docker_folder() {
                use_context(&folder.join("config.json"), name)?;
            }
        }
    }
    Ok(())
}
