//! Services.

use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::words::Health;
use crate::live::read::{count, load_balancer, text};

/// The addresses sent for a Service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAddresses {
    /// The address inside the cluster.
    #[serde(rename = "clusterIP")]
    pub cluster_ip: String,
    /// The first address or host name of the load balancer.
    #[serde(rename = "externalIP")]
    pub external_ip: String,
    /// The node port of the first port, or 0.
    pub node_port: i64,
}

/// The status sent.
pub(super) fn status(object: &Value) -> Status<Health, ServiceAddresses> {
    let (ip, host) = load_balancer(object);
    let external = if ip.is_empty() { host } else { ip };
    let waiting = text(object, "/spec/type") == "LoadBalancer" && external.is_empty();
    let verdict = if waiting {
        (Health::Partial, "Waiting for LoadBalancer IP assignment".to_owned())
    } else {
        (Health::Healthy, String::new())
    };
    let detail = ServiceAddresses {
        cluster_ip: text(object, "/spec/clusterIP").to_owned(),
        external_ip: external.to_owned(),
        node_port: count(object, "/spec/ports/0/nodePort"),
    };
    Status::new(verdict, detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::sent;
    use super::super::{Around, Kind};

    #[test]
    fn inside_the_cluster_it_is_healthy_as_soon_as_it_exists() {
        let object =
            json!({"spec": {"type": "ClusterIP", "clusterIP": "10.96.0.7", "ports": [{"port": 80}]}});
        assert_eq!(
            sent(Kind::Service, &object, &Around::default()),
            json!({"state": "healthy", "message": "", "clusterIP": "10.96.0.7", "externalIP": "", "nodePort": 0})
        );
    }

    #[test]
    fn a_load_balancer_waits_for_its_address() {
        let mut object = json!({"spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.7", "ports": [{"nodePort": 30080}, {"nodePort": 30081}]}});
        assert_eq!(
            sent(Kind::Service, &object, &Around::default()),
            json!({"state": "partial", "message": "Waiting for LoadBalancer IP assignment", "clusterIP": "10.96.0.7", "externalIP": "", "nodePort": 30080})
        );
        object["status"] = json!({"loadBalancer": {"ingress": [{"hostname": "lb.example.test"}]}});
        let status = sent(Kind::Service, &object, &Around::default());
        assert_eq!((&status["state"], &status["externalIP"]), (&json!("healthy"), &json!("lb.example.test")));
    }
}
