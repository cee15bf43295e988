//! The kinds that have a status.

/// A kind of object that has a status (engine.md 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the Kubernetes kind of the same name")]
pub enum Kind {
    Deployment,
    Service,
    StatefulSet,
    DaemonSet,
    Job,
    CronJob,
    Ingress,
    ConfigMap,
    Secret,
    PersistentVolumeClaim,
    Pod,
    ReplicaSet,
    HorizontalPodAutoscaler,
    NetworkPolicy,
    /// A custom resource of whatever kind.
    Plugin,
}

impl Kind {
    /// The type key: what a node of this kind has as `type`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::Service => "service",
            Self::StatefulSet => "statefulset",
            Self::DaemonSet => "daemonset",
            Self::Job => "job",
            Self::CronJob => "cronjob",
            Self::Ingress => "ingress",
            Self::ConfigMap => "configmap",
            Self::Secret => "secret",
            Self::PersistentVolumeClaim => "persistentvolumeclaim",
            Self::Pod => "pod",
            Self::ReplicaSet => "replicaset",
            Self::HorizontalPodAutoscaler => "hpa",
            Self::NetworkPolicy => "networkpolicy",
            Self::Plugin => "plugin",
        }
    }
}
