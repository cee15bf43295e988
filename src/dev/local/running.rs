//! The `dev` that runs in a project, for other commands: `.orchcli/run/dev.json` (cli.md 3.2).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::dev::files::{Audience, replace};
use crate::dev::record::Supervisor;

/// Name of the file.
const FILE: &str = "dev.json";

/// A `dev` and what it runs. While it runs, the stack is what it made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// Its process.
    pub supervisor: Supervisor,
    /// The mode whose Compose file its containers are of.
    pub mode: String,
    /// How each service is provided.
    pub providers: BTreeMap<String, String>,
    /// The services that no container provides.
    pub without: Vec<String>,
    /// The ports that it was told to use, by service.
    #[serde(default)]
    pub ports: BTreeMap<String, u16>,
    /// What it gives core's container beside what the files do.
    #[serde(default)]
    pub variables: Vec<(String, String)>,
}

/// A [`Running`] that is told to others for as long as this lives.
#[derive(Debug)]
pub struct Announced(PathBuf);

impl Running {
    /// The one that runs now, if there is one.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = fs::read(folder.join(FILE)).ok()?;
        serde_json::from_slice(&text).ok().filter(|running: &Self| running.supervisor.is_alive())
    }

    /// Tells others of it.
    pub fn announce(&self, folder: &Path) -> io::Result<Announced> {
        fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        replace(&path, &serde_json::to_vec(self)?, Audience::Owner)?;
        Ok(Announced(path))
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        // Left behind, it tells of a process that is gone.
        let _ = fs::remove_file(&self.0);
    }
}
