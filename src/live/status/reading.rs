//! What is kept of an object: just what its rules need, so that a watched object costs little.

use serde_json::Value;

use super::rollout::{Around, Rollout};
use super::{
    Kind, NodeStatus, autoscaler, claim, cronjob, daemonset, deployment, ingress, job, plugin, pod, policy,
    presence, replicaset, service, statefulset,
};
use crate::clock::Time;

/// An object, reduced to what its status depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading(Read);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Read {
    Deployment(Rollout),
    StatefulSet(statefulset::StatefulSet),
    DaemonSet(daemonset::DaemonSet),
    ReplicaSet(Rollout),
    NetworkPolicy {
        selector: String,
    },
    /// Nothing around the object changes its status.
    Settled(NodeStatus),
}

impl Reading {
    /// Reads an object of `kind`.
    pub fn of(kind: Kind, object: &Value, now: Time) -> Self {
        Self(match kind {
            Kind::Deployment => Read::Deployment(deployment::read(object)),
            Kind::StatefulSet => Read::StatefulSet(statefulset::read(object)),
            Kind::DaemonSet => Read::DaemonSet(daemonset::read(object)),
            Kind::ReplicaSet => Read::ReplicaSet(replicaset::read(object)),
            Kind::NetworkPolicy => Read::NetworkPolicy { selector: policy::selector(object) },
            Kind::Service => Read::Settled(NodeStatus::Service(service::status(object))),
            Kind::Job => Read::Settled(NodeStatus::Job(job::status(object))),
            Kind::CronJob => Read::Settled(NodeStatus::CronJob(cronjob::status(object))),
            Kind::Ingress => Read::Settled(NodeStatus::Ingress(ingress::status(object))),
            Kind::ConfigMap => Read::Settled(NodeStatus::ConfigMap(presence::config_map())),
            Kind::Secret => Read::Settled(NodeStatus::Secret(presence::secret())),
            Kind::PersistentVolumeClaim => {
                Read::Settled(NodeStatus::PersistentVolumeClaim(claim::status(object)))
            }
            Kind::Pod => Read::Settled(NodeStatus::Pod(pod::status(object, now))),
            Kind::HorizontalPodAutoscaler => {
                Read::Settled(NodeStatus::HorizontalPodAutoscaler(autoscaler::status(object)))
            }
            Kind::Plugin => Read::Settled(NodeStatus::Plugin(plugin::status(object))),
        })
    }

    /// The status, given what is known around the object.
    pub fn status(&self, around: &Around) -> NodeStatus {
        match &self.0 {
            Read::Deployment(rollout) => NodeStatus::Deployment(deployment::status(rollout, around)),
            Read::StatefulSet(set) => NodeStatus::StatefulSet(statefulset::status(set, around)),
            Read::DaemonSet(set) => NodeStatus::DaemonSet(daemonset::status(set, around)),
            Read::ReplicaSet(rollout) => NodeStatus::ReplicaSet(deployment::status(rollout, around)),
            Read::NetworkPolicy { .. } => NodeStatus::NetworkPolicy(policy::status(around)),
            Read::Settled(status) => status.clone(),
        }
    }

    /// Whether pods of it were ready once, given whether they were before.
    pub fn was_ready(&self, before: bool) -> bool {
        match &self.0 {
            Read::Deployment(rollout) | Read::ReplicaSet(rollout) => rollout.was_ready(before),
            Read::StatefulSet(set) => set.rollout.was_ready(before),
            Read::DaemonSet(set) => set.rollout.was_ready(before),
            Read::NetworkPolicy { .. } | Read::Settled(_) => false,
        }
    }

    /// For a policy: the label selector of the pods it affects.
    pub fn selector(&self) -> Option<&str> {
        match &self.0 {
            Read::NetworkPolicy { selector } => Some(selector),
            Read::Deployment(_)
            | Read::StatefulSet(_)
            | Read::DaemonSet(_)
            | Read::ReplicaSet(_)
            | Read::Settled(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn having_been_ready_is_remembered_until_no_pod_is_wanted() {
        let read = |desired: i64, ready: i64| {
            let object = json!({"spec": {"replicas": desired}, "status": {"readyReplicas": ready}});
            Reading::of(Kind::Deployment, &object, Time::from_millis(0))
        };
        assert!(!read(1, 0).was_ready(false));
        assert!(read(1, 1).was_ready(false));
        assert!(read(1, 0).was_ready(true));
        assert!(!read(0, 0).was_ready(true));
    }
}
