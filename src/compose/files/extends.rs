//! `extends`: a service on top of another one, of this file or another.

use std::rc::Rc;

use super::{Files, Scope};
use crate::compose::finding::Code;
use crate::compose::merge::merge;
use crate::compose::node::{Data, Map, Node};
use crate::compose::path;
use crate::compose::place::{Path, Place, shown};
use crate::compose::read::called;
use crate::compose::shape::{SERVICE, Shape};

/// Longest chain of services that extend each other.
const CHAIN: usize = 100;

/// Most values that may be copied.
const COPIED: usize = 1_000_000;

static SERVICE_SHAPE: Shape = Shape::Object(&SERVICE);

/// Where a service is looked for.
struct Around<'s> {
    services: &'s Map,
    included: Option<&'s Map>,
    file: &'s str,
    scope: Scope<'s>,
}

impl Around<'_> {
    fn service(&self, name: &str) -> Option<&Node> {
        self.services.get(name).or_else(|| self.included?.get(name))
    }
}

impl Files<'_> {
    /// Puts every service of a tree on top of what it extends.
    pub(super) fn extend_all(&self, tree: &mut Node, included: Option<&Node>, file: &str, scope: Scope<'_>) {
        let services = |node: &Node| node.get("services").and_then(Node::as_map).cloned();
        let Some(before) = services(tree) else { return };
        let included = included.and_then(services);
        let around = Around { services: &before, included: included.as_ref(), file, scope };
        let extended: Vec<(&String, Node)> = before
            .iter()
            .filter(|(_, service)| service.get("extends").is_some())
            .filter_map(|(name, _)| Some((name, self.extended(name, &around, &mut Vec::new())?)))
            .collect();
        let services = tree.as_map_mut().and_then(|map| map.get_mut("services")).and_then(Node::as_map_mut);
        if let Some(services) = services {
            for (name, service) in extended {
                services.insert(name.clone(), service);
            }
        }
    }

    fn extended(&self, name: &str, around: &Around<'_>, chain: &mut Vec<(String, String)>) -> Option<Node> {
        let mut service = around.service(name)?.clone();
        self.copied.set(self.copied.get() + service.count());
        let Some(extends) = service.as_map_mut().and_then(|map| map.shift_remove("extends")) else {
            return Some(service);
        };
        let (root, extends_at) = (Path::Root, extends.at);
        let services = root.key("services");
        let of = services.key(name);
        let place = of.key("extends");
        let wanted = extends.text_of("service")?;
        let file = extends.text_of("file").map(path::clean);
        let file = file.as_deref().unwrap_or(around.file);
        chain.push((around.file.to_owned(), name.to_owned()));
        if let Some(from) = chain.iter().position(|(other, service)| other == file && service == wanted) {
            let circle = chain[from..].iter().map(|(_, service)| service.as_str()).chain([wanted]);
            let circle: Vec<String> = circle.map(shown).collect();
            let why = format!("extends itself: {}", circle.join(" → "));
            self.report.error(Code::Cycle, extends_at, &place, why);
            return None;
        }
        if self.copied.get() > COPIED {
            let why = format!("more than {COPIED} values come out of extends");
            self.report.error(Code::Limit, extends_at, &place, why);
            return None;
        }
        if chain.len() > CHAIN {
            self.report.error(
                Code::Limit,
                extends_at,
                &place,
                format!("more than {CHAIN} services extend each other"),
            );
            return None;
        }
        let base = if file == around.file {
            self.found(wanted, around, extends_at, &place, chain)?
        } else {
            let tree = self.other(file, extends_at, &place, around.scope)?;
            let empty = Map::new();
            let services = tree.get("services").and_then(Node::as_map).unwrap_or(&empty);
            let folder = path::parent(file);
            let scope = Scope { base: &folder, ..around.scope };
            self.found(wanted, &Around { services, included: None, file, scope }, extends_at, &place, chain)?
        };
        chain.pop();
        Some(merge(base, service, &SERVICE_SHAPE))
    }

    fn found(
        &self,
        wanted: &str,
        around: &Around<'_>,
        at: Place,
        place: &Path<'_>,
        chain: &mut Vec<(String, String)>,
    ) -> Option<Node> {
        if around.service(wanted).is_none() {
            let why = format!("there is no service {} in {}", shown(wanted), shown(called(around.file)));
            self.report.error(Code::Reference, at, place, why);
            return None;
        }
        self.extended(wanted, around, chain)
    }

    /// Another file in its long form, read once.
    fn other(&self, file: &str, at: Place, place: &Path<'_>, scope: Scope<'_>) -> Option<Rc<Node>> {
        let key = (scope.number, file.to_owned());
        if let Some(known) = self.extended.borrow().get(&key) {
            return known.clone();
        }
        let folder = path::parent(file);
        let scope = Scope { base: &folder, ..scope };
        let read = self.bring_in(file, at, place).map(|documents| {
            let trees = documents.into_iter().filter_map(|document| self.canonical(document, scope));
            let tree = trees
                .reduce(|before, tree| merge(before, tree, &super::TOP_SHAPE))
                .unwrap_or_else(|| Node::new(Data::Map(Map::new()), at));
            Rc::new(tree)
        });
        self.extended.borrow_mut().insert(key, read.clone());
        read
    }
}
