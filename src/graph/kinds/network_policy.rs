//! `networkpolicy` (engine.md 1.14).

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::service::Protocol;
use crate::graph::fields::{Choice as _, Fields, Port, choices, is_unset};
use crate::graph::report::quoted;

choices! {
    PolicyType { Ingress = "Ingress", Egress = "Egress" }
    PeerKind { PodSelector = "podSelector", NamespaceSelector = "namespaceSelector", IpBlock = "ipBlock" }
}

type Selector = BTreeMap<String, String>;

#[derive(Debug)]
pub(crate) struct NetworkPolicy {
    pub(crate) pod_selector: Selector,
    pub(crate) types: Vec<PolicyType>,
    /// Rules of the directions in `types`.
    pub(crate) ingress: Vec<Rule>,
    pub(crate) egress: Vec<Rule>,
    /// Ids of rules of the other direction: the console hides them, an edge to one means nothing.
    pub(crate) hidden_rules: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Its path inside `data`, for findings.
    pub(crate) field: String,
    /// What an edge's handle names.
    pub(crate) id: Option<String>,
    pub(crate) peers: Vec<Peer>,
    pub(crate) ports: Vec<PeerPort>,
}

/// One end of the traffic; the members that are emitted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Peer {
    pub(crate) linked_workload: Option<String>,
    pub(crate) pods: Option<Selector>,
    pub(crate) namespaces: Option<Selector>,
    pub(crate) block: Option<(String, Vec<String>)>,
}

#[derive(Debug, Clone)]
pub(crate) struct PeerPort {
    pub(crate) protocol: Protocol,
    pub(crate) port: Option<Port>,
}

impl NetworkPolicy {
    pub(super) fn decode(fields: &Fields) -> Self {
        let types = fields.choices("policyTypes");
        if types.is_empty() && !names_types(fields) {
            fields.required("policyTypes", "; list Ingress, Egress or both");
        }
        let mut hidden_rules = Vec::new();
        let mut rules = |direction, key: &str, peers: &str| {
            if types.contains(&direction) {
                return fields.objects(key).iter().map(|rule| Rule::decode(rule, peers)).collect();
            }
            let ids = fields.set(key).and_then(|rules| rules.as_array()).into_iter().flatten();
            hidden_rules.extend(ids.filter_map(|rule| rule.get("id")?.as_str().map(str::to_owned)));
            Vec::new()
        };
        let ingress = rules(PolicyType::Ingress, "ingressRules", "from");
        let egress = rules(PolicyType::Egress, "egressRules", "to");
        Self { pod_selector: fields.selector("podSelector"), types, ingress, egress, hidden_rules }
    }
}

/// Whether something is listed, known or not; what is unknown has its own finding.
fn names_types(fields: &Fields) -> bool {
    let Some(types) = fields.set("policyTypes") else { return false };
    types.as_array().is_none_or(|types| types.iter().any(|item| !is_unset(item)))
}

impl Rule {
    fn decode(entry: &Fields, peers: &str) -> Self {
        Self {
            field: entry.path(""),
            id: entry.text("id").map(str::to_owned),
            peers: entry.objects(peers).iter().map(Peer::decode).collect(),
            ports: entry.objects("ports").iter().map(PeerPort::decode).collect(),
        }
    }
}

impl Peer {
    /// Only the member named by `type` counts; without a type every member that is there.
    fn decode(entry: &Fields) -> Self {
        let kind: Option<PeerKind> = entry.choice("type");
        let typed = entry.set("type").is_some();
        let wanted = |member: PeerKind| {
            if typed { kind == Some(member) } else { entry.set(member.name()).is_some() }
        };
        let selector = |member: PeerKind| wanted(member).then(|| entry.selector(member.name()));
        let peer = Self {
            linked_workload: entry.text("_linkedWorkload").map(str::to_owned),
            pods: selector(PeerKind::PodSelector),
            namespaces: selector(PeerKind::NamespaceSelector),
            block: wanted(PeerKind::IpBlock).then(|| ip_block(entry)),
        };
        let selects = peer.pods.is_some() || peer.namespaces.is_some();
        if !typed && peer.linked_workload.is_none() && !selects && peer.block.is_none() {
            entry.required("type", "; use podSelector, namespaceSelector or ipBlock");
        }
        if selects && peer.block.is_some() {
            entry.invalid("ipBlock", "must not stand beside a selector; make it a peer of its own");
        }
        peer
    }
}

fn ip_block(entry: &Fields) -> (String, Vec<String>) {
    let Some(block) = entry.object("ipBlock").filter(|block| block.set("cidr").is_some()) else {
        entry.required("ipBlock.cidr", ", for example 10.0.0.0/8");
        return (String::new(), Vec::new());
    };
    let cidr = block.text("cidr").unwrap_or_default();
    let net = cidr.parse::<IpNet>();
    if net.is_err() && !cidr.is_empty() {
        block.invalid("cidr", &format!("{} is no CIDR such as 10.0.0.0/8", quoted(cidr)));
    }
    let mut except = Vec::new();
    for range in block.texts("except").into_iter().filter(|range| !range.is_empty()) {
        match (range.parse::<IpNet>(), &net) {
            (Err(_), _) => block.invalid("except", &format!("has {}, which is no CIDR", quoted(range))),
            (Ok(inner), Ok(outer)) if !outer.contains(&inner) || outer.prefix_len() >= inner.prefix_len() => {
                block.invalid("except", &format!("{} must lie inside cidr {}", quoted(range), quoted(cidr)));
            }
            (Ok(_), _) => except.push(range.to_owned()),
        }
    }
    (cidr.to_owned(), except)
}

impl PeerPort {
    fn decode(entry: &Fields) -> Self {
        let is_blank =
            entry.set("port").and_then(|port| port.as_str()).is_some_and(|port| port.trim().is_empty());
        let port = if is_blank { None } else { entry.port("port") };
        Self { protocol: entry.choice("protocol").unwrap_or(Protocol::Tcp), port }
    }
}
