//! `ingress` (engine.md 1.9).

use std::collections::BTreeMap;

use crate::graph::fields::{Fields, PORTS, choices};
use crate::graph::report::quoted;
use crate::graph::syntax;

choices! {
    PathType { Prefix = "Prefix", Exact = "Exact", ImplementationSpecific = "ImplementationSpecific" }
}

#[derive(Debug)]
pub(crate) struct Ingress {
    pub(crate) host: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) paths: Vec<Path>,
    pub(crate) tls: Option<Tls>,
    pub(crate) annotations: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Path {
    /// Its path inside `data`, for findings.
    pub(crate) field: String,
    /// What an edge's handle names.
    pub(crate) id: Option<String>,
    pub(crate) path: String,
    pub(crate) path_type: PathType,
    /// Copied at connect time; used when no edge says otherwise.
    pub(crate) linked_service: Option<String>,
    pub(crate) service_name: Option<String>,
    pub(crate) service_port: Option<i32>,
}

#[derive(Debug)]
pub(crate) struct Tls {
    pub(crate) hosts: Vec<String>,
    pub(crate) secret_name: Option<String>,
}

const HOST_RULE: &str = "must be a lower-case DNS name, optionally behind '*.'";

impl Ingress {
    pub(super) fn decode(fields: &Fields) -> Self {
        let host = fields.checked("host", syntax::is_host, HOST_RULE).map(str::to_owned);
        let entries = fields.objects("paths");
        let is_list =
            fields.set("paths").is_some_and(|paths| paths.as_array().is_none_or(|paths| !paths.is_empty()));
        let paths = if is_list {
            entries.iter().map(Path::decode).collect()
        } else {
            vec![Path { id: None, field: "paths".into(), ..Path::decode(fields) }]
        };
        let tls =
            fields.boolean("tlsEnabled").unwrap_or_default().then(|| Tls::decode(fields, host.as_deref()));
        Self {
            class: fields.reference("ingressClassName").map(str::to_owned),
            paths,
            tls,
            annotations: fields.annotations("annotations"),
            host,
        }
    }
}

impl Path {
    /// Reads an entry of `paths`, or the node itself in the legacy form.
    fn decode(entry: &Fields) -> Self {
        let path = entry.text("path").unwrap_or("/");
        if !path.starts_with('/') {
            entry.invalid("path", &format!("{} must start with '/'", quoted(path)));
        }
        let rule = "must be the name of a Service";
        Self {
            field: entry.path(""),
            id: entry.text("id").map(str::to_owned),
            path: path.to_owned(),
            path_type: entry.choice("pathType").unwrap_or(PathType::Prefix),
            linked_service: entry.text("_linkedService").map(str::to_owned),
            service_name: entry.checked("serviceName", syntax::is_dns_1035_label, rule).map(str::to_owned),
            service_port: entry.int32("servicePort", 0..=*PORTS.end()).filter(|port| *port != 0),
        }
    }
}

impl Tls {
    fn decode(fields: &Fields, host: Option<&str>) -> Self {
        let mut hosts = Vec::new();
        for name in fields.texts("tlsHosts").into_iter().filter(|name| !name.is_empty()) {
            if !syntax::is_host(name) {
                fields.invalid("tlsHosts", &format!("has {}, which {HOST_RULE}", quoted(name)));
            }
            hosts.push(name.to_owned());
        }
        if hosts.is_empty() {
            hosts.extend(host.map(str::to_owned));
        }
        Self { hosts, secret_name: fields.reference("tlsSecretName").map(str::to_owned) }
    }
}
