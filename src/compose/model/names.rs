//! Networks, volumes, configs and secrets: only those that are used, each with its full name.

use std::collections::HashSet;

use super::section;
use crate::compose::finding::{Code, Report};
use crate::compose::node::{Data, Map, Node};
use crate::compose::place::Path;

/// Leaves what a service uses, and names it.
pub(super) fn complete(tree: &mut Node, project: &str, filled: bool, report: &Report) {
    let used = |of: fn(&Node) -> Vec<&str>| -> HashSet<String> {
        section(tree, "services").flat_map(|(_, service)| of(service)).map(str::to_owned).collect()
    };
    let all = [
        ("networks", used(networks)),
        ("volumes", used(volumes)),
        ("configs", used(|service| grants(service, "configs"))),
        ("secrets", used(|service| grants(service, "secrets"))),
        ("models", used(models)),
    ];
    let Some(top) = tree.as_map_mut() else { return };
    for (kind, used) in all {
        let at = top.get(kind).map(|node| node.at).unwrap_or_default();
        let entries = top.entry(kind.to_owned()).or_insert_with(|| Node::new(Data::Map(Map::new()), at));
        let Some(entries) = entries.as_map_mut() else { continue };
        if kind == "networks" && used.contains("default") {
            entries.entry("default".to_owned()).or_insert_with(|| Node::new(Data::Map(Map::new()), at));
        }
        // Compose looks at what nobody uses as well, but for networks.
        entries.retain(|name, _| used.contains(name) || !matches!(kind, "networks" | "models"));
        for (key, node) in entries.iter_mut() {
            let root = Path::Root;
            let section = root.key(kind);
            let path = section.key(key);
            if let Some(entry) = node.as_map_mut() {
                name(entry, kind, key, project, &path, report);
                if filled && kind == "networks" {
                    entry.entry("ipam".to_owned()).or_insert_with(|| Node::new(Data::Map(Map::new()), at));
                }
            }
        }
        entries.retain(|name, _| used.contains(name));
    }
}

fn name(entry: &mut Map, kind: &str, key: &str, project: &str, path: &Path<'_>, report: &Report) {
    let at = entry.values().next().map(|node| node.at).unwrap_or_default();
    let mut outside = false;
    if let Some(external) = entry.get_mut("external") {
        let old = external.text_of("name").map(str::to_owned);
        outside = matches!(external.data, Data::Bool(true) | Data::Map(_));
        if matches!(external.data, Data::Map(_)) {
            external.data = Data::Bool(true);
        }
        let (external_at, place) = (external.at, path.key("external"));
        if let Some(old) = old {
            if entry.contains_key("name") {
                report.error(
                    Code::Conflict,
                    external_at,
                    &place,
                    "stands beside name: only one of them can be",
                );
            }
            entry.insert("name".to_owned(), Node::text(old, external_at));
        }
    }
    if outside {
        let made = ["driver", "driver_opts", "ipam", "internal", "file", "content", "environment", "labels"];
        if let Some(other) = made.iter().find_map(|key| entry.get(*key).filter(|node| !node.is_zero())) {
            let why = "what is external is made by somebody else: only a name can be said of it";
            // Compose refuses it of volumes alone.
            if kind == "volumes" {
                report.error(Code::Conflict, other.key, path, why);
            } else {
                report.warning(Code::Conflict, other.key, path, why);
            }
        }
    }
    if kind != "models" && entry.get("name").is_none_or(Node::is_zero) {
        let name = if outside { key.to_owned() } else { format!("{project}_{key}") };
        entry.insert("name".to_owned(), Node::text(name, at));
    }
    if matches!(kind, "configs" | "secrets") && !outside {
        let sources =
            ["file", "content", "environment"].iter().filter(|key| entry.contains_key(**key)).count();
        if sources > 1 {
            report.error(
                Code::Conflict,
                at,
                path,
                "has more than one source: say one of file, content, environment",
            );
        } else if sources == 0 && !entry.contains_key("driver") {
            report.error(
                Code::Missing,
                at,
                path,
                "has no source: say one of file, content, environment, external",
            );
        }
    }
}

fn networks(service: &Node) -> Vec<&str> {
    section(service, "networks").map(|(name, _)| name.as_str()).collect()
}

fn models(service: &Node) -> Vec<&str> {
    section(service, "models").map(|(name, _)| name.as_str()).collect()
}

fn volumes(service: &Node) -> Vec<&str> {
    let mounts = service.get("volumes").map(Node::items).unwrap_or_default().iter();
    mounts
        .filter(|mount| mount.text_of("type") == Some("volume"))
        .filter_map(|mount| mount.text_of("source"))
        .collect()
}

fn grants<'s>(service: &'s Node, kind: &str) -> Vec<&'s str> {
    let built = service.get("build").and_then(|build| build.get(kind));
    let lists = [service.get(kind), built].into_iter().flatten();
    lists.flat_map(Node::items).filter_map(|grant| grant.text_of("source")).collect()
}
