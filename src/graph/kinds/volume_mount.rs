//! Entries of `volumeMounts` (engine.md 1.2), as they were recorded; the compiler resolves them.

use crate::graph::fields::{Fields, choices};
use crate::graph::syntax;

choices! {
    MountKind {
        ConfigMap = "configMap",
        Secret = "secret",
        Claim = "persistentVolumeClaim",
        HostPath = "hostPath",
    }
    HostPathType {
        Directory = "Directory",
        DirectoryOrCreate = "DirectoryOrCreate",
        File = "File",
        FileOrCreate = "FileOrCreate",
        Socket = "Socket",
        CharDevice = "CharDevice",
        BlockDevice = "BlockDevice",
    }
}

#[derive(Debug)]
pub(crate) struct Mount {
    /// Its path inside `data`, for findings.
    pub(crate) field: String,
    /// The node it came from, when it says so.
    pub(crate) node_id: Option<String>,
    pub(crate) kind: MountKind,
    /// Recorded object name; empty when the node tells the current one.
    pub(crate) name: String,
    /// Recorded path, not judged: that of the node may count in its place.
    pub(crate) mount_path: Option<String>,
    pub(crate) read_only: Option<bool>,
    pub(crate) sub_path: Option<String>,
    /// The node's directory and what it must be, for a host path.
    pub(crate) host_path: String,
    pub(crate) host_path_type: HostPathType,
}

impl Mount {
    pub(super) fn decode(entry: &Fields) -> Self {
        if entry.set("type").is_none() {
            entry.required("type", "; use configMap, secret, persistentVolumeClaim or hostPath");
        }
        let kind = entry.choice("type").unwrap_or(MountKind::ConfigMap);
        let node_id = entry.text("nodeId").filter(|_| kind != MountKind::HostPath);
        let sub_path = entry.text("subPath");
        if sub_path.is_some_and(|path| path.starts_with('/') || syntax::climbs(path)) {
            entry.invalid("subPath", "must be a relative path without '..'");
        }
        Self {
            field: entry.path(""),
            kind,
            name: name(entry, kind, node_id.is_some()),
            mount_path: entry.text("mountPath").map(str::to_owned),
            read_only: entry.boolean("readOnly"),
            sub_path: sub_path.map(str::to_owned),
            host_path: if kind == MountKind::HostPath { host_path(entry) } else { String::new() },
            host_path_type: entry.choice("hostPathType").unwrap_or(HostPathType::Directory),
            node_id: node_id.map(str::to_owned),
        }
    }
}

/// A host path's name only names the volume, so it may be any text.
fn name(entry: &Fields, kind: MountKind, has_node: bool) -> String {
    if has_node {
        return String::new();
    }
    if entry.set("name").is_none() {
        entry.required("name", "");
    }
    let name = match kind {
        MountKind::HostPath => entry.text("name"),
        MountKind::ConfigMap | MountKind::Secret | MountKind::Claim => entry.reference("name"),
    };
    name.unwrap_or_default().to_owned()
}

fn host_path(entry: &Fields) -> String {
    if entry.set("hostPath").is_none() {
        entry.required("hostPath", ", for example /var/log");
    }
    if entry.set("mountPath").is_none() {
        entry.required("mountPath", "");
    }
    let path = entry.text("hostPath").unwrap_or_default();
    if !path.is_empty() && (!path.starts_with('/') || syntax::climbs(path)) {
        entry.invalid("hostPath", "must be an absolute path without '..'");
    }
    path.to_owned()
}
