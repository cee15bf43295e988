//! Ingresses.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::words::IngressState;
use crate::live::read::{length, list, load_balancer};

/// What is sent for an Ingress.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressAddresses {
    /// The first address, or `""`.
    #[serde(rename = "loadBalancerIP")]
    pub load_balancer_ip: String,
    /// The first host name, or `""`.
    pub load_balancer_hostname: String,
    /// How many rules it has.
    pub rules_count: i64,
}

/// The status sent.
pub(super) fn status(object: &Value) -> Status<IngressState, IngressAddresses> {
    let (ip, host) = load_balancer(object);
    let verdict = if ip.is_empty() && host.is_empty() {
        (IngressState::Pending, "Waiting for LoadBalancer address assignment")
    } else {
        (IngressState::Healthy, "Ingress is active")
    };
    let detail = IngressAddresses {
        load_balancer_ip: ip.to_owned(),
        load_balancer_hostname: host.to_owned(),
        rules_count: length(list(object, "/spec/rules")),
    };
    Status::new((verdict.0, verdict.1.to_owned()), detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::sent;
    use super::super::{Around, Kind};

    #[test]
    fn is_pending_without_an_address_and_healthy_with_one() {
        let mut object = json!({"spec": {"rules": [{}, {}]}});
        assert_eq!(
            sent(Kind::Ingress, &object, &Around::default()),
            json!({"state": "pending", "message": "Waiting for LoadBalancer address assignment",
                "loadBalancerIP": "", "loadBalancerHostname": "", "rulesCount": 2})
        );
        object["status"] = json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}});
        assert_eq!(
            sent(Kind::Ingress, &object, &Around::default()),
            json!({"state": "healthy", "message": "Ingress is active",
                "loadBalancerIP": "192.0.2.1", "loadBalancerHostname": "", "rulesCount": 2})
        );
    }
}
