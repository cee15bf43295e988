//! Daemon sets.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::rollout::{Around, Rollout};
use super::words::Health;
use crate::live::read::count;

/// The counts sent for a DaemonSet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeCoverage {
    /// Cluster nodes that should run a pod.
    pub desired_number_scheduled: i64,
    /// Pods ready.
    pub number_ready: i64,
    /// Pods available.
    pub number_available: i64,
}

/// What the rules need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DaemonSet {
    pub(super) rollout: Rollout,
    available: i64,
}

/// Reads what the rules need.
pub(super) fn read(object: &Value) -> DaemonSet {
    let rollout = Rollout {
        noun: "daemonset",
        idle: "No matching nodes",
        desired: count(object, "/status/desiredNumberScheduled"),
        ready: count(object, "/status/numberReady"),
        settled: true,
        trouble: None,
    };
    DaemonSet { rollout, available: count(object, "/status/numberAvailable") }
}

/// The status sent.
pub(super) fn status(set: &DaemonSet, around: &Around) -> Status<Health, NodeCoverage> {
    let detail = NodeCoverage {
        desired_number_scheduled: set.rollout.desired,
        number_ready: set.rollout.ready,
        number_available: set.available,
    };
    Status::new(set.rollout.verdict(around), detail)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{said, sent};
    use super::super::{Around, Kind};

    fn daemon_set(desired: i64, ready: i64) -> Value {
        json!({"status": {"desiredNumberScheduled": desired, "numberReady": ready, "numberAvailable": ready}})
    }

    fn is(state: &str, message: &str) -> (String, String) {
        (state.to_owned(), message.to_owned())
    }

    #[test]
    fn no_matching_node_is_healthy() {
        assert_eq!(
            said(Kind::DaemonSet, &daemon_set(0, 0), &Around::default()),
            is("healthy", "No matching nodes")
        );
    }

    #[test]
    fn goes_from_starting_over_partial_to_healthy() {
        let around = Around::default();
        assert_eq!(said(Kind::DaemonSet, &daemon_set(2, 0), &around), is("partial", "Starting daemonset..."));
        assert_eq!(said(Kind::DaemonSet, &daemon_set(2, 1), &around), is("partial", "1/2 pods ready"));
        assert_eq!(
            sent(Kind::DaemonSet, &daemon_set(2, 2), &around),
            json!({"state": "healthy", "message": "All 2 pods ready", "desiredNumberScheduled": 2, "numberReady": 2, "numberAvailable": 2})
        );
    }

    #[test]
    fn a_failing_pod_or_losing_all_pods_is_an_error() {
        let failing = Around { failure: Some("ErrImagePull: gone"), ..Around::default() };
        assert_eq!(said(Kind::DaemonSet, &daemon_set(2, 1), &failing), is("error", "ErrImagePull: gone"));
        let fallen = Around { was_ready: true, ..Around::default() };
        assert_eq!(said(Kind::DaemonSet, &daemon_set(2, 0), &fallen), is("error", "No pods are ready"));
    }
}
