//! A whole graph read: every node typed, every edge resolved, every finding of the document itself collected.

use std::collections::{BTreeMap, HashMap};

use super::fields::Fields;
use super::kinds::{Spec, default_namespace, node_type};
use super::links::Links;
use super::report::{Report, quoted};
use super::{Code, Finding, Graph, Node, NodeKind, syntax};
use crate::catalogue::Scope;

/// The graph with its meaning; positions are those of `graph.nodes`.
pub(crate) struct Decoded<'a> {
    pub(crate) graph: &'a Graph,
    /// `None` for nodes of unknown type.
    pub(crate) nodes: Vec<Option<DecodedNode>>,
    pub(crate) reports: Vec<Report>,
    pub(crate) links: Links,
    /// Findings about the whole graph.
    pub(crate) findings: Vec<Finding>,
    index: HashMap<&'a str, usize>,
}

/// A node of a known kind.
pub(crate) struct DecodedNode {
    pub(crate) kind: NodeKind,
    pub(crate) name: String,
    /// `None` for cluster-wide kinds.
    pub(crate) namespace: Option<String>,
    /// Whether name and namespace are legal, so that other objects may refer to it.
    pub(crate) addressable: bool,
    /// Legal, unreserved labels of the user.
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) spec: Spec,
}

impl<'a> Decoded<'a> {
    pub(crate) fn new(graph: &'a Graph) -> Self {
        let reports: Vec<_> = graph.nodes.iter().map(Report::new).collect();
        let mut index = HashMap::with_capacity(graph.nodes.len());
        for (at, node) in graph.nodes.iter().enumerate() {
            if index.contains_key(node.id.as_str()) {
                reports[at].error(
                    Code::Duplicate,
                    "",
                    &format!("node id {} is a duplicate", quoted(&node.id)),
                );
            } else {
                index.insert(node.id.as_str(), at);
            }
        }
        let nodes =
            graph.nodes.iter().zip(&reports).map(|(node, report)| DecodedNode::new(node, report)).collect();
        let (links, findings) = Links::resolve(graph, &index, &reports);
        Self { graph, nodes, reports, links, findings, index }
    }

    /// Position of the node of that id.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    pub(crate) fn node(&self, at: usize) -> Option<&DecodedNode> {
        self.nodes.get(at)?.as_ref()
    }

    pub(crate) fn id(&self, at: usize) -> &'a str {
        &self.graph.nodes[at].id
    }
}

impl DecodedNode {
    fn new(node: &Node, report: &Report) -> Option<Self> {
        let fields = Fields::new(&node.data, report);
        let Some(kind) = node.kind() else {
            report.info(
                Code::TypeUnknown,
                "",
                &format!("type {} is unknown; the node is skipped", quoted(&node.kind)),
            );
            return None;
        };
        let name = object_name(node, kind, &fields);
        let namespace = object_namespace(node, kind, &fields);
        let shown_name = name.as_deref().or_else(|| fields.set("name")?.as_str()).unwrap_or(&node.id).trim();
        Some(Self {
            kind,
            addressable: name.is_some() && namespace.is_ok(),
            labels: labels(&fields),
            spec: Spec::decode(kind, &fields, shown_name),
            name: shown_name.to_owned(),
            namespace: namespace.unwrap_or_default(),
        })
    }
}

/// The name by the table of engine.md 0.3, falling back to the node's id.
fn object_name(node: &Node, kind: NodeKind, fields: &Fields) -> Option<String> {
    let (legal, max, rule): (fn(&str) -> bool, usize, &str) = match kind {
        NodeKind::Deployment | NodeKind::DaemonSet | NodeKind::Job => {
            (syntax::is_dns_label, 63, "must be a DNS label: a-z, 0-9 and '-', at most 63 characters")
        }
        NodeKind::StatefulSet | NodeKind::CronJob => {
            (syntax::is_dns_label, 52, "must be a DNS label: a-z, 0-9 and '-', at most 52 characters")
        }
        NodeKind::Service => (
            syntax::is_dns_1035_label,
            63,
            "must be a DNS label that starts with a letter, at most 63 characters",
        ),
        NodeKind::Ingress
        | NodeKind::ConfigMap
        | NodeKind::Secret
        | NodeKind::PersistentVolumeClaim
        | NodeKind::Hpa
        | NodeKind::NetworkPolicy
        | NodeKind::Plugin => (
            syntax::is_dns_subdomain,
            253,
            "must be a DNS name: a-z, 0-9, '-' and '.', at most 253 characters",
        ),
    };
    let legal = |name: &str| name.len() <= max && legal(name);
    if fields.set("name").is_none() {
        if legal(&node.id) {
            return Some(node.id.clone());
        }
        fields.required("name", "");
        return None;
    }
    let name = fields.text("name")?;
    if !legal(name) {
        fields.invalid("name", &format!("{} {rule}", quoted(name)));
        return None;
    }
    Some(name.to_owned())
}

/// `Ok(None)` for cluster-wide kinds, `Err` when it is no legal name.
fn object_namespace(node: &Node, kind: NodeKind, fields: &Fields) -> Result<Option<String>, ()> {
    let mut unset = "default";
    if kind == NodeKind::Plugin {
        if node_type(&node.data).is_some_and(|found| found.crd.scope == Scope::Cluster) {
            return Ok(None);
        }
        unset = default_namespace(&node.data).unwrap_or(unset);
    }
    if fields.set("namespace").is_none() {
        return Ok(Some(unset.to_owned()));
    }
    let rule = "must be a DNS label: a-z, 0-9 and '-', at most 63 characters";
    fields.checked("namespace", syntax::is_dns_label, rule).map(|name| Some(name.to_owned())).ok_or(())
}

/// The user's labels without the reserved ones (engine.md 0.4).
fn labels(fields: &Fields) -> BTreeMap<String, String> {
    let mut labels = fields.text_map("labels");
    labels.retain(|key, value| {
        let path = format!("labels.{key}");
        if is_reserved(key) {
            let words = format!("label {} is reserved and left out; rename it", quoted(key));
            fields.report().warning(Code::LabelReserved, &path, &words);
            return false;
        }
        fields.label("labels", key, value);
        true
    });
    labels
}

fn is_reserved(key: &str) -> bool {
    matches!(key, "app" | "version" | "app.kubernetes.io/managed-by") || key.starts_with("orchcli.dev/")
}
