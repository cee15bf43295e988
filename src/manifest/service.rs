//! Service (engine.md 1.8, 2.3).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ClientIPConfig, Service, ServicePort, ServiceSpec, SessionAffinityConfig};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Role;
use super::context::{Context, filled};
use crate::graph::Code;
use crate::graph::fields::{Choice as _, Port};
use crate::graph::kinds::{self, Spec};

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(Spec::Service(spec)) = context.node(at).map(|node| &node.spec) else { return };
    let (selector, workload_port) = target(context, at, spec);
    let client_ip = spec.affinity.is_some_and(|affinity| affinity.name() == "ClientIP");
    let affinity = SessionAffinityConfig {
        client_ip: Some(ClientIPConfig { timeout_seconds: Some(spec.affinity_seconds) }),
    };
    let object = Service {
        metadata: {
            let mut metadata = context.own_metadata(at);
            super::add_annotations(&mut metadata, &spec.annotations);
            metadata
        },
        spec: Some(ServiceSpec {
            type_: Some(spec.kind.name().into()),
            cluster_ip: spec.headless.then(|| "None".into()),
            selector: filled(selector),
            ports: Some(ports(spec, workload_port)),
            session_affinity: spec.affinity.map(|affinity| affinity.name().into()),
            session_affinity_config: client_ip.then_some(affinity),
            load_balancer_ip: spec.load_balancer_ip.clone(),
            load_balancer_source_ranges: filled(spec.source_ranges.clone()),
            external_traffic_policy: spec.traffic_policy.map(|policy| policy.name().into()),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    };
    if context.links_are_addressable(at) {
        context.push(at, Role::Node, &object);
    }
}

/// Selector, and the port of the linked workload.
fn target(context: &Context, at: usize, spec: &kinds::Service) -> (BTreeMap<String, String>, Option<i32>) {
    let mut workloads = context.linked_workloads(at);
    let first = workloads.next();
    for (_, extra, _) in workloads {
        let words = format!(
            "already leads to another workload; the edge to {} {} is ignored",
            extra.kind, extra.name
        );
        context.report(at).warning(Code::EdgeIgnored, "targetApp", &words);
    }
    if let Some((_, workload, _)) = first {
        context.same_namespace(at, "namespace", workload);
    }
    let app = match (&first, &spec.target_app) {
        (Some((_, workload, _)), _) => Some(workload.name.clone()),
        (None, given) => given.clone(),
    };
    let selector = match app {
        _ if !spec.selector.is_empty() => spec.selector.clone(),
        Some(app) => BTreeMap::from([("app".to_owned(), app)]),
        None => {
            let words = "targetApp is required; link a workload, name one, or give a selector";
            context.report(at).error(Code::FieldRequired, "targetApp", words);
            BTreeMap::new()
        }
    };
    (selector, first.and_then(|(_, _, pod)| pod.port))
}

fn ports(spec: &kinds::Service, workload_port: Option<i32>) -> Vec<ServicePort> {
    if spec.ports.is_empty() {
        let port = spec.port.unwrap_or_default();
        let target = spec.target_port.clone().unwrap_or(Port::Number(workload_port.unwrap_or(port)));
        return vec![named_port("http", "TCP", port, &target)];
    }
    let port = |port: &kinds::ServicePort| ServicePort {
        node_port: port.node_port,
        ..named_port(&port.name, port.protocol.name(), port.port, &port.target_port)
    };
    spec.ports.iter().map(port).collect()
}

pub(super) fn named_port(name: &str, protocol: &str, port: i32, target: &Port) -> ServicePort {
    ServicePort {
        name: Some(name.into()),
        protocol: Some(protocol.into()),
        port,
        target_port: Some(int_or_string(target)),
        ..ServicePort::default()
    }
}

/// A port as the API writes it.
pub(super) fn int_or_string(port: &Port) -> IntOrString {
    match port {
        Port::Number(number) => IntOrString::Int(*number),
        Port::Name(name) => IntOrString::String(name.clone()),
    }
}
