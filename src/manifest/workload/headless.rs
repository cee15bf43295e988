//! The Service a StatefulSet brings along (engine.md 1.4).

use k8s_openapi::api::core::v1::{Service, ServiceSpec};

use crate::graph::Code;
use crate::graph::decode::DecodedNode;
use crate::graph::fields::Port;
use crate::graph::kinds::{self, Spec};
use crate::manifest::context::{Context, app_selector};
use crate::manifest::service::named_port;
use crate::manifest::{ObjectRef, preflight};

/// The address of the Service a StatefulSet node brings along, when it does.
pub(in crate::manifest) fn address(context: &Context, node: &DecodedNode) -> Option<ObjectRef> {
    let Spec::StatefulSet(spec) = &node.spec else { return None };
    let key = (node.namespace.clone()?, spec.service_name.clone());
    (!context.services.contains_key(&key)).then(|| ObjectRef {
        api_version: "v1".into(),
        kind: "Service".into(),
        plural: "services".into(),
        namespace: Some(key.0),
        name: key.1,
    })
}

/// Whether it is written: one that is live and somebody else's already does the work.
pub(in crate::manifest) fn is_made(context: &Context, service: &ObjectRef) -> bool {
    context.inputs.live.get(service).is_none_or(|live| preflight::is_owned(live, context.inputs.workflow))
}

/// The Service that gives pods their names, unless somebody else provides it (engine.md 1.4).
pub(super) fn object(
    context: &Context,
    at: usize,
    node: &DecodedNode,
    spec: &kinds::StatefulSet,
) -> Option<Service> {
    let Some(service) = address(context, node) else {
        let key = (node.namespace.clone()?, spec.service_name.clone());
        let node = context.services.get(&key).and_then(|service| context.node(*service))?;
        if let Spec::Service(spec) = &node.spec
            && !spec.headless
        {
            let words = "serviceName names a service that is not headless: names of single pods will not resolve; set its clusterIP to None";
            context.report(at).warning(Code::NotHeadless, "serviceName", words);
        }
        return None;
    };
    if !is_made(context, &service) {
        return None;
    }
    let ports = spec.pod.port.map(|port| vec![named_port("http", "TCP", port, &Port::Number(port))]);
    Some(Service {
        metadata: context.metadata(at, &spec.service_name, &[("orchcli.dev/role", "headless")]),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".into()),
            publish_not_ready_addresses: Some(true),
            selector: app_selector(&node.name).match_labels,
            ports,
            ..ServiceSpec::default()
        }),
        status: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::Role;
    use crate::manifest::testing::{Case, named, with};

    fn single(kind: &str, more: Value) -> Case {
        Case::new([("n", kind, named("app", more))])
    }

    #[test]
    fn a_statefulset_brings_its_headless_service_unless_there_is_one() {
        let roles =
            |case: &Case| case.compile().documents.iter().map(|document| document.role).collect::<Vec<_>>();
        assert_eq!(roles(&single("statefulset", json!({}))), [Role::Headless, Role::Node]);
        let with_service = |more: Value| {
            let service = with(named("app-headless", json!({"port": 80})), more);
            Case::new([("n", "statefulset", named("app", json!({}))), ("s", "service", service)])
                .edges([("s", "", "n")])
        };
        assert_eq!(roles(&with_service(json!({"clusterIP": "None"}))), [Role::Node, Role::Node]);
        assert_eq!(with_service(json!({"clusterIP": "None"})).warnings(), []);
        assert_eq!(with_service(json!({})).warnings(), [("n".to_owned(), Code::NotHeadless)]);
        let found = |owner: &str| {
            let metadata = json!({"name": "app-headless", "namespace": "default", "labels": {"orchcli.dev/workflow-id": owner}});
            single("statefulset", json!({}))
                .live(json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata}))
        };
        assert_eq!(roles(&found("0123456789abcdef01234567")), [Role::Node]);
        assert_eq!(roles(&found(&"0".repeat(24))), [Role::Headless, Role::Node]);
    }

    #[test]
    fn a_headless_service_selects_the_pods_and_has_ports_only_with_a_port() {
        let documents = single("statefulset", json!({"labels": {"tier": "db"}, "serviceName": "app"}))
            .compile()
            .documents;
        let service = &documents[0].body;
        assert_eq!(
            service["spec"],
            json!({"clusterIP": "None", "publishNotReadyAddresses": true, "selector": {"app": "app"}})
        );
        let labels = service["metadata"]["labels"].as_object().unwrap();
        assert_eq!((&labels["orchcli.dev/role"], &labels["tier"]), (&json!("headless"), &json!("db")));
        assert!(!labels.contains_key("version"), "only deployment and statefulset objects have one");
    }
}
