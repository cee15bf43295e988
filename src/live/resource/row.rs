//! A resource as a row of the list (openapi `ResourceListRow`).

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Resource, ResourceKind, ResourceStatus};
use crate::clock::Time;
use crate::id::ResourceId;
use crate::live::read::count;

/// A row: what the list shows of a resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    id: ResourceId,
    name: String,
    namespace: String,
    #[serde(rename = "type")]
    kind: ResourceKind,
    cluster_name: String,
    status: ResourceStatus,
    created_at: Time,
    is_favorite: bool,
    summary: Map<String, Value>,
}

impl Row {
    /// The row of a resource at a time, which its age counts to.
    pub fn of(resource: &Resource, now: Time) -> Self {
        let sight = &resource.sight;
        Self {
            id: resource.id,
            name: sight.name.clone(),
            namespace: sight.namespace.clone(),
            kind: sight.kind,
            cluster_name: resource.cluster_name.clone(),
            status: sight.status,
            created_at: sight.created_at,
            is_favorite: resource.is_favorite,
            summary: summary(resource, now),
        }
    }
}

/// `<n>m` below an hour, `<n>h` below a day, else `<n>d`.
fn age(created: Time, now: Time) -> String {
    let minutes = now.since(created).as_secs() / 60;
    match minutes {
        0..60 => format!("{minutes}m"),
        60..1440 => format!("{}h", minutes / 60),
        _ => format!("{}d", minutes / 1440),
    }
}

fn summary(resource: &Resource, now: Time) -> Map<String, Value> {
    let spec = &resource.sight.spec;
    let number = |member: &str| spec.get(member).and_then(Value::as_i64).unwrap_or(0);
    let text = |member: &str| spec.get(member).cloned().unwrap_or_else(|| "".into());
    let items =
        |member: &str| spec.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let amount = |member: &str| {
        spec.get("nodeCapacity")
            .and_then(|capacity| capacity.get(member))
            .cloned()
            .unwrap_or_else(|| "".into())
    };
    let mut members: Vec<(&str, Value)> = vec![("age", age(resource.sight.created_at, now).into())];
    match resource.sight.kind {
        ResourceKind::Deployment | ResourceKind::StatefulSet => {
            let replicas = format!("{}/{}", number("readyReplicas"), number("replicas"));
            members
                .extend([("replicas", replicas.into()), ("available", number("availableReplicas").into())]);
        }
        ResourceKind::Pod => {
            let containers = items("containers");
            let restarts: i64 = containers.iter().map(|container| count(container, "/restartCount")).sum();
            members.extend([
                ("containers", containers.len().into()),
                ("restarts", restarts.into()),
                ("nodeName", text("nodeName")),
                ("podIP", text("podIP")),
            ]);
        }
        ResourceKind::Service => {
            members.extend([("type", text("serviceType")), ("clusterIP", text("clusterIP"))]);
            let ports = items("ports").len();
            members.extend((ports > 0).then(|| ("ports", ports.into())));
        }
        ResourceKind::Ingress => {
            members.extend([
                ("class", text("ingressClass")),
                ("rules", number("ingressRules").into()),
                ("paths", number("ingressPaths").into()),
            ]);
            let optional = [("hosts", "ingressHosts"), ("loadBalancerIP", "loadBalancerIP")];
            members.extend(
                optional.into_iter().filter_map(|(name, member)| Some((name, spec.get(member)?.clone()))),
            );
        }
        ResourceKind::Node => members.extend([("cpu", amount("cpu")), ("memory", amount("memory"))]),
        ResourceKind::ConfigMap
        | ResourceKind::Secret
        | ResourceKind::Job
        | ResourceKind::CronJob
        | ResourceKind::DaemonSet
        | ResourceKind::HorizontalPodAutoscaler
        | ResourceKind::NetworkPolicy
        | ResourceKind::PersistentVolumeClaim
        | ResourceKind::ReplicaSet
        | ResourceKind::Namespace
        | ResourceKind::PersistentVolume
        | ResourceKind::StorageClass => {}
    }
    members.into_iter().map(|(member, value)| (member.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::super::records::tests::bench;
    use super::*;

    async fn row(kind: ResourceKind, mut object: Value) -> Value {
        object["apiVersion"] = kind.api_version().into();
        object["kind"] = kind.name().into();
        object["metadata"] =
            json!({"name": "it", "namespace": "shop", "creationTimestamp": "2026-01-01T00:00:00Z"});
        let bench = bench();
        bench.sees_one(kind, &object).await;
        let now = "2026-01-01T00:05:59Z".parse().unwrap();
        serde_json::to_value(Row::of(&bench.record("it").await, now)).unwrap()["summary"].clone()
    }

    #[test]
    fn the_age_is_said_in_its_largest_unit() {
        let born = Time::from_millis(0);
        let after = |minutes: u64| age(born, born.plus(Duration::from_mins(minutes)));
        assert_eq!(
            [after(0), after(59), after(60), after(1439), after(1440)],
            ["0m", "59m", "1h", "23h", "1d"]
        );
    }

    #[tokio::test]
    async fn each_kind_is_summed_up_in_its_own_way() {
        let workload =
            json!({"spec": {"replicas": 3}, "status": {"readyReplicas": 2, "availableReplicas": 1}});
        assert_eq!(
            row(ResourceKind::Deployment, workload).await,
            json!({"age": "5m", "replicas": "2/3", "available": 1})
        );
        let pod = json!({
            "spec": {"nodeName": "node-a", "containers": [{"name": "a"}, {"name": "b"}]},
            "status": {"podIP": "10.88.0.5", "containerStatuses": [{"name": "a", "restartCount": 2}, {"name": "b", "restartCount": 1}]},
        });
        assert_eq!(
            row(ResourceKind::Pod, pod).await,
            json!({"age": "5m", "containers": 2, "restarts": 3, "nodeName": "node-a", "podIP": "10.88.0.5"})
        );
        let service =
            json!({"spec": {"type": "ClusterIP", "clusterIP": "10.96.0.1", "ports": [{"port": 80}]}});
        assert_eq!(
            row(ResourceKind::Service, service).await,
            json!({"age": "5m", "type": "ClusterIP", "clusterIP": "10.96.0.1", "ports": 1})
        );
        assert_eq!(
            row(ResourceKind::Ingress, json!({"spec": {"ingressClassName": "nginx"}})).await,
            json!({"age": "5m", "class": "nginx", "rules": 0, "paths": 0})
        );
        let node = json!({"status": {"capacity": {"cpu": "2", "memory": "24Gi"}}});
        assert_eq!(row(ResourceKind::Node, node).await, json!({"age": "5m", "cpu": "2", "memory": "24Gi"}));
        assert_eq!(row(ResourceKind::Secret, json!({})).await, json!({"age": "5m"}));
    }
}
