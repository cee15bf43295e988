//! `service` (engine.md 1.8).

use std::collections::{BTreeMap, HashSet};

use ipnet::IpNet;

use crate::graph::Code;
use crate::graph::fields::{Choice as _, Fields, PORTS, Port, choices};
use crate::graph::report::quoted;
use crate::graph::syntax;

choices! {
    ServiceType { ClusterIp = "ClusterIP", NodePort = "NodePort", LoadBalancer = "LoadBalancer" }
    Protocol { Tcp = "TCP", Udp = "UDP", Sctp = "SCTP" }
    Affinity { None = "None", ClientIp = "ClientIP" }
    TrafficPolicy { Cluster = "Cluster", Local = "Local" }
    NoClusterIp { None = "None" }
}

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) kind: ServiceType,
    /// Given selector; wins over everything else. Empty is unset.
    pub(crate) selector: BTreeMap<String, String>,
    /// Given target, used when no workload is linked.
    pub(crate) target_app: Option<String>,
    pub(crate) port: Option<i32>,
    pub(crate) target_port: Option<Port>,
    /// Replace the single port.
    pub(crate) ports: Vec<ServicePort>,
    pub(crate) affinity: Option<Affinity>,
    pub(crate) affinity_seconds: i32,
    pub(crate) load_balancer_ip: Option<String>,
    pub(crate) source_ranges: Vec<String>,
    pub(crate) traffic_policy: Option<TrafficPolicy>,
    pub(crate) headless: bool,
    pub(crate) annotations: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct ServicePort {
    pub(crate) name: String,
    pub(crate) protocol: Protocol,
    pub(crate) port: i32,
    pub(crate) target_port: Port,
    pub(crate) node_port: Option<i32>,
}

impl Service {
    /// Fields that do not go with the type are neither used nor judged: the console hides them.
    pub(super) fn decode(fields: &Fields) -> Self {
        let alias =
            || fields.set("type").and_then(|value| ServiceType::ALL.iter().find(|kind| value == kind.name()));
        let kind = match fields.set("serviceType") {
            Some(_) => fields.choice("serviceType").unwrap_or(ServiceType::ClusterIp),
            None => alias().copied().unwrap_or(ServiceType::ClusterIp),
        };
        let balanced = kind == ServiceType::LoadBalancer;
        let exposed = balanced || kind == ServiceType::NodePort;
        let ports = ports(fields, exposed);
        let port = if fields
            .set("ports")
            .is_some_and(|ports| ports.as_array().is_none_or(|ports| !ports.is_empty()))
        {
            fields.int32("port", 0..=*PORTS.end()).filter(|port| *port != 0)
        } else {
            if fields.set("port").is_none() {
                fields.required("port", ", for example 80");
            }
            fields.int32("port", PORTS)
        };
        let affinity = fields.choice("sessionAffinity");
        let timeout =
            (affinity == Some(Affinity::ClientIp)).then(|| fields.int32("sessionAffinityTimeout", 1..=86400));
        Self {
            kind,
            selector: fields.selector("selector"),
            target_app: fields
                .checked("targetApp", syntax::is_label_value, "must be a label value")
                .map(str::to_owned),
            port,
            target_port: fields.port("targetPort"),
            ports,
            affinity,
            affinity_seconds: timeout.flatten().unwrap_or(10800),
            load_balancer_ip: fields.text("loadBalancerIP").filter(|_| balanced).map(str::to_owned),
            source_ranges: if balanced { source_ranges(fields) } else { Vec::new() },
            traffic_policy: if exposed { fields.choice("externalTrafficPolicy") } else { None },
            headless: !exposed && fields.choice::<NoClusterIp>("clusterIP").is_some(),
            annotations: fields.annotations("annotations"),
        }
    }

    /// The port others reach it by (engine.md 2.2).
    pub(crate) fn first_port(&self) -> Option<i32> {
        self.port.or_else(|| self.ports.first().map(|port| port.port))
    }
}

fn ports(fields: &Fields, exposed: bool) -> Vec<ServicePort> {
    let entries = fields.objects("ports");
    let single = entries.len() == 1;
    let mut names = HashSet::new();
    let mut numbers = HashSet::new();
    let mut ports = Vec::new();
    for entry in entries {
        if entry.set("port").is_none() {
            entry.required("port", "");
        }
        let protocol = entry.choice("protocol").unwrap_or(Protocol::Tcp);
        let target_port = entry.port("targetPort");
        let node_port = if exposed { entry.int32("nodePort", 30000..=32767) } else { None };
        let given =
            entry.checked("name", syntax::is_dns_label, "must be a DNS label of at most 63 characters");
        let Some(port) = entry.int32("port", PORTS) else { continue };
        let name = match given {
            Some(name) => name.to_owned(),
            None if single => "http".to_owned(),
            None => format!("port-{port}"),
        };
        if !names.insert(name.clone()) {
            entry.duplicate("name", &name);
        }
        if !numbers.insert((port, protocol)) {
            let path = entry.path("port");
            let words = format!("{path} {port}/{} is a duplicate; leave one out", protocol.name());
            entry.report().error(Code::Duplicate, &path, &words);
        }
        let target_port = target_port.unwrap_or(Port::Number(port));
        ports.push(ServicePort { name, protocol, port, target_port, node_port });
    }
    ports
}

fn source_ranges(fields: &Fields) -> Vec<String> {
    let mut ranges = Vec::new();
    for range in fields.texts("loadBalancerSourceRanges").into_iter().filter(|range| !range.is_empty()) {
        match range.parse::<IpNet>() {
            Ok(_) => ranges.push(range.to_owned()),
            Err(_) => {
                let words = format!("has {}, which is no CIDR such as 192.0.2.0/24", quoted(range));
                fields.invalid("loadBalancerSourceRanges", &words);
            }
        }
    }
    ranges
}
