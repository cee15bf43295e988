//! Stateful sets.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::rollout::{Around, Rollout};
use super::words::Health;
use crate::live::read::{count, number, observed};

/// The counts sent for a StatefulSet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderedReplicas {
    /// Pods wanted.
    pub replicas: i64,
    /// Pods ready.
    pub ready_replicas: i64,
    /// Pods of the current revision.
    pub current_replicas: i64,
}

/// What the rules need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatefulSet {
    pub(super) rollout: Rollout,
    current: i64,
}

/// Reads what the rules need.
pub(super) fn read(object: &Value) -> StatefulSet {
    let desired = number(object, "/spec/replicas").unwrap_or(1);
    let rollout = Rollout {
        noun: "statefulset",
        idle: "Scaled to 0",
        desired,
        ready: count(object, "/status/readyReplicas"),
        settled: observed(object) && count(object, "/status/updatedReplicas") >= desired,
        trouble: None,
    };
    StatefulSet { rollout, current: count(object, "/status/currentReplicas") }
}

/// The status sent.
pub(super) fn status(set: &StatefulSet, around: &Around) -> Status<Health, OrderedReplicas> {
    let detail = OrderedReplicas {
        replicas: set.rollout.desired,
        ready_replicas: set.rollout.ready,
        current_replicas: set.current,
    };
    Status::new(set.rollout.verdict(around), detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::sent;
    use super::super::{Around, Kind};

    #[test]
    fn says_how_many_pods_are_of_the_current_revision() {
        let object = json!({
            "metadata": {"generation": 1},
            "spec": {"replicas": 3},
            "status": {"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": 1, "currentReplicas": 2},
        });
        assert_eq!(
            sent(Kind::StatefulSet, &object, &Around::default()),
            json!({"state": "partial", "message": "3/3 pods ready", "replicas": 3, "readyReplicas": 3, "currentReplicas": 2})
        );
    }

    #[test]
    fn conditions_do_not_matter_and_the_start_has_its_own_word() {
        let object =
            json!({"status": {"conditions": [{"type": "Progressing", "status": "False", "message": "no"}]}});
        let status = sent(Kind::StatefulSet, &object, &Around::default());
        assert_eq!(status["message"], "Starting statefulset...");
    }
}
