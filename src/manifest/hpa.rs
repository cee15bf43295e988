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
    let mut linked = context.linked_workloads(at);
    let (kind, name) = match linked.next() {
        Some((_, workload, _)) => {
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
    for (_, extra, _) in linked {
        let words =
            format!("already scales another workload; the edge to {} {} is ignored", extra.kind, extra.name);
        context.report(at).warning(Code::EdgeIgnored, "scaleTargetName", &words);
    }
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
