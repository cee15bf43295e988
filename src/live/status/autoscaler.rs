//! Horizontal pod autoscalers.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::words::AutoscalerState;
use crate::live::read::{Condition, count, list, text};

/// What is sent for a HorizontalPodAutoscaler.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scaling {
    /// Pods now.
    pub current_replicas: i64,
    /// Pods it wants.
    pub desired_replicas: i64,
    /// CPU use in percent of the request, 0 when unknown.
    #[serde(rename = "currentCPU")]
    pub current_cpu: i64,
    /// Memory use in percent of the request, 0 when unknown.
    pub current_memory: i64,
}

/// The status sent.
pub(super) fn status(object: &Value) -> Status<AutoscalerState, Scaling> {
    let detail = Scaling {
        current_replicas: count(object, "/status/currentReplicas"),
        desired_replicas: count(object, "/status/desiredReplicas"),
        current_cpu: utilization(object, "cpu"),
        current_memory: utilization(object, "memory"),
    };
    let failing = Condition::with(object, "ScalingActive", "False")
        .or_else(|| Condition::with(object, "AbleToScale", "False"));
    let verdict = if let Some(failing) = failing {
        (AutoscalerState::Error, failing.message())
    } else if let Some(limited) = Condition::with(object, "ScalingLimited", "True") {
        (AutoscalerState::Limited, limited.message())
    } else if detail.current_replicas != detail.desired_replicas {
        let message = format!("{} -> {} replicas", detail.current_replicas, detail.desired_replicas);
        (AutoscalerState::Scaling, message)
    } else {
        (AutoscalerState::Stable, String::new())
    };
    Status::new(verdict, detail)
}

/// The average utilization of a resource in percent, 0 when it is not measured.
fn utilization(object: &Value, resource: &str) -> i64 {
    list(object, "/status/currentMetrics")
        .iter()
        .find(|metric| text(metric, "/type") == "Resource" && text(metric, "/resource/name") == resource)
        .map_or(0, |metric| count(metric, "/resource/current/averageUtilization"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{said, sent};
    use super::super::{Around, Kind};

    fn autoscaler(conditions: &Value, desired: i64) -> (String, String) {
        let object =
            json!({"status": {"currentReplicas": 2, "desiredReplicas": desired, "conditions": conditions}});
        said(Kind::HorizontalPodAutoscaler, &object, &Around::default())
    }

    fn is(state: &str, message: &str) -> (String, String) {
        (state.to_owned(), message.to_owned())
    }

    #[test]
    fn conditions_that_tell_of_failure_come_first() {
        let limited = json!({"type": "ScalingLimited", "status": "True", "message": "at the maximum"});
        for kind in ["ScalingActive", "AbleToScale"] {
            let failing = json!({"type": kind, "status": "False", "message": "no metrics"});
            assert_eq!(autoscaler(&json!([limited, failing]), 5), is("error", "no metrics"), "{kind}");
        }
        assert_eq!(autoscaler(&json!([limited]), 5), is("limited", "at the maximum"));
    }

    #[test]
    fn scaling_says_from_where_to_where() {
        assert_eq!(autoscaler(&json!([]), 5), is("scaling", "2 -> 5 replicas"));
        assert_eq!(autoscaler(&json!([]), 2), is("stable", ""));
    }

    #[test]
    fn utilization_is_taken_from_the_resource_metrics() {
        let object = json!({"status": {"currentReplicas": 1, "desiredReplicas": 1, "currentMetrics": [
            {"type": "ContainerResource", "containerResource": {"name": "cpu", "current": {"averageUtilization": 1}}},
            {"type": "Resource", "resource": {"name": "memory", "current": {"averageUtilization": 40}}},
            {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 75}}},
        ]}});
        assert_eq!(
            sent(Kind::HorizontalPodAutoscaler, &object, &Around::default()),
            json!({"state": "stable", "message": "", "currentReplicas": 1, "desiredReplicas": 1, "currentCPU": 75, "currentMemory": 40})
        );
    }
}
