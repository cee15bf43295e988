//! What is to be built, and how.

use std::collections::HashMap;
use std::path::PathBuf;

/// How an image is built.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The name of the image.
    pub name: String,
    /// Where its files come from.
    pub from: From,
    /// What is done with them.
    pub dockerfile: Dockerfile,
    /// Arguments of the Dockerfile.
    pub args: HashMap<String, String>,
    /// Labels of the image.
    pub labels: HashMap<String, String>,
    /// Stage at which it ends.
    pub target: Option<String>,
    /// Images whose layers may be used again.
    pub cache_from: Vec<String>,
    /// Network of the commands.
    pub network: Option<String>,
    /// Bytes of shared memory.
    pub shm_size: Option<i64>,
    /// Limits of the processes.
    pub ulimits: Vec<Ulimit>,
    /// Further names of hosts: `host:address`.
    pub extra_hosts: Vec<String>,
    /// Whether nothing that was built before is used.
    pub no_cache: bool,
    /// Whether base images are pulled each time.
    pub pull: bool,
    /// Further names of the image.
    pub tags: Vec<String>,
    /// What machine it is for.
    pub platform: Option<String>,
    /// Secrets that the commands may read, by id.
    pub secrets: Vec<(String, SecretFrom)>,
    /// Whether the commands may use the ssh agent.
    pub ssh: bool,
}

/// Where the files of a build come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// A folder of this machine.
    Folder(PathBuf),
    /// An address that the engine fetches itself: a Git repository or a tar.
    Address(String),
}

/// What is done with the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dockerfile {
    /// As a file says; relative to the context.
    Path(String),
    /// As this text says.
    Inline(String),
}

/// Where a secret of a build comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretFrom {
    /// A file.
    File(PathBuf),
    /// A variable of this process.
    Variable(String),
}

/// A limit as the engine names it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ulimit {
    /// Such as `nofile`.
    pub name: String,
    /// Until it is told.
    pub soft: i64,
    /// At most.
    pub hard: i64,
}
