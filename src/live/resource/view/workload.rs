//! Pods and what keeps them running.

use serde_json::Value;

use super::{View, container};
use crate::live::read::{list, text};

/// Of a Deployment, StatefulSet or ReplicaSet.
pub(super) fn replicas(object: &Value) -> View {
    View::default()
        .value("replicas", Some(object.pointer("/spec/replicas").cloned().unwrap_or_else(|| 1.into())))
        .known("availableReplicas", object, "/status/availableReplicas")
        .known("readyReplicas", object, "/status/readyReplicas")
        .known("updatedReplicas", object, "/status/updatedReplicas")
        .value("containers", Some(container::all(object, "/spec/template/spec")))
}

/// Of a DaemonSet.
pub(super) fn daemon_set(object: &Value) -> View {
    View::default()
        .positive("desiredNumberScheduled", object, "/status/desiredNumberScheduled")
        .positive("currentNumberScheduled", object, "/status/currentNumberScheduled")
        .positive("numberReady", object, "/status/numberReady")
        .positive("numberAvailable", object, "/status/numberAvailable")
        .positive("numberMisscheduled", object, "/status/numberMisscheduled")
        .text("updateStrategy", object, "/spec/updateStrategy/type")
        .value("containers", Some(container::all(object, "/spec/template/spec")))
}

/// Of a HorizontalPodAutoscaler.
pub(super) fn autoscaler(object: &Value) -> View {
    let (kind, name) = (text(object, "/spec/scaleTargetRef/kind"), text(object, "/spec/scaleTargetRef/name"));
    let target =
        |resource| utilization(object, "/spec/metrics", resource, "/resource/target/averageUtilization");
    let current = |resource| {
        utilization(object, "/status/currentMetrics", resource, "/resource/current/averageUtilization")
    };
    View::default()
        .known("minReplicas", object, "/spec/minReplicas")
        .positive("maxReplicas", object, "/spec/maxReplicas")
        .positive("currentReplicas", object, "/status/currentReplicas")
        .positive("desiredReplicas", object, "/status/desiredReplicas")
        .value("targetCPUUtilization", target("cpu"))
        .value("targetMemoryUtilization", target("memory"))
        .value("currentCPUUtilization", current("cpu"))
        .value("currentMemoryUtilization", current("memory"))
        .value("scaleTargetRef", (!name.is_empty()).then(|| format!("{kind}/{name}").into()))
}

fn utilization(object: &Value, metrics: &str, resource: &str, pointer: &str) -> Option<Value> {
    list(object, metrics)
        .iter()
        .find(|metric| text(metric, "/resource/name") == resource)
        .and_then(|metric| metric.pointer(pointer).cloned())
}

/// Of a Pod.
pub(super) fn pod(object: &Value) -> View {
    View::default()
        .value("containers", Some(container::all(object, "/spec")))
        .text("nodeName", object, "/spec/nodeName")
        .text("podIP", object, "/status/podIP")
        .text("hostIP", object, "/status/hostIP")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ResourceKind;
    use super::super::tests::said;

    #[test]
    fn a_workload_says_its_counts_and_containers() {
        let object = json!({
            "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "web", "image": "nginx:1"}]}}},
            "status": {"availableReplicas": 0, "readyReplicas": 2},
        });
        let view = said(ResourceKind::Deployment, &object);
        assert_eq!(view["replicas"], 3);
        assert_eq!((&view["availableReplicas"], &view["readyReplicas"]), (&json!(0), &json!(2)));
        assert_eq!(view.get("updatedReplicas"), None, "not known");
        assert_eq!(view["containers"][0]["image"], "nginx:1");
    }

    #[test]
    fn a_daemon_set_leaves_out_zeros() {
        let object = json!({
            "spec": {"updateStrategy": {"type": "OnDelete"}},
            "status": {"desiredNumberScheduled": 2, "numberReady": 0, "numberMisscheduled": 1},
        });
        assert_eq!(
            said(ResourceKind::DaemonSet, &object),
            json!({"desiredNumberScheduled": 2, "numberMisscheduled": 1, "updateStrategy": "OnDelete"})
        );
    }

    #[test]
    fn an_autoscaler_says_its_target_and_utilization() {
        let object = json!({
            "spec": {
                "minReplicas": 1, "maxReplicas": 5, "scaleTargetRef": {"kind": "Deployment", "name": "web"},
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}],
            },
            "status": {
                "currentReplicas": 2, "desiredReplicas": 3,
                "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 0}}}],
            },
        });
        assert_eq!(
            said(ResourceKind::HorizontalPodAutoscaler, &object),
            json!({
                "minReplicas": 1, "maxReplicas": 5, "currentReplicas": 2, "desiredReplicas": 3,
                "targetCPUUtilization": 80, "currentCPUUtilization": 0, "scaleTargetRef": "Deployment/web",
            })
        );
    }

    #[test]
    fn a_pod_says_where_it_runs() {
        let object =
            json!({"spec": {"nodeName": "node-a"}, "status": {"podIP": "10.88.0.5", "hostIP": "10.87.0.1"}});
        assert_eq!(
            said(ResourceKind::Pod, &object),
            json!({"nodeName": "node-a", "podIP": "10.88.0.5", "hostIP": "10.87.0.1"})
        );
    }
}
