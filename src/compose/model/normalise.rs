//! What services say without writing it.

use super::services_mut;
use crate::compose::canon::implied;
use crate::compose::node::{Data, Map, Node};

/// Namespaces that may be another service's.
const NAMESPACES: [&str; 5] = ["network_mode", "ipc", "pid", "uts", "cgroup"];

/// Completes every service: its network, its build, what it depends on.
pub(super) fn services(tree: &mut Node, filled: bool) {
    for (_, service) in services_mut(tree) {
        let at = service.values().next().map(|node| node.key).unwrap_or_default();
        let node = |data| Node::new(data, at);
        let zero = |service: &Map, key: &str| service.get(key).is_none_or(Node::is_zero);
        // What a provider makes is no container, and on no network.
        if !service.contains_key("provider") && zero(service, "network_mode") && zero(service, "networks") {
            let default = Map::from([("default".to_owned(), node(Data::Null))]);
            service.insert("networks".to_owned(), node(Data::Map(default)));
        }
        // What is written is printed as it is, without what it does not say.
        for key in ["command", "entrypoint"].into_iter().filter(|_| filled) {
            service.entry(key.to_owned()).or_insert_with(|| node(Data::Null));
        }
        if let Some(build) = service.get_mut("build").and_then(Node::as_map_mut)
            && zero(build, "dockerfile_inline")
            && zero(build, "dockerfile")
        {
            build.insert("dockerfile".to_owned(), Node::text("Dockerfile", at));
        }
        let scale = service.get("scale").cloned();
        if let Some(deploy) = service.get_mut("deploy").filter(|_| filled).and_then(Node::as_map_mut) {
            if let Some(scale) = scale {
                deploy.entry("replicas".to_owned()).or_insert(scale);
            }
            for key in ["resources", "placement"] {
                deploy.entry(key.to_owned()).or_insert_with(|| node(Data::Map(Map::new())));
            }
        }
        depend(service);
    }
}

/// Links, shared namespaces and shared volumes are dependencies too.
fn depend(service: &mut Map) {
    let mut found: Vec<(String, Node)> = Vec::new();
    let texts = |key: &str| service.get(key).map(Node::items).unwrap_or_default();
    for link in texts("links") {
        let name = link.as_text().unwrap_or_default().split(':').next().unwrap_or_default();
        found.push((name.to_owned(), implied(link, true)));
    }
    for key in NAMESPACES {
        let Some(node) = service.get(key) else { continue };
        if let Some(name) = node.as_text().and_then(|text| text.strip_prefix("service:")) {
            found.push((name.to_owned(), implied(node, true)));
        }
    }
    for from in texts("volumes_from") {
        let text = from.as_text().unwrap_or_default();
        if !text.starts_with("container:") {
            let name = text.split(':').next().unwrap_or_default();
            found.push((name.to_owned(), implied(from, false)));
        }
    }
    for (name, dependency) in found {
        let at = dependency.at;
        let all =
            service.entry("depends_on".to_owned()).or_insert_with(|| Node::new(Data::Map(Map::new()), at));
        if let Some(all) = all.as_map_mut() {
            all.entry(name).or_insert(dependency);
        }
    }
}
