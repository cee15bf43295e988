//! Files to one tree: parse, fill in, long form, include, extends, merge (cli.md 8.2, Loading).

mod extends;
mod fill;
mod include;
mod nulls;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::canon::Canon;
use super::finding::{Code, Report};
use super::merge::{merge, settle};
use super::node::{Data, Map, Node};
use super::place::{Path, Place, shown};
use super::read::{self, Reader};
use super::shape::{Shape, TOP};
use super::variables::Variables;
use super::{path, yaml};

/// Most files that `include` and `extends` may bring in.
const FILES: usize = 100;

pub(super) static TOP_SHAPE: Shape = Shape::Object(&TOP);

/// What is the same for all files of a load.
pub(super) struct Files<'a> {
    report: &'a Report,
    reader: &'a dyn Reader,
    filled: bool,
    home: Option<&'a str>,
    missing: RefCell<BTreeSet<String>>,
    /// Files that `include` and `extends` brought in.
    brought_in: Cell<usize>,
    scopes: Cell<usize>,
    /// Ports out of ranges, values that `extends` copied, bytes of texts that were filled in.
    ports: Cell<usize>,
    copied: Cell<usize>,
    written: Cell<usize>,
    /// Files that services were extended from.
    extended: RefCell<Extended>,
}

/// Trees of other files, by scope and path; nothing for one that is no tree.
type Extended = HashMap<(usize, String), Option<Rc<Node>>>;

/// Where a file stands: what its paths count from, what it is filled in from, and which files included it.
#[derive(Clone, Copy)]
struct Scope<'s> {
    base: &'s str,
    variables: &'s Variables,
    within: &'s [&'s str],
    /// Scopes of one number have the same variables.
    number: usize,
}

impl<'a> Files<'a> {
    pub(super) fn new(
        report: &'a Report,
        reader: &'a dyn Reader,
        filled: bool,
        home: Option<&'a str>,
    ) -> Self {
        Self {
            report,
            reader,
            filled,
            home,
            missing: RefCell::default(),
            brought_in: Cell::new(0),
            scopes: Cell::new(0),
            ports: Cell::new(0),
            copied: Cell::new(0),
            written: Cell::new(0),
            extended: RefCell::default(),
        }
    }

    /// The documents of the files of a project, as they are written.
    pub(super) fn parse_all(&self, files: &[String]) -> Vec<(String, Vec<Node>)> {
        files.iter().filter_map(|file| Some((file.clone(), self.parse(file)?))).collect()
    }

    /// The project they make together.
    pub(super) fn project(
        &self,
        parsed: Vec<(String, Vec<Node>)>,
        base: &str,
        variables: &Variables,
    ) -> Node {
        let mut tree = self.set(parsed, Scope { base, variables, within: &[], number: 0 });
        settle(&mut tree);
        tree
    }

    /// What a file calls its project.
    pub(super) fn name(&self, parsed: &[(String, Vec<Node>)], variables: &Variables) -> Option<Node> {
        let documents = parsed.iter().flat_map(|(_, documents)| documents);
        let mut name = documents.rev().find_map(|document| document.get("name"))?.clone();
        self.fill(&mut name, variables, &Path::Root.key("name"));
        Some(name)
    }

    /// Several files, the later laid on the earlier.
    fn set(&self, parsed: Vec<(String, Vec<Node>)>, scope: Scope<'_>) -> Node {
        let mut whole: Option<Node> = None;
        for (file, documents) in parsed {
            for document in documents {
                let Some(tree) = self.tree(document, &file, scope) else { continue };
                let laid = match whole {
                    Some(before) => merge(before, tree, &TOP_SHAPE),
                    None => tree,
                };
                nulls::refuse(&laid, &TOP_SHAPE, &Path::Root, self.report);
                whole = Some(laid);
            }
        }
        let mut whole = whole.unwrap_or_else(|| Node::new(Data::Map(Map::new()), Place::default()));
        complete_builds(&mut whole, scope.base);
        whole
    }

    /// One document with what it includes and extends.
    fn tree(&self, document: Node, file: &str, scope: Scope<'_>) -> Option<Node> {
        let mut tree = self.canonical(document, scope)?;
        let entries = tree.as_map_mut()?.shift_remove("include");
        let below = entries.map(|entries| self.include(&entries, file, scope));
        self.extend_all(&mut tree, below.as_ref(), file, scope);
        Some(match below {
            Some(below) => merge(below, tree, &TOP_SHAPE),
            None => tree,
        })
    }

    /// Filled in, and in its long form.
    fn canonical(&self, mut document: Node, scope: Scope<'_>) -> Option<Node> {
        if document.data == Data::Null {
            document.data = Data::Map(Map::new());
        }
        self.fill(&mut document, scope.variables, &Path::Root);
        let Self { report, home, filled, ref ports, .. } = *self;
        let canon = Canon { report, base: scope.base, home, filled, ports };
        canon.read(document, &TOP_SHAPE, &Path::Root)
    }

    /// A file of the project itself.
    fn parse(&self, path: &str) -> Option<Vec<Node>> {
        let file = self.report.file(read::called(path));
        let at = Place { file, line: 0, column: 0 };
        let (code, why) = match read::text(self.reader, path) {
            Ok(Some(text)) => {
                let documents = yaml::parse(read::without_mark(&text), file, self.report)?;
                if documents.iter().any(|document| document.data != Data::Null) {
                    return Some(documents);
                }
                (Code::Missing, "there is nothing in the file".to_owned())
            }
            Ok(None) => (Code::File, "there is no such file".to_owned()),
            Err(refused) => refused,
        };
        self.report.error(code, at, &Path::Root, why);
        None
    }

    /// A file that another one brings in; that it is not there is told at the place that names it.
    fn bring_in(&self, path: &str, at: Place, place: &Path<'_>) -> Option<Vec<Node>> {
        let number = self.brought_in.get() + 1;
        self.brought_in.set(number);
        let (code, why) = if number > FILES {
            (Code::Limit, format!("include and extends bring in more than {FILES} files"))
        } else {
            match read::text(self.reader, path) {
                Ok(Some(text)) => {
                    let file = self.report.file(path);
                    return yaml::parse(read::without_mark(&text), file, self.report);
                }
                Ok(None) => (Code::File, format!("there is no file {}", shown(path))),
                Err((code, why)) => (code, format!("{} {why}", shown(path))),
            }
        };
        self.report.error(code, at, place, why);
        None
    }

    /// A scope of its own for what is filled in from other variables.
    fn next_scope(&self) -> usize {
        self.scopes.set(self.scopes.get() + 1);
        self.scopes.get()
    }
}

/// A build that does not say where from is from the folder of its file.
fn complete_builds(tree: &mut Node, base: &str) {
    let services = tree.as_map_mut().and_then(|map| map.get_mut("services")).and_then(Node::as_map_mut);
    for service in services.into_iter().flat_map(Map::values_mut) {
        let Some(build) = service.as_map_mut().and_then(|map| map.get_mut("build")) else { continue };
        let at = build.at;
        if let Some(build) = build.as_map_mut() {
            build.entry("context".to_owned()).or_insert_with(|| Node::text(path::join(base, "."), at));
        }
    }
}
