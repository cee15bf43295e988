//! Graphs as the console draws them, and what a run says it made of them.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;

use orchcli::cluster::Resource;
use serde_json::{Value, json};

/// The only image the bed can run.
pub const IMAGE: &str = "testbed/busybox:1";

/// A container that serves files at `port`.
pub fn server_pod(port: u16) -> Value {
    json!({
        "image": IMAGE, "imagePullPolicy": "IfNotPresent", "port": port,
        "command": ["httpd", "-f", "-p", port.to_string()],
    })
}

pub fn graph<const N: usize, const E: usize>(nodes: [Value; N], edges: [Value; E]) -> Value {
    json!({"nodes": Vec::from(nodes), "edges": Vec::from(edges)})
}

pub fn edge(source: &str, handle: &str, target: &str) -> Value {
    json!({"id": format!("{source}-{handle}-{target}"), "source": source, "sourceHandle": handle, "target": target,
        "targetHandle": null})
}

/// What was done to each object, as `Kind name`.
pub fn operations(run: &Value) -> BTreeMap<String, String> {
    let states = run["node_states"].as_object().unwrap().values();
    let applied = states.filter_map(|state| state["result"]["applied_resources"].as_array()).flatten();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    applied
        .map(|object| {
            (format!("{} {}", text(&object["kind"]), text(&object["name"])), text(&object["operation"]))
        })
        .collect()
}

/// The findings that are errors, as (node, code).
pub fn errors(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let issues = body["issues"].as_array().unwrap().iter();
    issues
        .filter(|issue| issue["severity"] == "error")
        .map(|issue| (text(&issue["node_id"]), text(&issue["code"])))
        .collect()
}

/// Overlays the members of `more`.
pub fn merge(data: &mut Value, more: Value) {
    if let (Value::Object(data), Value::Object(more)) = (data, more) {
        data.extend(more);
    }
}

/// Where the API server serves a kind.
pub fn resource(kind: &str) -> Resource {
    let (api, plural, namespaced) = match kind {
        "Namespace" => ("v1", "namespaces", false),
        "PersistentVolume" => ("v1", "persistentvolumes", false),
        "Secret" => ("v1", "secrets", true),
        "ConfigMap" => ("v1", "configmaps", true),
        "PersistentVolumeClaim" => ("v1", "persistentvolumeclaims", true),
        "Pod" => ("v1", "pods", true),
        "Service" => ("v1", "services", true),
        "ServiceAccount" => ("v1", "serviceaccounts", true),
        "Deployment" => ("apps/v1", "deployments", true),
        "StatefulSet" => ("apps/v1", "statefulsets", true),
        "DaemonSet" => ("apps/v1", "daemonsets", true),
        "Job" => ("batch/v1", "jobs", true),
        "CronJob" => ("batch/v1", "cronjobs", true),
        "HorizontalPodAutoscaler" => ("autoscaling/v2", "horizontalpodautoscalers", true),
        "NetworkPolicy" => ("networking.k8s.io/v1", "networkpolicies", true),
        "Ingress" => ("networking.k8s.io/v1", "ingresses", true),
        "Certificate" => ("cert-manager.io/v1", "certificates", true),
        "ClusterIssuer" => ("cert-manager.io/v1", "clusterissuers", false),
        "ScaledObject" => ("keda.sh/v1alpha1", "scaledobjects", true),
        "ClusterRoleBinding" => ("rbac.authorization.k8s.io/v1", "clusterrolebindings", false),
        "Role" => ("rbac.authorization.k8s.io/v1", "roles", true),
        "RoleBinding" => ("rbac.authorization.k8s.io/v1", "rolebindings", true),
        other => panic!("where is {other} served?"),
    };
    Resource::known(api, kind, plural, namespaced)
}
