//! The status of a record (engine.md 6.2): first match wins.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ResourceKind;
use crate::live::read::{Condition, count, list, number, text};

/// How an object is doing, in one word for all kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the words are their own explanation")]
pub enum ResourceStatus {
    Running,
    Pending,
    Failed,
    Completed,
    Unknown,
    Deleted,
    Warning,
}

use ResourceStatus::{Completed, Failed, Pending, Running, Unknown, Warning};

/// Reasons a running pod may wait for that need somebody's attention.
const STUCK: [&str; 3] = ["CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull"];

/// How an object of the cluster is doing.
pub(super) fn of(kind: ResourceKind, object: &Value) -> ResourceStatus {
    match kind {
        ResourceKind::Deployment => replicas(object, "/status/availableReplicas"),
        ResourceKind::StatefulSet | ResourceKind::ReplicaSet => replicas(object, "/status/readyReplicas"),
        ResourceKind::DaemonSet => daemon_set(object),
        ResourceKind::Pod => pod(object),
        ResourceKind::Job => job(object),
        ResourceKind::CronJob => {
            let suspended = object.pointer("/spec/suspend").and_then(Value::as_bool).unwrap_or(false);
            if suspended { Pending } else { Running }
        }
        ResourceKind::HorizontalPodAutoscaler => {
            let (current, desired) =
                (count(object, "/status/currentReplicas"), count(object, "/status/desiredReplicas"));
            if current == desired { Running } else { Warning }
        }
        ResourceKind::Ingress => {
            if list(object, "/status/loadBalancer/ingress").is_empty() {
                Pending
            } else {
                Running
            }
        }
        ResourceKind::PersistentVolumeClaim | ResourceKind::PersistentVolume => {
            match text(object, "/status/phase") {
                "Bound" | "Available" => Running,
                "Pending" => Pending,
                "Lost" | "Failed" => Failed,
                _ => Unknown,
            }
        }
        ResourceKind::Node => match Condition::find(object, "Ready") {
            Some(ready) if ready.status() == "True" => Running,
            Some(_) => Failed,
            None => Unknown,
        },
        ResourceKind::Namespace => {
            if text(object, "/status/phase") == "Terminating" {
                Pending
            } else {
                Running
            }
        }
        ResourceKind::Service
        | ResourceKind::ConfigMap
        | ResourceKind::Secret
        | ResourceKind::NetworkPolicy
        | ResourceKind::StorageClass => Running,
    }
}

/// Of a workload whose working pods are counted at `working`.
fn replicas(object: &Value, working: &str) -> ResourceStatus {
    let (desired, working) = (number(object, "/spec/replicas").unwrap_or(1), count(object, working));
    if desired == 0 || working == desired {
        Running
    } else if working > 0 {
        Warning
    } else if count(object, "/status/replicas") == 0 {
        Pending
    } else {
        Failed
    }
}

fn daemon_set(object: &Value) -> ResourceStatus {
    let (desired, ready) =
        (count(object, "/status/desiredNumberScheduled"), count(object, "/status/numberReady"));
    if desired == 0 {
        Pending
    } else if ready == desired {
        Running
    } else if ready > 0 {
        Warning
    } else {
        Failed
    }
}

fn pod(object: &Value) -> ResourceStatus {
    match text(object, "/status/phase") {
        "Running" => {
            let stuck = list(object, "/status/containerStatuses")
                .iter()
                .any(|container| STUCK.contains(&text(container, "/state/waiting/reason")));
            if stuck { Warning } else { Running }
        }
        "Pending" => Pending,
        "Succeeded" => Completed,
        "Failed" => Failed,
        _ => Unknown,
    }
}

fn job(object: &Value) -> ResourceStatus {
    if Condition::with(object, "Complete", "True").is_some() {
        return Completed;
    }
    if Condition::with(object, "Failed", "True").is_some() {
        return Failed;
    }
    let failed = count(object, "/status/failed");
    if count(object, "/status/succeeded") >= number(object, "/spec/completions").unwrap_or(1) {
        Completed
    } else if failed > number(object, "/spec/backoffLimit").unwrap_or(6) {
        Failed
    } else if failed > 0 {
        Warning
    } else if count(object, "/status/active") > 0 {
        Running
    } else {
        Pending
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn workloads_go_by_their_working_pods() {
        for (kind, working) in [
            (ResourceKind::Deployment, "availableReplicas"),
            (ResourceKind::StatefulSet, "readyReplicas"),
            (ResourceKind::ReplicaSet, "readyReplicas"),
        ] {
            let state = |desired: Value, pods: i64, up: i64| {
                let status = json!({"replicas": pods, working: up});
                of(kind, &json!({"spec": {"replicas": desired}, "status": status}))
            };
            assert_eq!(state(json!(0), 0, 0), Running, "scaled to zero");
            assert_eq!(state(json!(2), 2, 2), Running);
            assert_eq!(state(json!(2), 2, 1), Warning);
            assert_eq!(state(json!(2), 0, 0), Pending);
            assert_eq!(state(json!(2), 2, 0), Failed);
            assert_eq!(state(json!(null), 1, 1), Running, "one is wanted when nothing is said");
        }
    }

    #[test]
    fn daemon_sets_go_by_the_nodes_they_cover() {
        let state = |desired: i64, ready: i64| {
            of(
                ResourceKind::DaemonSet,
                &json!({"status": {"desiredNumberScheduled": desired, "numberReady": ready}}),
            )
        };
        assert_eq!([state(0, 0), state(2, 2), state(2, 1), state(2, 0)], [Pending, Running, Warning, Failed]);
    }

    #[test]
    fn pods_go_by_their_phase_unless_a_container_is_stuck() {
        let state = |phase: &str| of(ResourceKind::Pod, &json!({"status": {"phase": phase}}));
        assert_eq!(
            ["Running", "Pending", "Succeeded", "Failed", ""].map(state),
            [Running, Pending, Completed, Failed, Unknown]
        );
        for reason in STUCK {
            let status = json!({"phase": "Running", "containerStatuses": [{"state": {"waiting": {"reason": reason}}}]});
            assert_eq!(of(ResourceKind::Pod, &json!({"status": status})), Warning, "{reason}");
        }
    }

    #[test]
    fn jobs_go_by_their_conditions_and_then_by_their_counts() {
        let state =
            |status: Value| of(ResourceKind::Job, &json!({"spec": {"completions": 2}, "status": status}));
        let condition = |kind: &str| json!({"succeeded": 1, "failed": 1, "conditions": [{"type": kind, "status": "True"}]});
        assert_eq!(state(condition("Complete")), Completed);
        assert_eq!(state(condition("Failed")), Failed);
        assert_eq!(state(json!({"succeeded": 2})), Completed);
        assert_eq!(state(json!({"failed": 7})), Failed);
        assert_eq!(state(json!({"failed": 1, "active": 1})), Warning);
        assert_eq!(state(json!({"active": 1})), Running);
        assert_eq!(state(json!({})), Pending);
    }

    #[test]
    fn the_other_kinds() {
        use ResourceKind as K;
        for (kind, object, expected) in [
            (K::CronJob, json!({"spec": {"suspend": true}}), Pending),
            (K::CronJob, json!({}), Running),
            (
                K::HorizontalPodAutoscaler,
                json!({"status": {"currentReplicas": 1, "desiredReplicas": 2}}),
                Warning,
            ),
            (
                K::HorizontalPodAutoscaler,
                json!({"status": {"currentReplicas": 2, "desiredReplicas": 2}}),
                Running,
            ),
            (K::Ingress, json!({}), Pending),
            (K::Ingress, json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}), Running),
            (K::PersistentVolumeClaim, json!({"status": {"phase": "Bound"}}), Running),
            (K::PersistentVolumeClaim, json!({"status": {"phase": "Lost"}}), Failed),
            (K::PersistentVolume, json!({"status": {"phase": "Available"}}), Running),
            (K::PersistentVolume, json!({"status": {"phase": "Released"}}), Unknown),
            (K::Node, json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}}), Running),
            (K::Node, json!({"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}), Failed),
            (K::Node, json!({}), Unknown),
            (K::Namespace, json!({"status": {"phase": "Terminating"}}), Pending),
            (K::Namespace, json!({"status": {"phase": "Active"}}), Running),
            (K::Service, json!({}), Running),
            (K::StorageClass, json!({}), Running),
        ] {
            assert_eq!(of(kind, &object), expected, "{kind:?} {object}");
        }
    }
}
