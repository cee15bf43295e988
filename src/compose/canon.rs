//! One file's tree in its long form: every value checked against the specification and turned into the one way to
//! write it, so that merging and printing meet no short form.

mod forms;
mod long;
mod scalars;

pub(super) use long::implied;

use std::cell::Cell;

use super::finding::{Code, Report};
use super::merge::unique;
use super::node::{Data, Map, Mark, Node};
use super::place::{Path, shown};
use super::shape::{Null, Object, Same, Shape, Short};

/// What reading one file needs to know.
pub(super) struct Canon<'a> {
    pub report: &'a Report,
    /// What relative paths count from.
    pub base: &'a str,
    /// What `~` stands for.
    pub home: Option<&'a str>,
    /// Whether variables are filled in; if not, a text with a dollar sign may be anything.
    pub filled: bool,
    /// How many ports came out of ranges, in all files.
    pub ports: &'a Cell<usize>,
}

impl Canon<'_> {
    /// The value in its long form; nothing when it says nothing, or is wrong, which is reported.
    pub(super) fn read(&self, node: Node, shape: &'static Shape, path: &Path<'_>) -> Option<Node> {
        if node.mark == Mark::Reset {
            return Some(node.with(Data::Null));
        }
        if node.data == Data::Null {
            return Some(null(node, shape));
        }
        if self.unfilled(&node)
            && !matches!(shape, Shape::Words | Shape::Servers | Shape::Paths | Shape::Ports)
        {
            return Some(node);
        }
        match shape {
            Shape::Any => Some(node),
            Shape::Scalar(scalar) => self.scalar(&node, *scalar, path),
            Shape::Command => self.command(&node, path),
            Shape::Test => self.test(&node, path),
            Shape::Paths | Shape::Answers => self.texts(&node, shape, path),
            Shape::Texts | Shape::Words | Shape::Servers => {
                let mut node = self.texts(&node, shape, path)?;
                if let Data::List(items) = &mut node.data {
                    *items = unique(std::mem::take(items), Same::Value);
                }
                Some(node)
            }
            Shape::Pairs => self.pairs(&node, true, path),
            Shape::Options => self.pairs(&node, false, path),
            Shape::Settings(values) => self.settings(&node, *values, path),
            Shape::Contexts => self.contexts(&node, path),
            Shape::Hosts => self.hosts(&node, path),
            Shape::Ssh => self.ssh(&node, path),
            Shape::Ports => self.ports(&node, path),
            Shape::Gpus => self.gpus(&node, path),
            Shape::List(item, same) => {
                let mut node = self.list(node, item, path)?;
                if let Data::List(items) = &mut node.data {
                    *items = unique(std::mem::take(items), *same);
                }
                Some(node)
            }
            Shape::Each(value) => self.each(node, value, path),
            Shape::Named(value) => self.named(node, value, path),
            Shape::Object(object) => self.object(node, object, path),
        }
    }

    fn list(&self, node: Node, item: &'static Shape, path: &Path<'_>) -> Option<Node> {
        let (at, key, mark) = (node.at, node.key, node.mark);
        let items = match node.data {
            Data::List(items) => items,
            // One that stands for a list: `env_file: x`.
            Data::Text(text) if matches!(item, Shape::Object(object) if object.short == Short::Member("path")) =>
            {
                vec![Node::text(text, at)]
            }
            other => return self.wrong(&Node { data: other, at, key, mark }, path, "a list"),
        };
        let read = |(index, node): (usize, Node)| {
            let path = path.item(index);
            if node.data == Data::Null && node.mark == Mark::None && !matches!(item, Shape::Any) {
                return self.wrong(&node, &path, item.form());
            }
            self.read(node, item, &path)
        };
        let items = items.into_iter().enumerate().filter_map(read).collect();
        Some(Node { data: Data::List(items), at, key, mark })
    }

    fn each(&self, node: Node, value: &'static Shape, path: &Path<'_>) -> Option<Node> {
        let (at, key, mark) = (node.at, node.key, node.mark);
        let map = match node.data {
            Data::Map(map) => map,
            other => return self.wrong(&Node { data: other, at, key, mark }, path, "a map"),
        };
        let mut read = Map::new();
        for (name, node) in map {
            if matches!(path, Path::Key(Path::Root, _)) && !is_name(&name) {
                let why = "a name may hold letters, digits and . _ - only";
                self.report.error(Code::Value, node.key, &path.key(&name), why);
                continue;
            }
            if let Some(node) = self.read(node, value, &path.key(&name)) {
                read.insert(name, node);
            }
        }
        Some(Node { data: Data::Map(read), at, key, mark })
    }

    fn named(&self, node: Node, value: &'static Shape, path: &Path<'_>) -> Option<Node> {
        let Data::List(items) = &node.data else { return self.each(node, value, path) };
        let dependency = matches!(value, Shape::Object(object) if object.short == Short::Dependency);
        let mut map = Map::new();
        for (index, item) in items.iter().enumerate() {
            let Some(name) = self.text(item, &path.item(index)) else { continue };
            let data = if dependency { started(item) } else { Data::Null };
            map.insert(name, item.with(data));
        }
        Some(node.with(Data::Map(map)))
    }

    fn object(&self, node: Node, object: &'static Object, path: &Path<'_>) -> Option<Node> {
        let (at, key, mark) = (node.at, node.key, node.mark);
        let map = match node.data {
            Data::Map(map) => map,
            data => return self.short_form(&Node { data, at, key, mark }, object, path),
        };
        for field in object.fields.iter().filter(|field| field.required && !map.contains_key(field.name)) {
            self.report.error(Code::Missing, key, path, format!("{} is missing", field.name));
        }
        let mut read = Map::new();
        for (name, node) in map {
            if name.starts_with("x-") {
                read.insert(name, node);
                continue;
            }
            let Some(field) = object.field(&name) else {
                self.unknown(&name, &node, object, path);
                continue;
            };
            if field.may_be_null && node.data == Data::Null && node.mark == Mark::None {
                continue;
            }
            if let Some(node) = self.read(node, &field.shape, &path.key(&name)) {
                read.insert(name, node);
            }
        }
        if object.short == Short::DeviceRequest
            && let (Some(count), Some(_)) = (read.get("count"), read.get("device_ids"))
        {
            let why = "stands beside device_ids: say how many, or which ones";
            self.report.error(Code::Conflict, count.key, &path.key("count"), why);
        }
        let mut node = Node { data: Data::Map(read), at, key, mark };
        self.complete(&mut node, object.short);
        Some(node)
    }

    fn unknown(&self, name: &str, node: &Node, object: &Object, path: &Path<'_>) {
        if self.report.is_full() {
            return;
        }
        // A longer one is no slip of the hand.
        let fields = if name.len() > 64 { &[] } else { object.fields };
        let near = fields
            .iter()
            .map(|field| (strsim::jaro_winkler(field.name, name), field.name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let why = match near {
            Some((_, best)) => format!("there is no such key; did you mean {best}?"),
            None => "there is no such key; what is your own is named x-…".to_owned(),
        };
        self.report.error(Code::UnknownKey, node.key, &path.key(name), why);
    }

    /// Says what form was wanted; the value itself may be a secret.
    fn wrong(&self, node: &Node, path: &Path<'_>, wanted: &str) -> Option<Node> {
        let quotes = match node.data {
            Data::Bool(_) | Data::Int(_) | Data::Float(_) if wanted == "a text" => ": put it in quotes",
            _ => "",
        };
        let why = format!("must be {wanted}, and is {}{quotes}", node.form());
        self.report.error(Code::Value, node.at, path, why);
        None
    }

    fn refuse(&self, node: &Node, path: &Path<'_>, why: &str) -> Option<Node> {
        self.report.error(Code::Value, node.at, path, why);
        None
    }

    fn unfilled(&self, node: &Node) -> bool {
        !self.filled && node.as_text().is_some_and(|text| text.contains('$'))
    }
}

/// Whether something is below a null is only known when the files lie on each other.
fn null(node: Node, shape: &Shape) -> Node {
    if matches!(shape, Shape::Object(Object { null: Null::Empty, .. })) {
        return node.with(Data::Map(Map::new()));
    }
    node
}

/// What a dependency is that only has a name.
pub(super) fn started(from: &Node) -> Data {
    let member = |name: &str, data| (name.to_owned(), Node::new(data, from.at));
    Data::Map(Map::from([
        member("condition", Data::Text("service_started".to_owned())),
        member("required", Data::Bool(true)),
    ]))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// A choice of words, for people.
fn listed(words: &[&str]) -> String {
    words.iter().map(|word| shown(word)).collect::<Vec<_>>().join(", ")
}
