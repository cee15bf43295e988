//! Services, ingresses and network policies.

use serde_json::Value;

use super::View;
use crate::live::read::{length, list, load_balancer, text};

/// Of a Service.
pub(super) fn service(object: &Value) -> View {
    let (ip, host) = load_balancer(object);
    let assigned = [ip, host].into_iter().filter(|address| !address.is_empty()).map(Value::from);
    let external = list(object, "/spec/externalIPs").iter().cloned().chain(assigned).collect();
    let ports = list(object, "/spec/ports").iter().map(port).collect();
    View::default()
        .text("serviceType", object, "/spec/type")
        .text("clusterIP", object, "/spec/clusterIP")
        .value("externalIPs", Some(external))
        .value("ports", Some(ports))
}

/// A port; a target port that has a name is left out, for it is no number.
fn port(port: &Value) -> Value {
    let protocol = match text(port, "/protocol") {
        "" => "TCP",
        protocol => protocol,
    };
    View::default()
        .text("name", port, "/name")
        .known("port", port, "/port")
        .positive("targetPort", port, "/targetPort")
        .positive("nodePort", port, "/nodePort")
        .value("protocol", Some(protocol.into()))
        .0
        .into()
}

/// Of an Ingress.
pub(super) fn ingress(object: &Value) -> View {
    let rules = list(object, "/spec/rules");
    let hosts = rules
        .iter()
        .map(|rule| text(rule, "/host"))
        .filter(|host| !host.is_empty())
        .map(Value::from)
        .collect();
    let paths: i64 = rules.iter().map(|rule| length(list(rule, "/http/paths"))).sum();
    let (ip, host) = load_balancer(object);
    let address = if ip.is_empty() { host } else { ip };
    View::default()
        .text("ingressClass", object, "/spec/ingressClassName")
        .value("ingressHosts", Some(hosts))
        .value("ingressRules", (!rules.is_empty()).then(|| rules.len().into()))
        .value("ingressPaths", (paths > 0).then(|| paths.into()))
        .value("loadBalancerIP", (!address.is_empty()).then(|| address.into()))
}

/// Of a NetworkPolicy.
pub(super) fn policy(object: &Value) -> View {
    let rules = |direction: &str| {
        let count = list(object, direction).len();
        (count > 0).then(|| count.into())
    };
    View::default()
        .copy("policyTypes", object, "/spec/policyTypes")
        .value("ingressRulesCount", rules("/spec/ingress"))
        .value("egressRulesCount", rules("/spec/egress"))
        .copy("podSelectorLabels", object, "/spec/podSelector/matchLabels")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ResourceKind;
    use super::super::tests::said;

    #[test]
    fn a_service_says_its_addresses_and_ports() {
        let object = json!({
            "spec": {
                "type": "LoadBalancer", "clusterIP": "10.96.0.7",
                "ports": [{"name": "http", "port": 80, "targetPort": "web", "nodePort": 30080}, {"port": 53, "targetPort": 5353, "protocol": "UDP"}],
            },
            "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}},
        });
        assert_eq!(
            said(ResourceKind::Service, &object),
            json!({
                "serviceType": "LoadBalancer", "clusterIP": "10.96.0.7", "externalIPs": ["192.0.2.1"],
                "ports": [
                    {"name": "http", "port": 80, "nodePort": 30080, "protocol": "TCP"},
                    {"port": 53, "targetPort": 5353, "protocol": "UDP"},
                ],
            })
        );
    }

    #[test]
    fn an_ingress_counts_its_rules_and_paths() {
        let object = json!({"spec": {"ingressClassName": "nginx", "rules": [
            {"host": "a.example.test", "http": {"paths": [{}, {}]}},
            {"http": {"paths": [{}]}},
        ]}});
        assert_eq!(
            said(ResourceKind::Ingress, &object),
            json!({"ingressClass": "nginx", "ingressHosts": ["a.example.test"], "ingressRules": 2, "ingressPaths": 3})
        );
    }

    #[test]
    fn a_policy_says_whom_it_is_about() {
        let object = json!({"spec": {
            "policyTypes": ["Ingress"], "ingress": [{}, {}], "podSelector": {"matchLabels": {"app": "web"}},
        }});
        assert_eq!(
            said(ResourceKind::NetworkPolicy, &object),
            json!({"policyTypes": ["Ingress"], "ingressRulesCount": 2, "podSelectorLabels": {"app": "web"}})
        );
    }
}
