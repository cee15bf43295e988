//! Which services are on (cli.md 8.2, Profiles).

use std::collections::{BTreeSet, HashSet};

use super::{Wanted, section};
use crate::compose::finding::{Code, Report};
use crate::compose::node::{Data, Node};
use crate::compose::place::{Path, Place, shown};

/// Every profile of every service, sorted.
pub(super) fn all(tree: &Node) -> Vec<String> {
    let profiles = section(tree, "services").flat_map(|(_, service)| of(service)).map(str::to_owned);
    profiles.collect::<BTreeSet<_>>().into_iter().collect()
}

fn of(service: &Node) -> impl Iterator<Item = &str> {
    service.get("profiles").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_text)
}

/// Takes services away, and what names them as a dependency.
pub(super) fn leave_out(tree: &mut Node, without: &[String]) {
    let services = tree.as_map_mut().and_then(|map| map.get_mut("services")).and_then(Node::as_map_mut);
    let Some(services) = services.filter(|_| !without.is_empty()) else { return };
    services.retain(|name, _| !without.contains(name));
    for service in services.values_mut() {
        let Some(map) = service.as_map_mut() else { continue };
        let Some(needed) = map.get_mut("depends_on").and_then(Node::as_map_mut) else { continue };
        needed.retain(|name, _| !without.contains(name));
        if needed.is_empty() {
            map.shift_remove("depends_on");
        }
    }
}

/// Leaves the services that are on and wanted; what they depend on must be on too.
pub(super) fn choose(tree: &mut Node, wanted: Wanted<'_>, report: &Report) {
    let Some(services) = tree.as_map_mut().and_then(|map| map.get_mut("services")).and_then(Node::as_map_mut)
    else {
        return;
    };
    let mut active: HashSet<String> = wanted.profiles.iter().cloned().collect();
    for name in wanted.services {
        match services.get(name) {
            Some(service) => active.extend(of(service).map(str::to_owned)),
            None => {
                let why = format!("there is no service {}", shown(name));
                report.error(Code::Service, Place { file: u32::MAX, ..Place::default() }, &Path::Root, why);
            }
        }
    }
    let on = |service: &Node| {
        let mut profiles = of(service).peekable();
        profiles.peek().is_none() || active.contains("*") || profiles.any(|profile| active.contains(profile))
    };
    let mut left: HashSet<String> = HashSet::new();
    let mut open: Vec<String> = if wanted.services.is_empty() {
        services.iter().filter(|(_, service)| on(service)).map(|(name, _)| name.clone()).collect()
    } else {
        wanted.services.to_vec()
    };
    while let Some(name) = open.pop() {
        let Some(service) = services.get(&name) else { continue };
        if !left.insert(name.clone()) {
            continue;
        }
        for (dependency, how) in section(service, "depends_on") {
            match services.get(dependency) {
                Some(other) if on(other) => open.push(dependency.clone()),
                found => {
                    if found.is_none() || needed(how) {
                        undefined(&name, dependency, how, found.is_some(), report);
                    }
                }
            }
        }
    }
    services.retain(|name, _| left.contains(name));
}

fn needed(how: &Node) -> bool {
    how.get("required").is_none_or(|required| required.data != Data::Bool(false))
}

fn undefined(name: &str, dependency: &str, how: &Node, off: bool, report: &Report) {
    let root = Path::Root;
    let services = root.key("services");
    let service = services.key(name);
    let depends_on = service.key("depends_on");
    let why = if off {
        "this service is in a profile that is off: turn it on with --profile, or say required: false"
    } else {
        "there is no such service"
    };
    report.error(Code::Reference, how.key, &depends_on.key(dependency), why);
}
