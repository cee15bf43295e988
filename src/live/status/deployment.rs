//! Deployments.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::rollout::{Around, Rollout};
use super::words::Health;
use crate::live::read::{Condition, count, number, observed};

/// The counts sent for a Deployment or a ReplicaSet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replicas {
    /// Pods wanted.
    pub replicas: i64,
    /// Pods ready.
    pub ready_replicas: i64,
}

/// Reads what the rules need.
pub(super) fn read(object: &Value) -> Rollout {
    let desired = number(object, "/spec/replicas").unwrap_or(1);
    let trouble = Condition::with(object, "ReplicaFailure", "True")
        .or_else(|| Condition::with(object, "Progressing", "False"))
        .map(Condition::message);
    Rollout {
        noun: "deployment",
        idle: "Scaled to 0",
        desired,
        ready: count(object, "/status/readyReplicas"),
        settled: observed(object) && count(object, "/status/updatedReplicas") >= desired,
        trouble,
    }
}

/// The status sent.
pub(super) fn status(rollout: &Rollout, around: &Around) -> Status<Health, Replicas> {
    let detail = Replicas { replicas: rollout.desired, ready_replicas: rollout.ready };
    Status::new(rollout.verdict(around), detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::said;
    use super::super::{Around, Kind};
    use super::*;

    fn deployment(desired: i64, ready: i64) -> Value {
        json!({
            "metadata": {"generation": 2},
            "spec": {"replicas": desired},
            "status": {"observedGeneration": 2, "replicas": desired, "updatedReplicas": desired, "readyReplicas": ready},
        })
    }

    fn with_condition(mut object: Value, condition: &Value) -> Value {
        object["status"]["conditions"] = json!([condition]);
        object
    }

    fn status(object: &Value, around: &Around) -> (String, String) {
        said(Kind::Deployment, object, around)
    }

    fn is(state: &str, message: &str) -> (String, String) {
        (state.to_owned(), message.to_owned())
    }

    #[test]
    fn all_ready_is_healthy() {
        assert_eq!(status(&deployment(3, 3), &Around::default()), is("healthy", "All 3 pods ready"));
    }

    #[test]
    fn scaled_to_zero_is_healthy_whatever_else_is_said() {
        let object = with_condition(
            deployment(0, 0),
            &json!({"type": "Progressing", "status": "False", "message": "x"}),
        );
        let around = Around { failure: Some("CrashLoopBackOff"), was_ready: true, ..Around::default() };
        assert_eq!(status(&object, &around), is("healthy", "Scaled to 0"));
    }

    #[test]
    fn replicas_left_out_mean_one() {
        let object = json!({"spec": {}, "status": {"readyReplicas": 1, "updatedReplicas": 1}});
        assert_eq!(status(&object, &Around::default()), is("healthy", "All 1 pods ready"));
    }

    #[test]
    fn a_condition_that_tells_of_failure_is_an_error_before_anything_else() {
        for (kind, value) in [("ReplicaFailure", "True"), ("Progressing", "False")] {
            let object = with_condition(
                deployment(3, 3),
                &json!({"type": kind, "status": value, "reason": "Why", "message": "quota exceeded"}),
            );
            assert_eq!(status(&object, &Around::default()), is("error", "quota exceeded"), "{kind}");
        }
    }

    #[test]
    fn a_condition_without_a_message_gives_its_reason() {
        let object = with_condition(
            deployment(3, 1),
            &json!({"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}),
        );
        assert_eq!(status(&object, &Around::default()), is("error", "ProgressDeadlineExceeded"));
    }

    #[test]
    fn a_failing_pod_is_an_error_only_while_pods_are_missing() {
        let around = Around { failure: Some("ImagePullBackOff: no such image"), ..Around::default() };
        assert_eq!(status(&deployment(3, 2), &around), is("error", "ImagePullBackOff: no such image"));
        assert_eq!(status(&deployment(3, 3), &around), is("healthy", "All 3 pods ready"));
    }

    #[test]
    fn none_ready_is_a_start_at_first_and_an_error_later() {
        assert_eq!(status(&deployment(2, 0), &Around::default()), is("partial", "Starting deployment..."));
        let around = Around { was_ready: true, ..Around::default() };
        assert_eq!(status(&deployment(2, 0), &around), is("error", "No pods are ready"));
    }

    #[test]
    fn a_roll_out_under_way_is_partial_even_when_all_are_ready() {
        let mut unseen = deployment(3, 3);
        unseen["metadata"]["generation"] = json!(3);
        let mut old_pods = deployment(3, 3);
        old_pods["status"]["updatedReplicas"] = json!(1);
        for object in [unseen, old_pods] {
            assert_eq!(status(&object, &Around::default()), is("partial", "3/3 pods ready"));
        }
        assert_eq!(status(&deployment(3, 1), &Around::default()), is("partial", "1/3 pods ready"));
    }
}
