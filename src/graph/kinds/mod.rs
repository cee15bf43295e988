//! One file a node kind: the typed meaning of its `data` (engine.md 1).

mod claim;
mod config_map;
mod cron_job;
mod daemon_set;
mod deployment;
mod hpa;
mod ingress;
mod job;
mod network_policy;
mod plugin;
mod pod;
mod probe;
mod secret;
mod service;
mod stateful_set;
mod volume_mount;

pub(crate) use claim::{Claim, VolumeMode};
pub(crate) use config_map::{ConfigMap, is_placeholder};
pub(crate) use cron_job::CronJob;
pub(crate) use daemon_set::{DaemonSet, MaxUnavailable, Toleration, TolerationOperator};
pub(crate) use deployment::Deployment;
pub(crate) use hpa::{Hpa, ScaleTarget};
pub(crate) use ingress::{Ingress, Path};
pub(crate) use job::Job;
pub(crate) use network_policy::{NetworkPolicy, Peer, PeerPort, PolicyType, Rule};
pub(crate) use plugin::{Plugin, TEXT_BYTES, default_namespace, node_type};
pub(crate) use pod::{Pod, SecurityContext};
pub(crate) use probe::{Probe, ProbeAction};
pub(crate) use secret::{Secret, SecretType};
pub(crate) use service::{Service, ServicePort};
pub(crate) use stateful_set::{ClaimTemplate, StatefulSet};
pub(crate) use volume_mount::{Mount, MountKind};

use super::NodeKind;
use super::fields::Fields;

/// What a node asks for.
#[derive(Debug)]
pub(crate) enum Spec {
    Deployment(Deployment),
    Service(Service),
    Ingress(Ingress),
    ConfigMap(ConfigMap),
    Secret(Secret),
    Claim(Claim),
    StatefulSet(StatefulSet),
    Job(Job),
    CronJob(CronJob),
    DaemonSet(DaemonSet),
    Hpa(Hpa),
    NetworkPolicy(NetworkPolicy),
    Plugin(Plugin),
}

impl Spec {
    /// Reads the fields of a node of that kind; `name` is the object's.
    pub(crate) fn decode(kind: NodeKind, fields: &Fields, name: &str) -> Self {
        match kind {
            NodeKind::Deployment => Self::Deployment(Deployment::decode(fields)),
            NodeKind::Service => Self::Service(Service::decode(fields)),
            NodeKind::Ingress => Self::Ingress(Ingress::decode(fields)),
            NodeKind::ConfigMap => Self::ConfigMap(ConfigMap::decode(fields)),
            NodeKind::Secret => Self::Secret(Secret::decode(fields)),
            NodeKind::PersistentVolumeClaim => Self::Claim(Claim::decode(fields)),
            NodeKind::StatefulSet => Self::StatefulSet(StatefulSet::decode(fields, name)),
            NodeKind::Job => Self::Job(Job::decode(fields)),
            NodeKind::CronJob => Self::CronJob(CronJob::decode(fields)),
            NodeKind::DaemonSet => Self::DaemonSet(DaemonSet::decode(fields)),
            NodeKind::Hpa => Self::Hpa(Hpa::decode(fields)),
            NodeKind::NetworkPolicy => Self::NetworkPolicy(NetworkPolicy::decode(fields)),
            NodeKind::Plugin => Self::Plugin(Plugin::decode(fields)),
        }
    }

    /// The pods it runs.
    pub(crate) fn pod(&self) -> Option<&Pod> {
        match self {
            Self::Deployment(spec) => Some(&spec.pod),
            Self::StatefulSet(spec) => Some(&spec.pod),
            Self::DaemonSet(spec) => Some(&spec.pod),
            Self::Job(spec) => Some(&spec.pod),
            Self::CronJob(spec) => Some(&spec.job.pod),
            Self::Service(_)
            | Self::Ingress(_)
            | Self::ConfigMap(_)
            | Self::Secret(_)
            | Self::Claim(_)
            | Self::Hpa(_)
            | Self::NetworkPolicy(_)
            | Self::Plugin(_) => None,
        }
    }
}
