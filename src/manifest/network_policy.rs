//! NetworkPolicy (engine.md 1.14, 2.7).

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::Role;
use super::context::{Context, filled};
use super::service::int_or_string;
use crate::graph::decode::DecodedNode;
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{self, Peer, PeerPort, PolicyType, Rule, Spec};
use crate::graph::{Code, report};

type Peers = Option<Vec<NetworkPolicyPeer>>;
type Ports = Option<Vec<NetworkPolicyPort>>;

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(Spec::NetworkPolicy(spec)) = context.node(at).map(|node| &node.spec) else { return };
    check_handles(context, at, spec);
    let ingress = rules(context, at, &spec.ingress);
    let ingress = ingress.map(|(from, ports)| NetworkPolicyIngressRule { from, ports }).collect::<Vec<_>>();
    let egress = rules(context, at, &spec.egress);
    let egress = egress.map(|(to, ports)| NetworkPolicyEgressRule { to, ports }).collect::<Vec<_>>();
    let object = NetworkPolicy {
        metadata: context.own_metadata(at),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(pod_selector(context, at, spec)),
            policy_types: Some(
                spec.types.iter().copied().map(|direction: PolicyType| direction.name().into()).collect(),
            ),
            ingress: filled(ingress),
            egress: filled(egress),
        }),
    };
    if context.links_are_addressable(at) {
        context.push(at, Role::Node, &object);
    }
}

/// An edge from a rule that is gone must not widen the policy, so it means nothing.
fn check_handles(context: &Context, at: usize, spec: &kinds::NetworkPolicy) {
    let shown = spec.ingress.iter().chain(&spec.egress).filter_map(|rule| rule.id.as_deref());
    let known: std::collections::HashSet<&str> =
        shown.chain(spec.hidden_rules.iter().map(String::as_str)).collect();
    for link in context.decoded.links.of(at) {
        if let Some(handle) = link.handle.as_deref().filter(|handle| !known.contains(handle)) {
            let words =
                format!("an edge from rule {} is ignored: there is no such rule", report::quoted(handle));
            context.report(at).warning(Code::EdgeIgnored, "", &words);
        }
    }
}

/// The pods it protects: those of every workload linked to its header, else as written.
fn pod_selector(context: &Context, at: usize, spec: &kinds::NetworkPolicy) -> LabelSelector {
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (_, workload, _) in context.linked_workloads(at).filter(|(link, ..)| link.handle.is_none()) {
        context.same_namespace(at, "podSelector", workload);
        if seen.insert(&workload.name) {
            names.push(workload.name.clone());
        }
    }
    let mut labels = spec.pod_selector.clone();
    let mut requirements = Vec::new();
    match names.len() {
        0 => {}
        1 => labels.extend(names.into_iter().map(|name| ("app".to_owned(), name))),
        _ => {
            labels.remove("app");
            requirements.push(LabelSelectorRequirement {
                key: "app".into(),
                operator: "In".into(),
                values: Some(names),
            });
        }
    }
    LabelSelector { match_labels: filled(labels), match_expressions: filled(requirements) }
}

/// The rules with their linked peers brought up to date; one whose peers are all gone is left out.
fn rules<'c>(
    context: &'c Context,
    at: usize,
    rules: &'c [Rule],
) -> impl Iterator<Item = (Peers, Ports)> + 'c {
    rules.iter().enumerate().filter_map(move |(position, rule)| {
        let first_of_id = rules[..position].iter().all(|earlier| earlier.id != rule.id || rule.id.is_none());
        let linked: Vec<(&str, &DecodedNode)> = context
            .linked_workloads(at)
            .filter(|(link, ..)| first_of_id && link.handle.is_some() && link.handle == rule.id)
            .map(|(link, workload, _)| (context.decoded.id(link.node), workload))
            .collect();
        let peers = peers(context, at, rule, &linked);
        if peers.is_empty() && !rule.peers.is_empty() {
            return None;
        }
        Some((filled(peers), filled(rule.ports.iter().map(port).collect::<Vec<_>>())))
    })
}

fn peers(
    context: &Context,
    at: usize,
    rule: &Rule,
    linked: &[(&str, &DecodedNode)],
) -> Vec<NetworkPolicyPeer> {
    let own_namespace = context.node(at).and_then(|node| node.namespace.as_deref());
    let mut peers = Vec::new();
    for peer in &rule.peers {
        let Some(id) = peer.linked_workload.as_deref() else {
            peers.push(written_peer(peer));
            continue;
        };
        match linked.iter().find(|(node, _)| *node == id) {
            Some((_, workload)) => {
                peers.push(linked_peer(workload, peer.pods.clone().unwrap_or_default(), own_namespace));
            }
            None => {
                let words = format!(
                    "a peer of this rule is left out: the link to node {} is gone",
                    report::shown(id)
                );
                context.report(at).warning(Code::ReferenceGone, &rule.field, &words);
            }
        }
    }
    let is_listed = |id: &str| rule.peers.iter().any(|peer| peer.linked_workload.as_deref() == Some(id));
    let missing = linked.iter().filter(|(id, _)| !is_listed(id));
    peers.extend(missing.map(|(_, workload)| linked_peer(workload, BTreeMap::new(), own_namespace)));
    peers
}

/// The pods of a workload; in another namespace they must be looked for there.
fn linked_peer(
    workload: &DecodedNode,
    mut pods: BTreeMap<String, String>,
    own: Option<&str>,
) -> NetworkPolicyPeer {
    pods.insert("app".into(), workload.name.clone());
    let elsewhere = workload.namespace.as_deref().filter(|namespace| own != Some(*namespace));
    let namespace =
        |name: &str| BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), name.to_owned())]);
    NetworkPolicyPeer {
        pod_selector: Some(selector(pods)),
        namespace_selector: elsewhere.map(|name| selector(namespace(name))),
        ip_block: None,
    }
}

fn written_peer(peer: &Peer) -> NetworkPolicyPeer {
    NetworkPolicyPeer {
        pod_selector: peer.pods.clone().map(selector),
        namespace_selector: peer.namespaces.clone().map(selector),
        ip_block: peer.block.clone().map(|(cidr, except)| IPBlock { cidr, except: filled(except) }),
    }
}

fn selector(labels: BTreeMap<String, String>) -> LabelSelector {
    LabelSelector { match_labels: filled(labels), match_expressions: None }
}

fn port(port: &PeerPort) -> NetworkPolicyPort {
    NetworkPolicyPort {
        protocol: Some(port.protocol.name().into()),
        port: port.port.as_ref().map(int_or_string),
        end_port: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named, with};

    fn policy(more: Value) -> Value {
        with(named("np", json!({"policyTypes": ["Ingress"]})), more)
    }

    #[test]
    fn header_links_choose_the_pods_in_either_direction() {
        let case = || {
            let selector = json!({"app": "stale", "tier": "x", " ": "blank"});
            Case::new([
                ("p", "networkpolicy", policy(json!({"podSelector": selector}))),
                ("a", "deployment", named("a", json!({}))),
                ("b", "daemonset", named("b", json!({}))),
            ])
        };
        let one = || case().edges([("p", "", "a")]);
        let two = || case().edges([("p", "output", "b"), ("p", "output", "a")]);
        for (one, two) in [(one(), two()), (one().reversed(), two().reversed())] {
            assert_eq!(one.spec("p")["podSelector"], json!({"matchLabels": {"app": "a", "tier": "x"}}));
            let requirement = json!({"key": "app", "operator": "In", "values": ["b", "a"]});
            assert_eq!(
                two.spec("p")["podSelector"],
                json!({"matchLabels": {"tier": "x"}, "matchExpressions": [requirement]})
            );
        }
        assert_eq!(case().spec("p")["podSelector"], json!({"matchLabels": {"app": "stale", "tier": "x"}}));
    }

    #[test]
    fn a_rule_whose_peers_are_all_gone_never_opens_the_pods() {
        let rules = json!([
            {"id": "r1", "from": [{"id": "x", "type": "podSelector", "podSelector": {"app": "gone"}, "_linkedWorkload": "zz"}]},
            {"id": "r2", "from": []},
        ]);
        let case = Case::new([("p", "networkpolicy", policy(json!({"ingressRules": rules})))]);
        assert_eq!(case.spec("p")["ingress"], json!([{}]), "only the rule that always was open");
        assert_eq!(case.warnings(), [("p".to_owned(), Code::ReferenceGone)]);
    }

    #[test]
    fn a_linked_peer_is_refreshed_appended_and_found_in_its_namespace() {
        let rules = json!([{"id": "r", "to": [{"id": "x", "type": "podSelector", "podSelector": {"app": "old", "k": "v"}, "_linkedWorkload": "a"}]}]);
        let case = || {
            Case::new([
                ("p", "networkpolicy", policy(json!({"policyTypes": ["Egress"], "egressRules": rules}))),
                ("a", "deployment", named("a", json!({}))),
                ("b", "deployment", named("b", json!({"namespace": "far"}))),
            ])
            .edges([("p", "r", "b"), ("p", "r", "a")])
        };
        for case in [case(), case().reversed()] {
            let far = json!({"matchLabels": {"kubernetes.io/metadata.name": "far"}});
            let expected = json!([{"to": [
                {"podSelector": {"matchLabels": {"app": "a", "k": "v"}}},
                {"podSelector": {"matchLabels": {"app": "b"}}, "namespaceSelector": far},
            ]}]);
            assert_eq!(case.spec("p")["egress"], expected);
            assert_eq!(case.spec("p")["podSelector"], json!({}));
        }
    }

    #[test]
    fn an_edge_from_a_deleted_rule_does_not_widen_the_policy() {
        let case = Case::new([
            ("p", "networkpolicy", policy(json!({}))),
            ("a", "deployment", named("a", json!({}))),
        ])
        .edges([("p", "rule-9", "a")]);
        assert_eq!(case.spec("p")["podSelector"], json!({}));
        assert_eq!(case.warnings(), [("p".to_owned(), Code::EdgeIgnored)]);
    }

    #[test]
    fn peers_are_what_their_type_says() {
        let peers = json!([
            {"type": "podSelector"},
            {"type": "namespaceSelector", "namespaceSelector": {}, "ipBlock": {"cidr": "junk"}},
            {"podSelector": {"a": "b"}, "namespaceSelector": {"c": "d"}},
            {"type": "ipBlock", "ipBlock": {"cidr": "2001:db8::/32", "except": ["2001:db8:1::/48", ""]}},
        ]);
        let ports = json!([{"port": "8080"}, {"port": " ", "protocol": "UDP"}]);
        let rules = json!([{"from": peers, "ports": ports}]);
        let spec = Case::new([("p", "networkpolicy", policy(json!({"ingressRules": rules})))]).spec("p");
        let expected = json!([
            {"podSelector": {}},
            {"namespaceSelector": {}},
            {"podSelector": {"matchLabels": {"a": "b"}}, "namespaceSelector": {"matchLabels": {"c": "d"}}},
            {"ipBlock": {"cidr": "2001:db8::/32", "except": ["2001:db8:1::/48"]}},
        ]);
        assert_eq!(spec["ingress"][0]["from"], expected);
        assert_eq!(
            spec["ingress"][0]["ports"],
            json!([{"protocol": "TCP", "port": 8080}, {"protocol": "UDP"}])
        );
    }

    #[test]
    fn problems_are_found_together() {
        let rules = json!([{"from": [
            {"type": "ipBlock"},
            {"type": "ipBlock", "ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16", "10.0.0.0/8", "x"]}},
            {"type": "what"},
            {},
            {"podSelector": {"a b": "c"}, "ipBlock": {"cidr": "10.0.0.0/8"}},
        ], "ports": [{"port": 0}, {"protocol": "ICMP"}]}]);
        let fields = Case::error_fields("networkpolicy", policy(json!({"ingressRules": rules})));
        let from = |rest: &str| format!("ingressRules[0].from{rest}");
        let expected = vec![
            from("[0].ipBlock.cidr"),
            from("[1].ipBlock.except"),
            from("[1].ipBlock.except"),
            from("[1].ipBlock.except"),
            from("[2].type"),
            from("[3].type"),
            from("[4].podSelector.a b"),
            from("[4].ipBlock"),
            "ingressRules[0].ports[0].port".into(),
            "ingressRules[0].ports[1].protocol".into(),
        ];
        assert_eq!(fields, expected);
        assert_eq!(Case::error_fields("networkpolicy", json!({})), ["policyTypes"]);
        assert_eq!(Case::error_fields("networkpolicy", json!({"policyTypes": ["x"]})), ["policyTypes"]);
    }
}
