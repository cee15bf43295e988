//! What every builder of documents sees.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use k8s_openapi::api::{apps, autoscaling, batch, core, networking};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Serialize;
use serde_json::Value;

use super::{Document, FieldManager, Inputs, NodeNote, ObjectRef, Replacement, Role};
use crate::graph::decode::{Decoded, DecodedNode};
use crate::graph::kinds::Pod;
use crate::graph::links::Link;
use crate::graph::report::Report;
use crate::graph::{Code, NodeKind, syntax};

/// The decoded graph, the inputs, and what building adds.
pub(super) struct Context<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) decoded: Decoded<'a>,
    /// Workload each autoscaler is linked to or names.
    pub(super) scale_targets: HashMap<usize, usize>,
    /// Workloads whose replica count belongs to an autoscaler.
    pub(super) scaled: HashSet<usize>,
    /// Service nodes by namespace and name.
    pub(super) services: HashMap<(String, String), usize>,
    pub(super) built: Built,
}

/// What the builders leave behind.
#[derive(Default)]
pub(super) struct Built {
    pub(super) documents: Vec<Ranked>,
    pub(super) notes: BTreeMap<String, NodeNote>,
    pub(super) replacements: Vec<Replacement>,
}

/// A document and its place in the order of applying.
pub(super) struct Ranked {
    pub(super) rank: u8,
    pub(super) position: usize,
    pub(super) document: Document,
}

impl<'a> Context<'a> {
    pub(super) fn node(&self, at: usize) -> Option<&DecodedNode> {
        self.decoded.node(at)
    }

    pub(super) fn report(&self, at: usize) -> &Report {
        &self.decoded.reports[at]
    }

    /// Linked nodes of one kind, in edge order.
    pub(super) fn linked(&self, at: usize, kind: NodeKind) -> impl Iterator<Item = (&Link, &DecodedNode)> {
        let links = self.decoded.links.of(at).iter();
        links
            .filter_map(move |link| Some((link, self.node(link.node)?)))
            .filter(move |(_, node)| node.kind == kind)
    }

    /// Linked workloads, in edge order.
    pub(super) fn linked_workloads(&self, at: usize) -> impl Iterator<Item = (&Link, &DecodedNode, &Pod)> {
        let links = self.decoded.links.of(at).iter();
        links.filter_map(|link| {
            let node = self.node(link.node)?;
            Some((link, node, node.spec.pod()?))
        })
    }

    /// The linked workload that counts where only one can, and the others; two edges to one workload are one link.
    pub(super) fn one_linked_workload(&self, at: usize) -> Option<(&DecodedNode, &Pod, Vec<&DecodedNode>)> {
        let mut seen = HashSet::new();
        let mut linked = self.linked_workloads(at).filter(|(link, ..)| seen.insert(link.node));
        let (_, workload, pod) = linked.next()?;
        let others = linked.map(|(_, other, _)| other).collect();
        Some((workload, pod, others))
    }

    /// Whether every linked node can be referred to; when not, it has a finding of its own and the documents that
    /// would carry its name are left out.
    pub(super) fn links_are_addressable(&self, at: usize) -> bool {
        self.decoded.links.of(at).iter().all(|link| self.node(link.node).is_none_or(|node| node.addressable))
    }

    /// Reports a linked node in another namespace.
    pub(super) fn same_namespace(&self, at: usize, field: &str, other: &DecodedNode) {
        // A namespace that is no name has a finding of its own.
        let Some(node) = self.node(at) else { return };
        let (Some(here), Some(there)) = (&node.namespace, &other.namespace) else { return };
        if here != there {
            let (kind, name) = (other.kind, &other.name);
            let words = format!("linked {kind} {name} is in namespace {there}, not {here}; move one of them");
            self.report(at).error(Code::NamespaceMismatch, field, &words);
        }
    }

    /// The live object of a node's own address.
    pub(super) fn live(&self, at: usize) -> Option<&'a Value> {
        let node = self.node(at)?;
        self.inputs.live.get(&address(node)?)
    }

    /// Metadata of an object of this node: name, namespace, ownership labels, the user's labels (engine.md 0.4).
    pub(super) fn metadata(&self, at: usize, name: &str, extra: &[(&str, &str)]) -> ObjectMeta {
        let Some(node) = self.node(at) else { return ObjectMeta::default() };
        let id = self.decoded.id(at);
        let mut labels = node.labels.clone();
        labels.extend(extra.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        if node.name.len() <= syntax::LABEL_CHARS {
            labels.insert("app".into(), node.name.clone());
        }
        let workflow = self.inputs.workflow.map_or_else(|| "0".repeat(24), |id| id.to_string());
        labels.insert("app.kubernetes.io/managed-by".into(), "orchcli".into());
        labels.insert(WORKFLOW_LABEL.into(), workflow);
        let mut annotations = BTreeMap::new();
        if syntax::is_label_value(id) && !id.is_empty() {
            labels.insert(NODE_LABEL.into(), id.into());
        } else {
            labels.insert(NODE_LABEL.into(), format!("h-{}", syntax::short_hash(id, 16)));
            annotations.insert(NODE_LABEL.into(), id.into());
        }
        ObjectMeta {
            name: Some(name.into()),
            namespace: node.namespace.clone(),
            labels: Some(labels),
            annotations: (!annotations.is_empty()).then_some(annotations),
            ..ObjectMeta::default()
        }
    }

    /// Metadata of the node's own object.
    pub(super) fn own_metadata(&self, at: usize) -> ObjectMeta {
        self.metadata(at, self.node(at).map_or("", |node| &node.name), &[])
    }

    /// Keeps a document, unless the node turned out to have errors.
    pub(super) fn push<K: k8s_openapi::Resource + Serialize>(&mut self, at: usize, role: Role, object: &K) {
        let body = serde_json::to_value(object).unwrap_or_default();
        let plural = K::URL_PATH_SEGMENT.to_owned();
        self.push_body(at, role, plural, body, FieldManager::Orchcli);
    }

    /// The same for a body made by hand.
    pub(super) fn push_body(
        &mut self,
        at: usize,
        role: Role,
        plural: String,
        body: Value,
        manager: FieldManager,
    ) {
        let Some(node) = self.node(at) else { return };
        if self.report(at).has_errors() || !node.addressable {
            return;
        }
        let body = in_reading_order(body);
        let rank = match role {
            Role::Node => node.kind.rank(),
            Role::Headless => NodeKind::Service.rank(),
            Role::PullSecret => 0,
        };
        let node_id = (role != Role::PullSecret).then(|| self.decoded.id(at).to_owned());
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let object = ObjectRef {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind: text("/kind").unwrap_or_default(),
            plural,
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name").unwrap_or_default(),
        };
        let masked_env = if role == Role::Node { self.masked_env(at) } else { BTreeSet::new() };
        let document = Document { node_id, role, object, body, manager, masked_env };
        self.built.documents.push(Ranked { rank, position: at, document });
    }

    /// Variables whose values came with a run, or may have (engine.md 3.12).
    fn masked_env(&self, at: usize) -> BTreeSet<String> {
        let declared = self.node(at).and_then(|node| node.spec.pod()).map(|pod| pod.env_keys.clone());
        let supplied =
            self.inputs.values.env_vars.get(self.decoded.id(at)).into_iter().flat_map(|values| values.keys());
        declared.into_iter().flatten().chain(supplied.cloned()).collect()
    }
}

/// What it is and what it is called before what it holds.
fn in_reading_order(body: Value) -> Value {
    let Value::Object(mut members) = body else { return body };
    let first =
        ["apiVersion", "kind", "metadata"].into_iter().filter_map(|key| members.shift_remove_entry(key));
    let first: Vec<_> = first.collect();
    first.into_iter().chain(members).collect()
}

/// Which workflow an object belongs to.
pub const WORKFLOW_LABEL: &str = "orchcli.dev/workflow-id";
/// Which node an object belongs to.
pub(super) const NODE_LABEL: &str = "orchcli.dev/node-id";

/// `matchLabels: {app: <name>}`.
pub(super) fn app_selector(name: &str) -> LabelSelector {
    LabelSelector {
        match_labels: Some([("app".to_owned(), name.to_owned())].into()),
        ..LabelSelector::default()
    }
}

/// `None` for a map without entries.
pub(super) fn filled<T: IntoIterator + Default + PartialEq>(entries: T) -> Option<T> {
    (entries != T::default()).then_some(entries)
}

/// The address of a built-in node's object; a plugin's depends on the cluster.
pub(super) fn address(node: &DecodedNode) -> Option<ObjectRef> {
    fn of<K: k8s_openapi::Resource>() -> (&'static str, &'static str, &'static str) {
        (K::API_VERSION, K::KIND, K::URL_PATH_SEGMENT)
    }
    let (api_version, kind, plural) = match node.kind {
        NodeKind::Deployment => of::<apps::v1::Deployment>(),
        NodeKind::StatefulSet => of::<apps::v1::StatefulSet>(),
        NodeKind::DaemonSet => of::<apps::v1::DaemonSet>(),
        NodeKind::Job => of::<batch::v1::Job>(),
        NodeKind::CronJob => of::<batch::v1::CronJob>(),
        NodeKind::Service => of::<core::v1::Service>(),
        NodeKind::ConfigMap => of::<core::v1::ConfigMap>(),
        NodeKind::Secret => of::<core::v1::Secret>(),
        NodeKind::PersistentVolumeClaim => of::<core::v1::PersistentVolumeClaim>(),
        NodeKind::Ingress => of::<networking::v1::Ingress>(),
        NodeKind::NetworkPolicy => of::<networking::v1::NetworkPolicy>(),
        NodeKind::Hpa => of::<autoscaling::v2::HorizontalPodAutoscaler>(),
        NodeKind::Plugin => return None,
    };
    Some(ObjectRef {
        api_version: api_version.into(),
        kind: kind.into(),
        plural: plural.into(),
        namespace: node.namespace.clone(),
        name: node.name.clone(),
    })
}
