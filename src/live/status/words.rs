//! The states a node can be in, by kind: the words the console styles (engine.md 4.3).

use serde::Serialize;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$rename:meta])* $word:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "lowercase")]
        #[allow(missing_docs, reason = "the words are their own explanation")]
        pub enum $name { $($(#[$rename])* $word),+ }
    )+};
}

words! {
    /// Of workloads, services, pods and plugin objects.
    Health { Healthy, Partial, Error }
    /// Of an Ingress.
    IngressState { Healthy, Pending, Error }
    /// Of a Job.
    JobState { Running, Completed, Failed, Pending, Error }
    /// Of a CronJob.
    CronJobState { Active, Suspended, Error }
    /// Of a HorizontalPodAutoscaler.
    AutoscalerState { Stable, Scaling, Limited, Error }
    /// Of a NetworkPolicy.
    PolicyState { Active, Pending, Error }
    /// Of a ConfigMap or a Secret.
    Presence { Created, Pending, Error }
    /// Of a PersistentVolumeClaim: its phase as Kubernetes writes it, or `error`.
    ClaimState {
        #[serde(rename = "Bound")]
        Bound,
        #[serde(rename = "Pending")]
        Pending,
        #[serde(rename = "Lost")]
        Lost,
        Error,
    }
}
