//! Volumes and mounts of a pod (engine.md 1.2).

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::{
    ConfigMapProjection, ConfigMapVolumeSource, HostPathVolumeSource, PersistentVolumeClaimVolumeSource,
    ProjectedVolumeSource, SecretProjection, SecretVolumeSource, Volume, VolumeDevice, VolumeMount,
    VolumeProjection,
};

use super::context::Context;
use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{Mount, MountKind, Pod, Spec, VolumeMode};
use crate::graph::{Code, NodeKind, report, syntax};

/// What goes into the pod and its container, in list order.
#[derive(Default)]
pub(super) struct Volumes {
    pub(super) volumes: Vec<Volume>,
    pub(super) mounts: Vec<VolumeMount>,
    pub(super) devices: Vec<VolumeDevice>,
}

/// An entry with everything it stands for.
struct Resolved {
    field: String,
    source: Source,
    path: String,
    read_only: Option<bool>,
    sub_path: Option<String>,
    /// A raw device instead of a file system.
    block: bool,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Source {
    kind: MountKind,
    name: String,
    /// Path and type, for a host path.
    host: Option<(String, &'static str)>,
}

pub(super) fn build(context: &Context, at: usize, node: &DecodedNode, pod: &Pod) -> Volumes {
    let mut entries: Vec<Resolved> =
        pod.mounts.iter().filter_map(|mount| resolve(context, at, node, mount)).collect();
    entries.extend(unrecorded_claims(context, at, pod));
    let templates = match &node.spec {
        Spec::StatefulSet(spec) => spec.claims.as_slice(),
        _ => &[],
    };
    let template_paths: Vec<&str> = templates.iter().map(|claim| claim.mount_path.as_str()).collect();
    check_paths(context, at, &entries, &template_paths);

    let mut names = Names {
        used: templates.iter().map(|claim| claim.name.clone()).collect(),
        given: HashMap::new(),
        clash: false,
    };
    let mut built = Volumes::default();
    let mut done = HashSet::new();
    for entry in &entries {
        if !done.insert(entry.path.as_str()) {
            continue;
        }
        let mut sharing: Vec<&Resolved> = Vec::new();
        for other in entries.iter().filter(|other| other.path == entry.path) {
            if sharing.iter().all(|known| known.source != other.source) {
                sharing.push(other);
            }
        }
        let name = match sharing.as_slice() {
            [_] => names.of(&entry.source, &mut built.volumes),
            many => {
                let name = format!("projected-{}", syntax::short_hash(&entry.path, 6));
                built.volumes.push(projected(&name, many));
                name
            }
        };
        mount(entry, name, &mut built);
    }
    for claim in templates {
        built.mounts.push(VolumeMount {
            name: claim.name.clone(),
            mount_path: claim.mount_path.clone(),
            ..VolumeMount::default()
        });
    }
    if names.clash {
        context.report(at).error(
            Code::Duplicate,
            "volumeMounts",
            "volumeMounts has two host paths of one name; rename one",
        );
    }
    built
}

fn mount(entry: &Resolved, name: String, built: &mut Volumes) {
    if entry.block {
        built.devices.push(VolumeDevice { name, device_path: entry.path.clone() });
        return;
    }
    built.mounts.push(VolumeMount {
        name,
        mount_path: entry.path.clone(),
        read_only: entry.read_only,
        sub_path: entry.sub_path.clone(),
        ..VolumeMount::default()
    });
}

/// Rules 1, 2 and 6: current name and path of the node it came from; `None` when that is gone.
fn resolve(context: &Context, at: usize, node: &DecodedNode, mount: &Mount) -> Option<Resolved> {
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
fn unrecorded_claims<'c>(
    context: &'c Context,
    at: usize,
    pod: &'c Pod,
) -> impl Iterator<Item = Resolved> + 'c {
    let recorded: HashSet<&str> = pod.mounts.iter().filter_map(|mount| mount.node_id.as_deref()).collect();
    context.linked(at, NodeKind::PersistentVolumeClaim).filter_map(move |(link, claim)| {
        let Spec::Claim(spec) = &claim.spec else { return None };
        if recorded.contains(context.decoded.id(link.node)) {
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

/// Rule 4: only `ConfigMaps` and Secrets can share a path.
fn check_paths(context: &Context, at: usize, entries: &[Resolved], template_paths: &[&str]) {
    let is_shareable =
        |entry: &Resolved| matches!(entry.source.kind, MountKind::ConfigMap | MountKind::Secret);
    let mut taken: HashMap<&str, bool> = HashMap::new();
    let conflict = |field: &str, path: &str| {
        let words = format!("{field}.mountPath {} is used twice; choose another path", report::quoted(path));
        context.report(at).error(Code::PathConflict, field, &words);
    };
    for entry in entries {
        let shareable = is_shareable(entry);
        match taken.insert(&entry.path, shareable) {
            Some(before) if !(before && shareable) => conflict(&entry.field, &entry.path),
            _ => {}
        }
    }
    for (number, path) in template_paths.iter().enumerate() {
        if taken.insert(path, false).is_some() {
            conflict(&format!("volumeClaimTemplates[{number}]"), path);
        }
    }
}

/// Rule 3: volume names, one for each thing that is mounted.
struct Names {
    used: HashSet<String>,
    given: HashMap<Source, String>,
    /// Two host paths of one name: nothing is left to tell them apart.
    clash: bool,
}

impl Names {
    fn of(&mut self, source: &Source, volumes: &mut Vec<Volume>) -> String {
        if let Some(name) = self.given.get(source) {
            return name.clone();
        }
        let plain = format!("{}-volume", source.name);
        let name =
            if syntax::is_dns_label(&plain) && !self.used.contains(&plain) { plain } else { hashed(source) };
        self.clash |= !self.used.insert(name.clone());
        self.given.insert(source.clone(), name.clone());
        volumes.push(volume(&name, source));
        name
    }
}

fn hashed(source: &Source) -> String {
    let prefix = match source.kind {
        MountKind::ConfigMap => "cm",
        MountKind::Secret => "secret",
        MountKind::Claim => "pvc",
        MountKind::HostPath => "host",
    };
    let legal = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let cut: String = source.name.chars().map(legal).take(40).collect();
    let hash = syntax::short_hash(&format!("{}/{}", source.kind.name(), source.name), 6);
    format!("{prefix}-{cut}-{hash}")
}

fn volume(name: &str, source: &Source) -> Volume {
    let volume = Volume { name: name.into(), ..Volume::default() };
    let object = source.name.clone();
    match (source.kind, &source.host) {
        (MountKind::ConfigMap, _) => Volume {
            config_map: Some(ConfigMapVolumeSource { name: object, ..Default::default() }),
            ..volume
        },
        (MountKind::Secret, _) => Volume {
            secret: Some(SecretVolumeSource { secret_name: Some(object), ..Default::default() }),
            ..volume
        },
        (MountKind::Claim, _) => {
            let claim = PersistentVolumeClaimVolumeSource { claim_name: object, read_only: None };
            Volume { persistent_volume_claim: Some(claim), ..volume }
        }
        (MountKind::HostPath, host) => {
            let (path, kind) = host.clone().unwrap_or_default();
            Volume { host_path: Some(HostPathVolumeSource { path, type_: Some(kind.into()) }), ..volume }
        }
    }
}

fn projected(name: &str, entries: &[&Resolved]) -> Volume {
    let source = |entry: &&Resolved| {
        let name = entry.source.name.clone();
        if entry.source.kind == MountKind::ConfigMap {
            let config_map = Some(ConfigMapProjection { name, ..ConfigMapProjection::default() });
            VolumeProjection { config_map, ..VolumeProjection::default() }
        } else {
            let secret = Some(SecretProjection { name, ..SecretProjection::default() });
            VolumeProjection { secret, ..VolumeProjection::default() }
        }
    };
    let sources = Some(entries.iter().map(source).collect());
    Volume {
        name: name.into(),
        projected: Some(ProjectedVolumeSource { sources, ..ProjectedVolumeSource::default() }),
        ..Volume::default()
    }
}
