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
    let mut app = spec.target_app.clone();
    let mut port = None;
    if let Some((workload, pod, others)) = context.one_linked_workload(at) {
        for other in others {
            let words = format!(
                "already leads to another workload; the edge to {} {} is ignored",
                other.kind, other.name
            );
            context.report(at).warning(Code::EdgeIgnored, "targetApp", &words);
        }
        context.same_namespace(at, "namespace", workload);
        app = Some(workload.name.clone());
        port = pod.port;
    }
    let selector = match app {
        _ if !spec.selector.is_empty() => spec.selector.clone(),
        Some(app) => BTreeMap::from([("app".to_owned(), app)]),
        None if context.report(at).mentions("targetApp") => BTreeMap::new(),
        None => {
            let words = "targetApp is required; link a workload, name one, or give a selector";
            context.report(at).error(Code::FieldRequired, "targetApp", words);
            BTreeMap::new()
        }
    };
    (selector, port)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named};

    #[test]
    fn a_linked_workload_wins_over_copied_fields_in_either_direction() {
        let case = || {
            let service = named("web", json!({"port": 80, "targetApp": "old"}));
            Case::new([("s", "service", service), ("d", "daemonset", named("agent", json!({"port": 9100})))])
                .edges([("s", "output", "d")])
        };
        for case in [case(), case().reversed()] {
            let spec = case.spec("s");
            assert_eq!(spec["selector"], json!({"app": "agent"}));
            assert_eq!(
                spec["ports"],
                json!([{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 9100}])
            );
        }
    }

    #[test]
    fn target_ports_follow_field_then_workload_then_port() {
        let target = |more, workload| {
            let nodes = [("s", "service", named("s", more)), ("d", "deployment", named("d", workload))];
            Case::new(nodes).edges([("s", "", "d")]).spec("s")["ports"][0]["targetPort"].clone()
        };
        assert_eq!(target(json!({"port": 80, "targetPort": "metrics"}), json!({"port": 1})), "metrics");
        assert_eq!(target(json!({"port": "80", "targetPort": "8080"}), json!({"port": 1})), 8080);
        assert_eq!(target(json!({"port": 80, "targetPort": null}), json!({"port": 0})), 80);
    }

    #[test]
    fn a_given_selector_is_verbatim() {
        let data =
            named("s", json!({"port": 80, "selector": {"a": 1, "b": true, "gone": null}, "targetApp": "x"}));
        assert_eq!(Case::new([("s", "service", data)]).spec("s")["selector"], json!({"a": "1", "b": "true"}));
    }

    #[test]
    fn fields_of_another_type_are_neither_used_nor_judged() {
        let data = json!({"targetApp": "x", "port": 80, "type": "ExternalName", "loadBalancerSourceRanges": ["junk"],
            "externalTrafficPolicy": "Local", "loadBalancerIP": "1.2.3.4", "ports": [{"port": 80, "nodePort": 7}]});
        let spec = Case::new([("s", "service", named("s", data))]).spec("s");
        let ports = json!([{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 80}]);
        assert_eq!(spec, json!({"type": "ClusterIP", "selector": {"app": "x"}, "ports": ports}));
    }

    #[test]
    fn type_is_an_alias_and_node_ports_are_kept() {
        let data = json!({"targetApp": "x", "type": "NodePort", "clusterIP": "None", "externalTrafficPolicy": "Cluster",
            "ports": [{"port": 80, "nodePort": 30080}]});
        let spec = Case::new([("s", "service", named("s", data))]).spec("s");
        assert_eq!((&spec["type"], &spec["ports"][0]["nodePort"]), (&json!("NodePort"), &json!(30080)));
        assert_eq!(spec["externalTrafficPolicy"], "Cluster");
        assert!(spec.get("clusterIP").is_none());
    }

    #[test]
    fn annotations_and_affinity() {
        let data = json!({"targetApp": "x", "port": 80, "clusterIP": "None", "annotations": {"a/b": 1},
            "sessionAffinity": "ClientIP", "sessionAffinityTimeout": 60});
        let body = Case::new([("s", "service", named("s", data))]).body("s");
        assert_eq!(body["metadata"]["annotations"], json!({"a/b": "1"}));
        assert_eq!(body["spec"]["clusterIP"], "None");
        assert_eq!(body["spec"]["sessionAffinityConfig"], json!({"clientIP": {"timeoutSeconds": 60}}));
    }

    #[test]
    fn problems_are_found_together() {
        let data = json!({"name": "1s", "serviceType": "x", "targetPort": "Not A Port", "clusterIP": "10.0.0.1", "sessionAffinity": "y",
            "ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b"}, {"port": 81, "name": "a"}, {}]});
        let mut fields = Case::error_fields("service", data);
        fields.sort();
        let expected = [
            "clusterIP",
            "name",
            "ports[1].port",
            "ports[2].name",
            "ports[3].port",
            "serviceType",
            "sessionAffinity",
            "targetApp",
            "targetPort",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn only_the_first_workload_counts_and_namespaces_must_match() {
        let nodes = [
            ("s", "service", named("s", json!({"port": 80}))),
            ("a", "deployment", named("a", json!({"namespace": "elsewhere"}))),
            ("b", "deployment", named("b", json!({}))),
        ];
        let case = Case::new(nodes).edges([("s", "output", "a"), ("s", "output", "b")]);
        assert_eq!(case.warnings(), [("s".to_owned(), Code::EdgeIgnored)]);
        assert_eq!(case.errors(), [("s".to_owned(), "namespace".to_owned())]);
        let twice = Case::new([
            ("s", "service", named("s", json!({"port": 80}))),
            ("a", "deployment", named("a", json!({}))),
        ]);
        assert_eq!(twice.edges([("s", "output", "a"), ("s", "other", "a")]).warnings(), []);
    }
}
