//! `volumes` of a service.

use indexmap::IndexMap;
use serde::Deserialize;

use super::units;

/// Something that is mounted into a container.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Mount {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: MountKind,
    /// A folder or file of the host, the key of a volume, or an image; none for an anonymous volume.
    pub source: Option<String>,
    /// Where it is in the container.
    #[serde(default)]
    pub target: String,
    /// Whether it can only be read.
    #[serde(default)]
    pub read_only: bool,
    /// Of a bind.
    #[serde(default)]
    pub bind: Bind,
    /// Of a volume.
    #[serde(default)]
    pub volume: VolumeMount,
    /// Of a tmpfs.
    #[serde(default)]
    pub tmpfs: Tmpfs,
    /// Of an image.
    #[serde(default)]
    pub image: ImageMount,
}

/// What is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MountKind {
    /// A folder or file of the host.
    Bind,
    /// A volume.
    Volume,
    /// Memory.
    Tmpfs,
    /// An image.
    Image,
    /// A volume of a cluster.
    Cluster,
    /// A named pipe of Windows.
    Npipe,
}

/// How a folder of the host is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Bind {
    /// How mounts below it spread.
    pub propagation: Option<String>,
    /// Whether the folder is made when it is not there.
    pub create_host_path: bool,
    /// Whether what is mounted below it comes along: `enabled`, `disabled`, `writable`, `readonly`.
    pub recursive: Option<String>,
    /// Label of `SELinux`: `z` shared, `Z` private.
    pub selinux: Option<String>,
}

impl Default for Bind {
    fn default() -> Self {
        Self { propagation: None, create_host_path: true, recursive: None, selinux: None }
    }
}

/// How a volume is mounted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct VolumeMount {
    /// Labels of a volume that is made for it.
    pub labels: IndexMap<String, String>,
    /// Whether what the image has there is left out of it.
    pub nocopy: bool,
    /// Folder of the volume.
    pub subpath: Option<String>,
}

/// Memory that is mounted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Tmpfs {
    /// Bytes.
    #[serde(deserialize_with = "units::bytes")]
    pub size: Option<i64>,
    /// Mode of the folder.
    pub mode: Option<u32>,
}

/// How an image is mounted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ImageMount {
    /// Folder of the image.
    pub subpath: Option<String>,
}
