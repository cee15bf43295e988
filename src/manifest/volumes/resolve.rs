//! What an entry of `volumeMounts` stands for today (rules 1, 2, 5 and 6 of engine.md 1.2).

use std::collections::HashSet;

use super::source::Source;
use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{Mount, MountKind, Pod, Spec, VolumeMode};
use crate::graph::{Code, NodeKind, report, syntax};
use crate::manifest::context::Context;

/// An entry with everything it stands for.
pub(super) struct Resolved {
    pub(super) field: String,
    pub(super) source: Source,
    pub(super) path: String,
    pub(super) read_only: Option<bool>,
    pub(super) sub_path: Option<String>,
    /// A raw device instead of a file system.
    pub(super) block: bool,
}

/// Current name and path of the node it came from; `None` when that is gone.
pub(super) fn recorded(context: &Context, at: usize, node: &DecodedNode, mount: &Mount) -> Option<Resolved> {
    let mut kind = mount.kind;
    let mut name = mount.name.clone();
    let mut source_path = None;
    let mut block = false;
    if let Some(id) = &mount.node_id {
        let position = context.decoded.position(id).filter(|other| context.decoded.links.joins(at, *other));
        let linked = position.and_then(|position| context.node(position));
        (kind, source_path, block) = match linked.map(|linked| &linked.spec) {
            Some(Spec::ConfigMap(spec)) => (MountKind::ConfigMap, spec.mount_path.as_deref(), false),
            Some(Spec::Secret(spec)) => (MountKind::Secret, spec.mount_path.as_deref(), false),
            Some(Spec::Claim(spec)) => (MountKind::Claim, None, spec.volume_mode == Some(VolumeMode::Block)),
            _ => {
                let words = format!(
                    "{} is left out: node {} or the edge to it is gone",
                    mount.field,
                    report::shown(id)
                );
                context.report(at).info(Code::ReferenceGone, &mount.field, &words);
                return None;
            }
        };
        let linked = linked?;
        if kind == MountKind::Claim {
            context.same_namespace(at, &mount.field, linked);
        }
        name.clone_from(&linked.name);
    }
    let path = match kind {
        MountKind::ConfigMap => {
            source_path.or(mount.mount_path.as_deref()).unwrap_or("/etc/config").to_owned()
        }
        MountKind::Secret => source_path.or(mount.mount_path.as_deref()).unwrap_or("/etc/secrets").to_owned(),
        MountKind::Claim => mount.mount_path.clone().unwrap_or_else(|| claim_path(&name)),
        MountKind::HostPath => mount.mount_path.clone().unwrap_or_default(),
    };
    // Without a path there is a finding already.
    if !path.is_empty() && !syntax::is_mount_path(&path) {
        let field = format!("{}.mountPath", mount.field);
        context.report(at).error(Code::FieldInvalid, &field, &format!("{field} {}", syntax::MOUNT_PATH_RULE));
    }
    if kind == MountKind::HostPath && node.kind != NodeKind::DaemonSet {
        let words = format!("{}.type hostPath is for daemonsets only", mount.field);
        context.report(at).error(Code::FieldInvalid, &format!("{}.type", mount.field), &words);
    }
    let read_only = match kind {
        MountKind::ConfigMap | MountKind::Secret => Some(true),
        MountKind::Claim => mount.read_only.filter(|read_only| *read_only),
        MountKind::HostPath => mount.read_only,
    };
    let host = (kind == MountKind::HostPath).then(|| (mount.host_path.clone(), mount.host_path_type.name()));
    let sub_path = mount.sub_path.clone();
    Some(Resolved {
        field: mount.field.clone(),
        source: Source { kind, name, host },
        path,
        read_only,
        sub_path,
        block,
    })
}

fn claim_path(name: &str) -> String {
    format!("/data/{name}")
}

/// Claims linked by an edge that nothing was recorded for; the edge alone says that they are wanted.
pub(super) fn unrecorded_claims<'c>(
    context: &'c Context,
    at: usize,
    pod: &'c Pod,
) -> impl Iterator<Item = Resolved> + 'c {
    let mut seen: HashSet<&str> = pod.mounts.iter().filter_map(|mount| mount.node_id.as_deref()).collect();
    context.linked(at, NodeKind::PersistentVolumeClaim).filter_map(move |(link, claim)| {
        let Spec::Claim(spec) = &claim.spec else { return None };
        if !seen.insert(context.decoded.id(link.node)) {
            return None;
        }
        context.same_namespace(at, "volumeMounts", claim);
        Some(Resolved {
            field: "volumeMounts".into(),
            source: Source { kind: MountKind::Claim, name: claim.name.clone(), host: None },
            path: claim_path(&claim.name),
            read_only: None,
            sub_path: None,
            block: spec.volume_mode == Some(VolumeMode::Block),
        })
    })
}
