//! What a volume holds.

use k8s_openapi::api::core::v1::{
    ConfigMapProjection, ConfigMapVolumeSource, HostPathVolumeSource, PersistentVolumeClaimVolumeSource,
    ProjectedVolumeSource, SecretProjection, SecretVolumeSource, Volume, VolumeProjection,
};

use crate::graph::kinds::MountKind;

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Source {
    pub(super) kind: MountKind,
    pub(super) name: String,
    /// Path and type, for a host path.
    pub(super) host: Option<(String, &'static str)>,
}

pub(super) fn volume(name: &str, source: &Source) -> Volume {
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

/// Rule 4 of engine.md 1.2: `ConfigMaps` and Secrets of one path.
pub(super) fn projected<'s>(name: &str, sources: impl Iterator<Item = &'s Source>) -> Volume {
    let projection = |source: &Source| {
        let name = source.name.clone();
        if source.kind == MountKind::ConfigMap {
            let config_map = Some(ConfigMapProjection { name, ..ConfigMapProjection::default() });
            VolumeProjection { config_map, ..VolumeProjection::default() }
        } else {
            let secret = Some(SecretProjection { name, ..SecretProjection::default() });
            VolumeProjection { secret, ..VolumeProjection::default() }
        }
    };
    let sources = Some(sources.map(projection).collect());
    Volume {
        name: name.into(),
        projected: Some(ProjectedVolumeSource { sources, ..ProjectedVolumeSource::default() }),
        ..Volume::default()
    }
}
