//! Replica sets: the rules of stateful sets, without revisions.

use serde_json::Value;

use super::rollout::Rollout;
use crate::live::read::{count, number, observed};

/// Reads what the rules need.
pub(super) fn read(object: &Value) -> Rollout {
    Rollout {
        noun: "replicaset",
        idle: "Scaled to 0",
        desired: number(object, "/spec/replicas").unwrap_or(1),
        ready: count(object, "/status/readyReplicas"),
        settled: observed(object),
        trouble: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::said;
    use super::super::{Around, Kind};

    #[test]
    fn is_healthy_when_all_pods_are_ready() {
        let object = json!({"spec": {"replicas": 2}, "status": {"readyReplicas": 2}});
        let (state, message) = said(Kind::ReplicaSet, &object, &Around::default());
        assert_eq!((state.as_str(), message.as_str()), ("healthy", "All 2 pods ready"));
    }
}
