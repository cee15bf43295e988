//! The thirteen node kinds (engine.md 1).

use std::fmt;

macro_rules! node_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal),+ $(,)?) => {
        /// What a node stands for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum NodeKind { $($(#[$doc])* $kind),+ }

        impl NodeKind {
            /// All kinds, in the order of the palette.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The wire's `type`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),+ }
            }
        }
    };
}

node_kinds! {
    /// apps/v1 Deployment.
    Deployment = "deployment",
    /// v1 Service.
    Service = "service",
    /// networking.k8s.io/v1 Ingress.
    Ingress = "ingress",
    /// v1 ConfigMap.
    ConfigMap = "configmap",
    /// v1 Secret.
    Secret = "secret",
    /// v1 `PersistentVolumeClaim`.
    PersistentVolumeClaim = "persistentvolumeclaim",
    /// apps/v1 StatefulSet.
    StatefulSet = "statefulset",
    /// batch/v1 Job.
    Job = "job",
    /// batch/v1 CronJob.
    CronJob = "cronjob",
    /// apps/v1 DaemonSet.
    DaemonSet = "daemonset",
    /// autoscaling/v2 `HorizontalPodAutoscaler`.
    Hpa = "hpa",
    /// networking.k8s.io/v1 NetworkPolicy.
    NetworkPolicy = "networkpolicy",
    /// A custom resource of the plugin catalogue.
    Plugin = "plugin",
}

impl NodeKind {
    /// The kind of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether its object runs pods.
    pub fn is_workload(self) -> bool {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet | Self::Job | Self::CronJob => true,
            Self::Service
            | Self::Ingress
            | Self::ConfigMap
            | Self::Secret
            | Self::PersistentVolumeClaim
            | Self::Hpa
            | Self::NetworkPolicy
            | Self::Plugin => false,
        }
    }

    /// Place in the order of applying (engine.md 3.3); 0 is left to pull secrets.
    pub fn rank(self) -> u8 {
        match self {
            Self::Secret => 1,
            Self::ConfigMap => 2,
            Self::PersistentVolumeClaim => 3,
            Self::Plugin => 4,
            Self::NetworkPolicy => 5,
            Self::Service => 6,
            Self::StatefulSet => 7,
            Self::DaemonSet => 8,
            Self::Deployment => 9,
            Self::Job => 10,
            Self::CronJob => 11,
            Self::Hpa => 12,
            Self::Ingress => 13,
        }
    }
}

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_has_a_rank_of_its_own() {
        let mut ranks: Vec<u8> = NodeKind::ALL.iter().map(|kind| kind.rank()).collect();
        ranks.sort_unstable();
        assert_eq!(ranks, (1..=13).collect::<Vec<_>>());
        for kind in NodeKind::ALL {
            assert_eq!(NodeKind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(NodeKind::from_name("Deployment"), None);
    }
}
