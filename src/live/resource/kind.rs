//! The kinds of objects that are kept as records.

use serde::{Deserialize, Serialize};

use crate::graph::NodeKind;

/// A kind of object that is synced (engine.md 6.2), named as in Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each variant is the Kubernetes kind of the same name")]
pub enum ResourceKind {
    Deployment,
    Pod,
    Service,
    StatefulSet,
    ConfigMap,
    Secret,
    Ingress,
    Job,
    CronJob,
    DaemonSet,
    HorizontalPodAutoscaler,
    NetworkPolicy,
    PersistentVolumeClaim,
    ReplicaSet,
    Node,
    Namespace,
    PersistentVolume,
    StorageClass,
}

impl ResourceKind {
    /// All of them, in the order they are synced.
    pub const ALL: [Self; 18] = [
        Self::Deployment,
        Self::Pod,
        Self::Service,
        Self::StatefulSet,
        Self::ConfigMap,
        Self::Secret,
        Self::Ingress,
        Self::Job,
        Self::CronJob,
        Self::DaemonSet,
        Self::HorizontalPodAutoscaler,
        Self::NetworkPolicy,
        Self::PersistentVolumeClaim,
        Self::ReplicaSet,
        Self::Node,
        Self::Namespace,
        Self::PersistentVolume,
        Self::StorageClass,
    ];

    /// The kind of object a node stands for; `None` for a plugin's, whose objects are not kept.
    pub fn of_node(kind: NodeKind) -> Option<Self> {
        Some(match kind {
            NodeKind::Deployment => Self::Deployment,
            NodeKind::Service => Self::Service,
            NodeKind::Ingress => Self::Ingress,
            NodeKind::ConfigMap => Self::ConfigMap,
            NodeKind::Secret => Self::Secret,
            NodeKind::PersistentVolumeClaim => Self::PersistentVolumeClaim,
            NodeKind::StatefulSet => Self::StatefulSet,
            NodeKind::Job => Self::Job,
            NodeKind::CronJob => Self::CronJob,
            NodeKind::DaemonSet => Self::DaemonSet,
            NodeKind::Hpa => Self::HorizontalPodAutoscaler,
            NodeKind::NetworkPolicy => Self::NetworkPolicy,
            NodeKind::Plugin => return None,
        })
    }

    /// Its name, as in Kubernetes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::Pod => "Pod",
            Self::Service => "Service",
            Self::StatefulSet => "StatefulSet",
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
            Self::Ingress => "Ingress",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::DaemonSet => "DaemonSet",
            Self::HorizontalPodAutoscaler => "HorizontalPodAutoscaler",
            Self::NetworkPolicy => "NetworkPolicy",
            Self::PersistentVolumeClaim => "PersistentVolumeClaim",
            Self::ReplicaSet => "ReplicaSet",
            Self::Node => "Node",
            Self::Namespace => "Namespace",
            Self::PersistentVolume => "PersistentVolume",
            Self::StorageClass => "StorageClass",
        }
    }

    /// The `apiVersion` its objects are read in.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet | Self::ReplicaSet => "apps/v1",
            Self::Job | Self::CronJob => "batch/v1",
            Self::Ingress | Self::NetworkPolicy => "networking.k8s.io/v1",
            Self::HorizontalPodAutoscaler => "autoscaling/v2",
            Self::StorageClass => "storage.k8s.io/v1",
            Self::Pod
            | Self::Service
            | Self::ConfigMap
            | Self::Secret
            | Self::PersistentVolumeClaim
            | Self::Node
            | Self::Namespace
            | Self::PersistentVolume => "v1",
        }
    }

    /// Whether its objects live in namespaces.
    pub fn is_namespaced(self) -> bool {
        !matches!(self, Self::Node | Self::Namespace | Self::PersistentVolume | Self::StorageClass)
    }

    /// The kind of an object by its group and kind; `None` when objects of it are not kept.
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == kind && known.api_version() == api_version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_another_group_is_another_kind() {
        assert_eq!(ResourceKind::of("v1", "Service"), Some(ResourceKind::Service));
        assert_eq!(ResourceKind::of("serving.knative.dev/v1", "Service"), None);
    }

    #[test]
    fn is_stored_under_its_kubernetes_name() {
        for kind in ResourceKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
