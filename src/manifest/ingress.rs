//! Ingress (engine.md 1.9, 2.2).

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend,
    IngressSpec, IngressTLS, ServiceBackendPort,
};

use super::Role;
use super::context::{Context, filled};
use crate::graph::Code;
use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{Path, Spec};

/// Where a path leads.
struct Backend {
    service: String,
    /// `None` when the linked node has none, which is a finding of that node.
    port: Option<i32>,
}

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(Spec::Ingress(spec)) = context.node(at).map(|node| &node.spec) else { return };
    let backends = backends(context, at, &spec.paths);
    let complete = backends.iter().flatten().all(|backend| backend.port.is_some());
    let mut paths = Vec::new();
    for (path, backend) in spec.paths.iter().zip(backends) {
        if let Some(backend) = backend {
            paths.push(http_path(path, backend));
            continue;
        }
        let words = format!(
            "path {} has no backend service and is left out; link one or name it",
            crate::graph::report::quoted(&path.path)
        );
        context.report(at).warning(Code::BackendMissing, &path.field, &words);
    }
    if paths.is_empty() {
        context.report(at).error(
            Code::BackendMissing,
            "paths",
            "no path has a backend service; link a service or fill in paths",
        );
    }
    let http = HTTPIngressRuleValue { paths };
    let tls = spec
        .tls
        .as_ref()
        .map(|tls| IngressTLS { hosts: filled(tls.hosts.clone()), secret_name: tls.secret_name.clone() });
    let object = Ingress {
        metadata: {
            let mut metadata = context.own_metadata(at);
            super::add_annotations(&mut metadata, &spec.annotations);
            metadata
        },
        spec: Some(IngressSpec {
            ingress_class_name: spec.class.clone(),
            tls: tls.map(|tls| vec![tls]),
            rules: Some(vec![IngressRule { host: spec.host.clone(), http: Some(http) }]),
            ..IngressSpec::default()
        }),
        ..Ingress::default()
    };
    if complete && context.links_are_addressable(at) {
        context.push(at, Role::Node, &object);
    }
}

/// By edge, then by the node the path remembers, then as written; edges without a handle fill what is left.
fn backends(context: &Context, at: usize, paths: &[Path]) -> Vec<Option<Backend>> {
    let services: Vec<_> = context
        .linked(at, crate::graph::NodeKind::Service)
        .map(|(link, service)| {
            let path = paths.iter().position(|path| path.id.is_some() && path.id == link.handle);
            (path, service)
        })
        .collect();
    let mut backends: Vec<Option<Backend>> = Vec::with_capacity(paths.len());
    for (position, path) in paths.iter().enumerate() {
        let by_edge =
            services.iter().find(|(found, _)| *found == Some(position)).map(|(_, service)| *service);
        let service = by_edge.or_else(|| remembered(context, path));
        backends.push(match service {
            Some(service) => backend_of(context, at, path, service),
            None => written(path),
        });
    }
    for (_, service) in services.iter().filter(|(path, _)| path.is_none()) {
        match backends.iter().position(Option::is_none) {
            Some(free) => backends[free] = backend_of(context, at, &paths[free], service),
            None => {
                let words =
                    format!("every path has a backend; the edge to service {} changes nothing", service.name);
                context.report(at).info(Code::EdgeIgnored, "paths", &words);
            }
        }
    }
    backends
}

fn remembered<'c>(context: &'c Context, path: &Path) -> Option<&'c DecodedNode> {
    let position = context.decoded.position(path.linked_service.as_deref()?)?;
    context.node(position).filter(|node| matches!(node.spec, Spec::Service(_)))
}

fn written(path: &Path) -> Option<Backend> {
    let (service, port) = path.service_name.clone().zip(path.service_port)?;
    Some(Backend { service, port: Some(port) })
}

fn backend_of(context: &Context, at: usize, path: &Path, service: &DecodedNode) -> Option<Backend> {
    let Spec::Service(spec) = &service.spec else { return None };
    context.same_namespace(at, &path.field, service);
    Some(Backend { service: service.name.clone(), port: spec.first_port() })
}

fn http_path(path: &Path, backend: Backend) -> HTTPIngressPath {
    let port = ServiceBackendPort { number: backend.port, name: None };
    HTTPIngressPath {
        path: Some(path.path.clone()),
        path_type: path.path_type.name().into(),
        backend: IngressBackend {
            service: Some(IngressServiceBackend { name: backend.service, port: Some(port) }),
            ..IngressBackend::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named, with};

    fn service(name: &str, port: u16) -> Value {
        named(name, json!({"port": port, "targetApp": "x"}))
    }

    fn backends(case: &Case) -> Vec<(Value, Value)> {
        let spec = case.spec("i");
        let paths = spec["rules"][0]["http"]["paths"].as_array().unwrap().clone();
        let backend = |path: &Value| path["backend"]["service"].clone();
        paths
            .iter()
            .map(backend)
            .map(|service| (service["name"].clone(), service["port"]["number"].clone()))
            .collect()
    }

    #[test]
    fn edges_by_handle_then_memory_then_text_then_loose_edges() {
        let paths = json!([
            {"id": "p1", "path": "/a", "serviceName": "stale", "servicePort": 1, "_linkedService": "s2"},
            {"id": "p2", "path": "/b", "serviceName": "stale", "servicePort": 1, "_linkedService": "s2"},
            {"id": "p3", "path": "/c", "serviceName": "written", "servicePort": "90"},
            {"id": "p4", "path": "/d", "servicePort": 0},
        ]);
        let case = || {
            Case::new([
                ("i", "ingress", named("i", json!({"paths": paths}))),
                ("s1", "service", service("one", 81)),
                ("s2", "service", service("two", 82)),
                ("s3", "service", named("three", json!({"targetApp": "x", "ports": [{"port": 83}]}))),
            ])
            .edges([("i", "", "s3"), ("i", "p1", "s1")])
        };
        for case in [case(), case().reversed()] {
            let expected = [("one", 81), ("two", 82), ("written", 90), ("three", 83)];
            assert_eq!(backends(&case), expected.map(|(name, port)| (json!(name), json!(port))));
            assert_eq!(case.warnings(), []);
        }
    }

    #[test]
    fn the_legacy_form_is_one_path() {
        let data =
            json!({"paths": [], "path": "/x", "pathType": "Exact", "serviceName": "a", "servicePort": 80});
        let spec = Case::new([("i", "ingress", named("i", data))]).spec("i");
        let backend = json!({"service": {"name": "a", "port": {"number": 80}}});
        assert_eq!(
            spec,
            json!({"rules": [{"http": {"paths": [{"path": "/x", "pathType": "Exact", "backend": backend}]}}]})
        );
    }

    #[test]
    fn a_path_is_kept_byte_for_byte() {
        let hostile = "/a b\n  - path: /evil";
        let data = named("i", json!({"path": hostile, "serviceName": "a", "servicePort": 80}));
        let spec = Case::new([("i", "ingress", data)]).spec("i");
        assert_eq!(spec["rules"][0]["http"]["paths"][0]["path"], hostile);
    }

    #[test]
    fn tls_says_only_what_is_known() {
        let tls = |more: Value| {
            let data =
                with(named("i", json!({"serviceName": "a", "servicePort": 80, "tlsEnabled": true})), more);
            Case::new([("i", "ingress", data)]).spec("i")["tls"].clone()
        };
        assert_eq!(tls(json!({})), json!([{}]));
        assert_eq!(tls(json!({"host": "*.a.b"})), json!([{"hosts": ["*.a.b"]}]));
        let given = json!({"host": "a.b", "tlsHosts": ["c.d", ""], "tlsSecretName": "t"});
        assert_eq!(tls(given), json!([{"hosts": ["c.d"], "secretName": "t"}]));
    }

    #[test]
    fn a_path_to_nowhere_is_left_out_and_only_such_paths_are_refused() {
        let paths = json!([{"id": "a"}, {"id": "b", "serviceName": "x", "servicePort": 80}]);
        let case = Case::new([("i", "ingress", named("i", json!({"paths": paths})))]);
        assert_eq!(case.warnings(), [("i".to_owned(), Code::BackendMissing)]);
        assert_eq!(backends(&case).len(), 1);
        assert_eq!(Case::error_fields("ingress", json!({})), ["paths"]);
    }

    #[test]
    fn a_backend_of_another_namespace_is_told_with_its_field() {
        let refused = |data: Value| {
            let far = with(service("s", 80), json!({"namespace": "far"}));
            let case = Case::new([("i", "ingress", named("i", data)), ("s", "service", far)])
                .edges([("i", "p", "s")]);
            let errors =
                case.compile().findings.into_iter().filter(|finding| finding.code == Code::NamespaceMismatch);
            errors.map(|finding| finding.field.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(refused(json!({})), ["paths"]);
        assert_eq!(refused(json!({"paths": [{"id": "p"}]})), ["paths[0]"]);
    }

    #[test]
    fn a_service_without_a_port_is_the_services_fault() {
        let case = Case::new([
            ("i", "ingress", named("i", json!({"paths": [{"id": "p"}]}))),
            ("s", "service", named("s", json!({"targetApp": "x"}))),
        ])
        .edges([("i", "p", "s")]);
        assert_eq!(case.errors(), [("s".to_owned(), "port".to_owned())]);
        assert!(case.compile().documents.is_empty());
    }

    #[test]
    fn problems_are_found_together() {
        let paths =
            json!([{"path": "no", "pathType": "Any", "serviceName": "Bad Name", "servicePort": 70000}]);
        let data = json!({"host": "Bad_Host", "tlsEnabled": true, "tlsHosts": ["*"], "tlsSecretName": "S", "paths": paths,
            "ingressClassName": "N", "annotations": {"a b": "x"}});
        let fields = Case::error_fields("ingress", data);
        for field in [
            "host",
            "tlsHosts",
            "tlsSecretName",
            "paths[0].path",
            "paths[0].pathType",
            "paths[0].serviceName",
            "paths[0].servicePort",
            "ingressClassName",
            "annotations.a b",
            "paths",
        ] {
            assert!(fields.iter().any(|found| found == field), "{field} {fields:?}");
        }
    }
}
