//! HorizontalPodAutoscaler (engine.md 1.13, 2.6).

use std::collections::HashMap;

use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler,
    HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec, MetricSpec, MetricTarget,
    ResourceMetricSource,
};

use super::Role;
use super::context::{Context, filled};
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{Hpa, ScaleTarget, Spec};
use crate::graph::{Code, NodeKind};

/// Finds the workload of every autoscaler: by edge, else by kind, name and namespace.
pub(super) fn resolve_targets(context: &mut Context) {
    let mut workloads = HashMap::new();
    for (at, node) in context.decoded.nodes.iter().enumerate() {
        if let Some(node) = node
            && let Some(kind) = scale_kind(node.kind)
        {
            workloads.entry((kind, node.namespace.clone(), node.name.clone())).or_insert(at);
        }
    }
    for (at, node) in context.decoded.nodes.iter().enumerate() {
        let Some(node) = node else { continue };
        let Spec::Hpa(spec) = &node.spec else { continue };
        let linked = context.linked_workloads(at).next().map(|(link, _, _)| link.node);
        let named = || {
            let kind = spec.target_kind.unwrap_or(ScaleTarget::Deployment);
            let key = (kind, node.namespace.clone(), spec.target_name.clone()?);
            workloads.get(&key).copied()
        };
        if let Some(target) = linked.or_else(named) {
            context.scale_targets.insert(at, target);
            context.scaled.insert(target);
        }
    }
}

fn scale_kind(kind: NodeKind) -> Option<ScaleTarget> {
    match kind {
        NodeKind::Deployment => Some(ScaleTarget::Deployment),
        NodeKind::StatefulSet => Some(ScaleTarget::StatefulSet),
        NodeKind::Service
        | NodeKind::Ingress
        | NodeKind::ConfigMap
        | NodeKind::Secret
        | NodeKind::PersistentVolumeClaim
        | NodeKind::Job
        | NodeKind::CronJob
        | NodeKind::DaemonSet
        | NodeKind::Hpa
        | NodeKind::NetworkPolicy
        | NodeKind::Plugin => None,
    }
}

/// The namespace of the linked workload, else its own.
pub(super) fn namespace(context: &Context, at: usize) -> Option<String> {
    let target = context.scale_targets.get(&at).and_then(|target| context.node(*target));
    target.or_else(|| context.node(at))?.namespace.clone()
}

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(node) = context.node(at) else { return };
    let Spec::Hpa(spec) = &node.spec else { return };
    let target = target(context, at, spec);
    check_target(context, at, spec);
    let mut metadata = context.own_metadata(at);
    metadata.namespace = namespace(context, at);
    let object = HorizontalPodAutoscaler {
        metadata,
        spec: Some(HorizontalPodAutoscalerSpec {
            scale_target_ref: target,
            min_replicas: spec.min_replicas,
            max_replicas: spec.max_replicas,
            metrics: filled(metrics(spec)),
            behavior: behavior(spec),
        }),
        status: None,
    };
    if context.links_are_addressable(at) {
        context.push(at, Role::Node, &object);
    }
}

fn target(context: &Context, at: usize, spec: &Hpa) -> CrossVersionObjectReference {
    let given_kind = spec.target_kind.unwrap_or(ScaleTarget::Deployment);
    let (kind, name) = match context.one_linked_workload(at) {
        Some((workload, _, others)) => {
            for other in others {
                let words = format!(
                    "already scales another workload; the edge to {} {} is ignored",
                    other.kind, other.name
                );
                context.report(at).warning(Code::EdgeIgnored, "scaleTargetName", &words);
            }
            let kind = scale_kind(workload.kind).unwrap_or(given_kind);
            let kind_differs = spec.target_kind.is_some_and(|given| given != kind);
            if kind_differs || spec.target_name.as_ref().is_some_and(|given| *given != workload.name) {
                let words =
                    format!("scaleTargetName is taken from the link: {} {}", kind.name(), workload.name);
                context.report(at).info(Code::Overridden, "scaleTargetName", &words);
            }
            if context.node(at).is_some_and(|node| node.namespace != workload.namespace) {
                context.report(at).info(
                    Code::Overridden,
                    "namespace",
                    "namespace is taken from the linked workload",
                );
            }
            (kind, workload.name.clone())
        }
        None => (given_kind, spec.target_name.clone().unwrap_or_default()),
    };
    if name.is_empty() && !context.report(at).mentions("scaleTargetName") {
        let words = "scaleTargetName is required; link a deployment or statefulset, or name one";
        context.report(at).error(Code::FieldRequired, "scaleTargetName", words);
    }
    CrossVersionObjectReference { api_version: Some("apps/v1".into()), kind: kind.name().into(), name }
}

/// Utilisation is a share of the request: without one there is nothing to compute.
fn check_target(context: &Context, at: usize, spec: &Hpa) {
    let target = context.scale_targets.get(&at).and_then(|target| context.node(*target));
    let Some((target, pod)) = target.and_then(|target| Some((target, target.spec.pod()?))) else { return };
    let metrics =
        [("cpu", spec.cpu, "targetCPUUtilization"), ("memory", spec.memory, "targetMemoryUtilization")];
    for (resource, wanted, field) in metrics {
        if wanted.is_some() && !pod.requests.contains_key(resource) {
            let words =
                format!("{field} cannot be computed: {} {} requests no {resource}", target.kind, target.name);
            context.report(at).warning(Code::NoRequest, field, &words);
        }
    }
}

fn metrics(spec: &Hpa) -> Vec<MetricSpec> {
    let metric = |(name, utilization): (&str, Option<i32>)| {
        let target = MetricTarget {
            type_: "Utilization".into(),
            average_utilization: Some(utilization?),
            ..MetricTarget::default()
        };
        let resource = Some(ResourceMetricSource { name: name.into(), target });
        Some(MetricSpec { type_: "Resource".into(), resource, ..MetricSpec::default() })
    };
    [("cpu", spec.cpu), ("memory", spec.memory)].into_iter().filter_map(metric).collect()
}

fn behavior(spec: &Hpa) -> Option<HorizontalPodAutoscalerBehavior> {
    let policy = |kind: &str, value| HPAScalingPolicy { type_: kind.into(), value, period_seconds: 15 };
    let down = spec.scale_down_seconds.map(|seconds| HPAScalingRules {
        stabilization_window_seconds: Some(seconds),
        policies: Some(vec![policy("Percent", 100)]),
        ..HPAScalingRules::default()
    });
    let up = spec.scale_up_seconds.map(|seconds| HPAScalingRules {
        stabilization_window_seconds: Some(seconds),
        policies: Some(vec![policy("Percent", 100), policy("Pods", 4)]),
        select_policy: Some("Max".into()),
        ..HPAScalingRules::default()
    });
    (down.is_some() || up.is_some())
        .then_some(HorizontalPodAutoscalerBehavior { scale_down: down, scale_up: up })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named, with};

    fn scaler(more: Value) -> Value {
        with(named("scaler", json!({"maxReplicas": 3, "targetCPUUtilization": 80})), more)
    }

    #[test]
    fn a_link_gives_kind_name_and_namespace_in_either_direction() {
        let case = || {
            let target = named(
                "db",
                json!({"namespace": "data", "replicas": 5, "resources": {"requests": {"cpu": 1}}}),
            );
            Case::new([("h", "hpa", scaler(json!({"scaleTargetKind": ""}))), ("s", "statefulset", target)])
                .edges([("h", "output", "s")])
        };
        for case in [case(), case().reversed()] {
            let body = case.body("h");
            assert_eq!(body["metadata"]["namespace"], "data");
            let target = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"});
            assert_eq!(body["spec"]["scaleTargetRef"], target);
            assert!(case.spec("s").get("replicas").is_none(), "the count belongs to the autoscaler");
            assert_eq!(case.warnings(), []);
        }
    }

    #[test]
    fn a_named_target_of_the_same_namespace_is_scaled_too() {
        let replicas = |namespace: &str| {
            let target = named("web", json!({"namespace": namespace}));
            let case = Case::new([
                ("h", "hpa", scaler(json!({"scaleTargetName": "web"}))),
                ("d", "deployment", target),
            ]);
            case.spec("d").get("replicas").cloned()
        };
        assert_eq!(replicas("default"), None);
        assert_eq!(replicas("other"), Some(json!(1)));
    }

    #[test]
    fn without_a_request_there_is_nothing_to_compute() {
        let nodes = [
            ("h", "hpa", scaler(json!({"targetMemoryUtilization": 900}))),
            ("d", "deployment", named("web", json!({"resources": {"requests": {"cpu": "1"}}}))),
        ];
        assert_eq!(Case::new(nodes).edges([("h", "", "d")]).warnings(), [("h".to_owned(), Code::NoRequest)]);
    }

    #[test]
    fn only_the_first_workload_is_scaled_however_often_it_is_linked() {
        let requests = json!({"resources": {"requests": {"cpu": 1}}});
        let case = Case::new([
            ("h", "hpa", scaler(json!({}))),
            ("a", "deployment", named("a", requests.clone())),
            ("b", "deployment", named("b", requests)),
        ]);
        let case = case.edges([("h", "output", "b"), ("h", "other", "b"), ("h", "", "a")]);
        assert_eq!(case.spec("h")["scaleTargetRef"]["name"], "b");
        assert_eq!(case.warnings(), [("h".to_owned(), Code::EdgeIgnored)]);
        assert_eq!(case.spec("a")["replicas"], 1);
    }

    #[test]
    fn zero_is_a_stabilisation_window() {
        let spec =
            Case::new([("h", "hpa", scaler(json!({"scaleTargetName": "x", "scaleDownStabilization": 0})))])
                .spec("h");
        let down = json!({"stabilizationWindowSeconds": 0, "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]});
        assert_eq!(spec["behavior"], json!({"scaleDown": down}));
        assert!(spec.get("minReplicas").is_none());
    }

    #[test]
    fn problems_are_found_together() {
        let data = json!({"name": "h", "minReplicas": 0, "maxReplicas": "3.5", "targetCPUUtilization": 1001, "scaleUpStabilization": 3601});
        let fields = Case::error_fields("hpa", data);
        let expected =
            ["minReplicas", "maxReplicas", "targetCPUUtilization", "scaleUpStabilization", "scaleTargetName"];
        assert_eq!(fields, expected);
        assert_eq!(
            Case::error_fields("hpa", json!({"scaleTargetName": "x"})),
            ["maxReplicas", "targetCPUUtilization"]
        );
    }
}
