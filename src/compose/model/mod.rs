//! The model of a project: what the files mean together.

mod containers;
mod environment;
mod hash;
mod names;
mod normalise;
mod profiles;
mod references;
mod twice;
mod view;

use super::finding::Report;
use super::node::{Data, Map, Node};
use super::variables::Variables;
use super::{Reader, Request};

/// Which part of a project is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Services and what they depend on; none means all.
    pub services: &'a [String],
    /// Profiles that are on; `*` is all.
    pub profiles: &'a [String],
    /// Services that something else than a container provides: they are not there, nor is who depends on them told to.
    pub without: &'a [String],
}

/// A project in its long form: checked, complete, and without what is not wanted.
#[derive(Debug)]
pub struct Model {
    name: String,
    tree: Node,
    /// Every profile that a service has, wanted or not.
    profiles: Vec<String>,
    /// Every service, on or off, wanted or not.
    declared: Vec<String>,
    /// Whether dollar signs stand for themselves.
    filled: bool,
    /// The variables that configs and secrets are made of.
    given: Variables,
    /// The files by the numbers that places carry.
    files: Vec<String>,
}

impl Model {
    pub(super) fn of(
        tree: Node,
        name: String,
        request: &Request<'_>,
        variables: &Variables,
        reader: &dyn Reader,
        report: &Report,
    ) -> Option<Self> {
        let mut tree = tree;
        let map = tree.as_map_mut()?;
        map.shift_remove("version");
        let nowhere = super::place::Place::default();
        map.insert("name".to_owned(), Node::text(&name, nowhere));
        map.entry("services".to_owned()).or_insert_with(|| Node::new(Data::Map(Map::new()), nowhere));
        let profiles = profiles::all(&tree);
        let declared = section(&tree, "services").map(|(name, _)| name.clone()).collect();
        normalise::services(&mut tree, request.interpolate);
        profiles::leave_out(&mut tree, request.wanted.without);
        profiles::choose(&mut tree, request.wanted, report);
        references::check(&tree, report);
        if request.interpolate {
            environment::fold(&mut tree, variables, reader, report);
        }
        names::complete(&mut tree, &name, request.interpolate, report);
        let given = given(&tree, variables);
        Some(Self { name, tree, profiles, declared, filled: request.interpolate, given, files: Vec::new() })
    }

    pub(super) fn with_files(self, files: Vec<String>) -> Self {
        Self { files, ..self }
    }
}

/// The variables that configs and secrets are made of, as far as they are set.
fn given(tree: &Node, variables: &Variables) -> Variables {
    let entries = ["configs", "secrets"].into_iter().flat_map(|kind| section(tree, kind));
    let set = |(_, entry): (&String, &Node)| variables.get_key_value(entry.text_of("environment")?);
    entries.filter_map(set).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The entries of a section.
fn section<'t>(tree: &'t Node, name: &str) -> impl Iterator<Item = (&'t String, &'t Node)> {
    tree.get(name).and_then(Node::as_map).into_iter().flatten()
}

/// The entries of a section, to change.
fn section_mut<'t>(tree: &'t mut Node, name: &str) -> impl Iterator<Item = (&'t String, &'t mut Node)> {
    tree.as_map_mut().and_then(|map| map.get_mut(name)).and_then(Node::as_map_mut).into_iter().flatten()
}

/// The maps of the services.
fn services_mut(tree: &mut Node) -> impl Iterator<Item = (&String, &mut Map)> {
    section_mut(tree, "services").filter_map(|(name, service)| Some((name, service.as_map_mut()?)))
}
