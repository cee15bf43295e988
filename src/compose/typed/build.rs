//! `build` of a service.

use indexmap::IndexMap;
use serde::Deserialize;

use super::resources::Ulimit;
use super::source::Grant;
use super::units;

/// How an image is made.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Build {
    /// Folder, absolute, or address that is sent to the builder.
    pub context: Option<String>,
    /// Path of the Dockerfile, from the context if it is not absolute.
    pub dockerfile: Option<String>,
    /// The Dockerfile itself.
    pub dockerfile_inline: Option<String>,
    /// Arguments of the Dockerfile.
    pub args: IndexMap<String, String>,
    /// Keys of ssh that the build may use: `id` or `id=path`.
    pub ssh: Vec<String>,
    /// Labels of the image.
    pub labels: IndexMap<String, String>,
    /// Images whose layers may be used again.
    pub cache_from: Vec<String>,
    /// Whether nothing that was built before is used.
    pub no_cache: bool,
    /// Network of the commands of the Dockerfile.
    pub network: Option<String>,
    /// Whether base images are pulled each time.
    pub pull: bool,
    /// Stage of the Dockerfile at which it ends.
    pub target: Option<String>,
    /// Bytes of shared memory.
    #[serde(deserialize_with = "units::bytes")]
    pub shm_size: Option<i64>,
    /// Further names of hosts: `host=address`.
    pub extra_hosts: Vec<String>,
    /// Secrets that the build may read.
    pub secrets: Vec<BuildSecret>,
    /// Further names of the image.
    pub tags: Vec<String>,
    /// Limits of the processes.
    pub ulimits: IndexMap<String, Ulimit>,
    /// What machines the image is for.
    pub platforms: Vec<String>,
}

/// A secret that a build may read.
pub type BuildSecret = Grant;
