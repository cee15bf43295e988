//! The rules that turn an object of the cluster into the status of its node: one file a kind, all pure
//! (engine.md 4.1, 4.3). The run and the watches use the same rules.

mod autoscaler;
mod claim;
mod cronjob;
mod daemonset;
mod deployment;
mod ingress;
mod job;
mod kind;
mod plugin;
mod pod;
mod pods;
mod policy;
mod presence;
mod reading;
mod replicaset;
mod rollout;
mod service;
mod statefulset;
mod words;

pub use autoscaler::Scaling;
pub use claim::BoundVolume;
pub use cronjob::Schedule;
pub use daemonset::NodeCoverage;
pub use deployment::Replicas;
pub use ingress::IngressAddresses;
pub use job::JobProgress;
pub use kind::Kind;
pub use plugin::PluginPhase;
pub use pod::PodPhase;
pub use pods::Trouble;
pub use policy::AffectedPods;
pub use presence::{Nothing, SecretPresence};
pub use reading::Reading;
pub use rollout::Around;
pub use service::ServiceAddresses;
pub use statefulset::OrderedReplicas;
pub use words::{
    AutoscalerState, ClaimState, CronJobState, Health, IngressState, JobState, PolicyState, Presence,
};

use serde::Serialize;

/// A state, a message for people, and the members of the kind; numbers are 0 and texts `""` when unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status<S, D> {
    /// One of the kind's words.
    pub state: S,
    /// One line for people, at most 500 characters, without secrets.
    pub message: String,
    /// The members of the kind.
    #[serde(flatten)]
    pub detail: D,
}

impl<S, D> Status<S, D> {
    fn new((state, message): (S, String), detail: D) -> Self {
        Self { state, message, detail }
    }
}

impl<S, D: Default> Status<S, D> {
    fn bare(state: S, message: &str) -> Self {
        Self { state, message: message.to_owned(), detail: D::default() }
    }
}

/// What is stored at `node.data._status` and sent in `node_update` (openapi `WorkflowNodeStatus`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "each variant is the kind of the same name")]
pub enum NodeStatus {
    Deployment(Status<Health, Replicas>),
    Service(Status<Health, ServiceAddresses>),
    StatefulSet(Status<Health, OrderedReplicas>),
    DaemonSet(Status<Health, NodeCoverage>),
    Job(Status<JobState, JobProgress>),
    CronJob(Status<CronJobState, Schedule>),
    Ingress(Status<IngressState, IngressAddresses>),
    ConfigMap(Status<Presence, Nothing>),
    Secret(Status<Presence, SecretPresence>),
    PersistentVolumeClaim(Status<ClaimState, BoundVolume>),
    Pod(Status<Health, PodPhase>),
    ReplicaSet(Status<Health, Replicas>),
    HorizontalPodAutoscaler(Status<AutoscalerState, Scaling>),
    NetworkPolicy(Status<PolicyState, AffectedPods>),
    Plugin(Status<Health, PluginPhase>),
}

impl NodeStatus {
    /// `error` with a message: the node could not be applied, or its object cannot be watched.
    pub fn error(kind: Kind, message: &str) -> Self {
        let message = &super::read::safe(message);
        match kind {
            Kind::Deployment => Self::Deployment(Status::bare(Health::Error, message)),
            Kind::Service => Self::Service(Status::bare(Health::Error, message)),
            Kind::StatefulSet => Self::StatefulSet(Status::bare(Health::Error, message)),
            Kind::DaemonSet => Self::DaemonSet(Status::bare(Health::Error, message)),
            Kind::Job => Self::Job(Status::bare(JobState::Error, message)),
            Kind::CronJob => Self::CronJob(Status::bare(CronJobState::Error, message)),
            Kind::Ingress => Self::Ingress(Status::bare(IngressState::Error, message)),
            Kind::ConfigMap => Self::ConfigMap(Status::bare(Presence::Error, message)),
            Kind::Secret => Self::Secret(Status::bare(Presence::Error, message)),
            Kind::PersistentVolumeClaim => {
                Self::PersistentVolumeClaim(Status::bare(ClaimState::Error, message))
            }
            Kind::Pod => Self::Pod(Status::bare(Health::Error, message)),
            Kind::ReplicaSet => Self::ReplicaSet(Status::bare(Health::Error, message)),
            Kind::HorizontalPodAutoscaler => {
                Self::HorizontalPodAutoscaler(Status::bare(AutoscalerState::Error, message))
            }
            Kind::NetworkPolicy => Self::NetworkPolicy(Status::bare(PolicyState::Error, message)),
            Kind::Plugin => Self::Plugin(Status::bare(Health::Error, message)),
        }
    }

    /// The object is gone from the cluster (engine.md 4.2). `noun` is its Kubernetes kind.
    pub fn deleted(kind: Kind, noun: &str) -> Self {
        let message = &format!("{noun} no longer exists in the cluster");
        match kind {
            Kind::ConfigMap => Self::ConfigMap(Status::bare(Presence::Pending, message)),
            Kind::Secret => Self::Secret(presence::no_secret(message)),
            Kind::NetworkPolicy => Self::NetworkPolicy(Status::bare(PolicyState::Pending, message)),
            Kind::PersistentVolumeClaim => {
                Self::PersistentVolumeClaim(Status::bare(ClaimState::Lost, message))
            }
            Kind::Deployment
            | Kind::Service
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job
            | Kind::CronJob
            | Kind::Ingress
            | Kind::Pod
            | Kind::ReplicaSet
            | Kind::HorizontalPodAutoscaler
            | Kind::Plugin => Self::error(kind, message),
        }
    }

    /// The cluster's user may not watch the object (engine.md 4.2).
    pub fn forbidden(kind: Kind, noun: &str) -> Self {
        let word = match kind {
            Kind::Plugin => &noun.to_lowercase(),
            other => other.key(),
        };
        Self::error(kind, &format!("not allowed to watch {word}"))
    }

    /// The kind this is a status of.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Deployment(_) => Kind::Deployment,
            Self::Service(_) => Kind::Service,
            Self::StatefulSet(_) => Kind::StatefulSet,
            Self::DaemonSet(_) => Kind::DaemonSet,
            Self::Job(_) => Kind::Job,
            Self::CronJob(_) => Kind::CronJob,
            Self::Ingress(_) => Kind::Ingress,
            Self::ConfigMap(_) => Kind::ConfigMap,
            Self::Secret(_) => Kind::Secret,
            Self::PersistentVolumeClaim(_) => Kind::PersistentVolumeClaim,
            Self::Pod(_) => Kind::Pod,
            Self::ReplicaSet(_) => Kind::ReplicaSet,
            Self::HorizontalPodAutoscaler(_) => Kind::HorizontalPodAutoscaler,
            Self::NetworkPolicy(_) => Kind::NetworkPolicy,
            Self::Plugin(_) => Kind::Plugin,
        }
    }

    /// The line for people.
    pub fn message(&self) -> &str {
        match self {
            Self::Deployment(Status { message, .. }) | Self::ReplicaSet(Status { message, .. }) => message,
            Self::Service(status) => &status.message,
            Self::StatefulSet(status) => &status.message,
            Self::DaemonSet(status) => &status.message,
            Self::Job(status) => &status.message,
            Self::CronJob(status) => &status.message,
            Self::Ingress(status) => &status.message,
            Self::ConfigMap(status) => &status.message,
            Self::Secret(status) => &status.message,
            Self::PersistentVolumeClaim(status) => &status.message,
            Self::Pod(status) => &status.message,
            Self::HorizontalPodAutoscaler(status) => &status.message,
            Self::NetworkPolicy(status) => &status.message,
            Self::Plugin(status) => &status.message,
        }
    }

    /// A run found the Secret in the cluster and left its values alone (engine.md 3.5).
    pub fn secret_exists() -> Self {
        Self::Secret(presence::secret())
    }

    /// A run had no values for a Secret that does not exist (engine.md 3.5).
    pub fn secret_without_values() -> Self {
        Self::Secret(presence::no_secret("Secret not created - no values provided"))
    }

    /// For a Secret: whether it exists, when that is known.
    pub fn secret_created(&self) -> Option<bool> {
        if let Self::Secret(status) = self { status.detail.secret_created } else { None }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::Time;

    /// A status as it is sent.
    pub(super) fn sent(kind: Kind, object: &Value, around: &Around) -> Value {
        serde_json::to_value(Reading::of(kind, object, Time::from_millis(0)).status(around)).unwrap()
    }

    /// State and message of a status.
    pub(super) fn said(kind: Kind, object: &Value, around: &Around) -> (String, String) {
        let status = sent(kind, object, around);
        (status["state"].as_str().unwrap().to_owned(), status["message"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_deleted_object_says_so_in_the_words_of_its_kind() {
        for (kind, noun, state) in [
            (Kind::Deployment, "Deployment", "error"),
            (Kind::Service, "Service", "error"),
            (Kind::StatefulSet, "StatefulSet", "error"),
            (Kind::DaemonSet, "DaemonSet", "error"),
            (Kind::Job, "Job", "error"),
            (Kind::CronJob, "CronJob", "error"),
            (Kind::Ingress, "Ingress", "error"),
            (Kind::HorizontalPodAutoscaler, "HorizontalPodAutoscaler", "error"),
            (Kind::Plugin, "Certificate", "error"),
            (Kind::ConfigMap, "ConfigMap", "pending"),
            (Kind::Secret, "Secret", "pending"),
            (Kind::NetworkPolicy, "NetworkPolicy", "pending"),
            (Kind::PersistentVolumeClaim, "PersistentVolumeClaim", "Lost"),
        ] {
            let status = serde_json::to_value(NodeStatus::deleted(kind, noun)).unwrap();
            assert_eq!(status["state"], state, "{noun}");
            assert_eq!(status["message"], format!("{noun} no longer exists in the cluster"));
        }
    }

    #[test]
    fn an_error_has_the_members_of_its_kind_at_nothing() {
        assert_eq!(
            serde_json::to_value(NodeStatus::error(Kind::Deployment, "image is required")).unwrap(),
            json!({"state": "error", "message": "image is required", "replicas": 0, "readyReplicas": 0})
        );
        assert_eq!(
            serde_json::to_value(NodeStatus::error(Kind::Secret, "refused")).unwrap(),
            json!({"state": "error", "message": "refused"}),
            "whether the secret exists is not known"
        );
    }

    #[test]
    fn not_allowed_names_the_kind() {
        let message = |status: NodeStatus| serde_json::to_value(status).unwrap()["message"].clone();
        assert_eq!(
            message(NodeStatus::forbidden(Kind::Deployment, "Deployment")),
            "not allowed to watch deployment"
        );
        assert_eq!(
            message(NodeStatus::forbidden(Kind::Plugin, "Certificate")),
            "not allowed to watch certificate"
        );
    }

    #[test]
    fn error_texts_are_cut_and_hold_no_secrets() {
        let text = format!("token=abcdefgh12345 {}", "x".repeat(1_000));
        let status = serde_json::to_value(NodeStatus::error(Kind::Job, &text)).unwrap();
        let message = status["message"].as_str().unwrap();
        assert!(!message.contains("abcdefgh12345"));
        assert!(message.chars().count() <= 500);
    }
}
