//! Names that must be there, and things that cannot both be (cli.md 8.2).

use std::collections::HashMap;

use super::{section, twice};
use crate::compose::finding::{Code, Report};
use crate::compose::node::{Data, Node};
use crate::compose::place::{Path, shown};

/// Checks the services that are on.
pub(super) fn check(tree: &Node, report: &Report) {
    let root = Path::Root;
    let services = root.key("services");
    let mut containers: HashMap<&str, &str> = HashMap::new();
    for (name, service) in section(tree, "services") {
        let path = services.key(name);
        let checked = Checked { tree, service, path: &path, report };
        if service.get("image").is_none_or(Node::is_zero)
            && service.get("build").is_none()
            && service.get("provider").is_none()
        {
            report.error(Code::Missing, service.key, &path, "has neither image nor build");
        }
        if let Some(container) = service.get("container_name").filter(|name| !name.is_zero()) {
            let text = container.as_text().unwrap_or_default();
            if let Some(other) = containers.insert(text, name) {
                let why = format!("the service {} has this name already", shown(other));
                report.error(Code::Conflict, container.at, &path.key("container_name"), why);
            }
            let scaled = service.get("scale").or_else(|| service.get("deploy")?.get("replicas"));
            if scaled.is_some_and(|scale| matches!(scale.data, Data::Int(number) if number > 1)) {
                let why = "several containers cannot have one name: leave it out, or run one";
                report.error(Code::Conflict, container.at, &path.key("container_name"), why);
            }
        }
        twice::check(service, &path, report);
        checked.networks();
        checked.volumes();
        checked.grants("configs");
        checked.grants("secrets");
        checked.keys("models");
    }
    for (name, model) in section(tree, "models") {
        if model.get("model").is_none_or(Node::is_zero) {
            report.error(Code::Missing, model.key, &root.key("models").key(name), "model is missing");
        }
    }
    cycles(tree, report);
}

struct Checked<'a> {
    tree: &'a Node,
    service: &'a Node,
    path: &'a Path<'a>,
    report: &'a Report,
}

impl Checked<'_> {
    fn networks(&self) {
        let joined = self.service.get("networks").filter(|networks| !networks.is_zero());
        if let (Some(networks), Some(mode)) =
            (joined, self.service.get("network_mode").filter(|mode| !mode.is_zero()))
        {
            let why = format!("stands beside network_mode in line {}: only one of them can be", mode.at.line);
            self.report.error(Code::Conflict, networks.key, &self.path.key("networks"), why);
        }
        self.keys("networks");
    }

    /// The keys of a map are entries of the section of that name.
    fn keys(&self, section: &str) {
        let path = self.path.key(section);
        for (name, node) in super::section(self.service, section) {
            if !(self.has(section, name) || section == "networks" && name == "default") {
                self.undefined(section, node, &path.key(name));
            }
        }
    }

    fn volumes(&self) {
        let path = self.path.key("volumes");
        for (index, mount) in
            self.service.get("volumes").map(Node::items).unwrap_or_default().iter().enumerate()
        {
            let path = path.item(index);
            if mount.as_map().is_some() && mount.get("target").is_none_or(Node::is_zero) {
                self.report.error(Code::Missing, mount.at, &path, "target is missing");
            }
            if mount.text_of("type") != Some("volume") {
                continue;
            }
            let Some(source) = mount.get("source").filter(|source| !source.is_zero()) else { continue };
            if !source.as_text().is_some_and(|name| self.has("volumes", name)) {
                self.undefined("volumes", source, &path);
            }
        }
    }

    fn grants(&self, section: &str) {
        let path = self.path.key(section);
        let build = self.path.key("build");
        let below = build.key(section);
        let of = |node: Option<&'_ Node>| node.map(Node::items).unwrap_or_default().to_vec();
        let service = of(self.service.get(section));
        let while_building = of(self.service.get("build").and_then(|build| build.get(section)));
        for (path, grants) in [(path, service), (below, while_building)] {
            for (index, grant) in grants.iter().enumerate() {
                let Some(source) = grant.get("source") else { continue };
                if !source.as_text().is_some_and(|name| self.has(section, name) || name.contains('$')) {
                    self.undefined(section, source, &path.item(index));
                }
            }
        }
    }

    fn has(&self, section: &str, name: &str) -> bool {
        self.tree.get(section).is_some_and(|section| section.get(name).is_some())
    }

    fn undefined(&self, section: &str, node: &Node, path: &Path<'_>) {
        let why = format!("there is nothing of that name below {section}: at the top of the file");
        self.report.error(Code::Reference, node.key, path, why);
    }
}

/// Most circles that are told.
const CIRCLES: usize = 100;

/// Services that wait for each other; each circle is told once.
fn cycles(tree: &Node, report: &Report) {
    let mut done: HashMap<&str, bool> = HashMap::new();
    let mut told = 0;
    for (name, _) in section(tree, "services") {
        let mut trail: Vec<(&str, Vec<(&str, &Node)>)> = Vec::new();
        enter(tree, name, &mut trail, &mut done);
        while let Some((at, open)) = trail.last_mut() {
            let Some((next, how)) = open.pop() else {
                done.insert(at, true);
                trail.pop();
                continue;
            };
            if done.get(next) == Some(&false) {
                told += 1;
                if told > CIRCLES {
                    return;
                }
                let from = trail.iter().position(|(name, _)| *name == next).unwrap_or_default();
                let circle = trail[from..].iter().map(|(name, _)| *name).chain([next]).map(shown);
                let circle: Vec<String> = circle.collect();
                let (root, name) = (Path::Root, trail.last().map_or(next, |(name, _)| name));
                let services = root.key("services");
                let service = services.key(name);
                let why = format!("services wait for each other: {}", circle.join(" → "));
                report.error(Code::Cycle, how.key, &service.key("depends_on"), why);
            } else {
                enter(tree, next, &mut trail, &mut done);
            }
        }
    }
}

fn enter<'t>(
    tree: &'t Node,
    name: &'t str,
    trail: &mut Vec<(&'t str, Vec<(&'t str, &'t Node)>)>,
    done: &mut HashMap<&'t str, bool>,
) {
    if done.contains_key(name) {
        return;
    }
    let Some(service) = tree.get("services").and_then(|services| services.get(name)) else { return };
    done.insert(name, false);
    let dependencies = section(service, "depends_on").map(|(name, how)| (name.as_str(), how)).collect();
    trail.push((name, dependencies));
}
