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

/// Name and port of a Service.
type Backend = (String, i32);

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(Spec::Ingress(spec)) = context.node(at).map(|node| &node.spec) else { return };
    let backends = backends(context, at, &spec.paths);
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
            "no path has a backend service; link a service",
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
    if context.links_are_addressable(at) {
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
            None => path.service_name.clone().zip(path.service_port),
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

fn backend_of(context: &Context, at: usize, path: &Path, service: &DecodedNode) -> Option<Backend> {
    let Spec::Service(spec) = &service.spec else { return None };
    context.same_namespace(at, &path.field, service);
    Some((service.name.clone(), spec.first_port()?))
}

fn http_path(path: &Path, (name, port): Backend) -> HTTPIngressPath {
    let port = ServiceBackendPort { number: Some(port), name: None };
    HTTPIngressPath {
        path: Some(path.path.clone()),
        path_type: path.path_type.name().into(),
        backend: IngressBackend {
            service: Some(IngressServiceBackend { name, port: Some(port) }),
            ..IngressBackend::default()
        },
    }
}
