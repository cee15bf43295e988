//! `.orchcli/state.json`: what was chosen for the project, to be chosen again, and how long it took (cli.md 4.3, 4.5).

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::files::{self, Audience};
use super::folder::Folder;
use super::ports::Further;

/// What was chosen. Written only by who holds the lock of the project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// Ports by service, where the wanted ones were taken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ports: BTreeMap<String, u16>,
    /// The same of the further ports of services.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub further_ports: Further,
    /// Where the UI's container is published, when the usual port was taken (cli.md 5.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_container_port: Option<u16>,
    /// How long the steps of each command took, in milliseconds, the newest last (cli.md 9.5).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub durations: BTreeMap<String, BTreeMap<String, Vec<u64>>>,
    /// What other parts keep.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl State {
    /// What is in the folder. One that cannot be read is as good as none: everything in it can be chosen anew.
    pub fn read(folder: &Folder) -> Self {
        Self::checked(folder).unwrap_or_default()
    }

    /// What is in the folder, or why it cannot be read.
    pub fn checked(folder: &Folder) -> io::Result<Self> {
        match std::fs::read(folder.state()) {
            Ok(text) => Ok(serde_json::from_slice(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Keeps it.
    pub fn write(&self, folder: &Folder) -> io::Result<()> {
        folder.prepare()?;
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)? + "\n";
        let path: &Path = &folder.state();
        files::replace(path, text.as_bytes(), Audience::Owner)
    }

    /// The values it has for keys of the settings.
    pub(super) fn values(&self) -> BTreeMap<String, Value> {
        let ports = self.ports.iter();
        ports.map(|(service, port)| (format!("services.{service}.port"), Value::from(*port))).collect()
    }
}
