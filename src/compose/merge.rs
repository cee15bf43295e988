//! Two trees in their long form become one, key by key as the specification says (cli.md 8.2).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::node::{Data, Map, Mark, Node};
use super::shape::{Merge, Object, Same, Shape};

/// `over` laid on `base`.
pub(super) fn merge(base: Node, over: Node, shape: &'static Shape) -> Node {
    match over.mark {
        Mark::Override => return Node { mark: Mark::None, ..over },
        Mark::Reset => return over,
        Mark::None => {}
    }
    if over.data == Data::Null && !matches!(shape, Shape::Command) {
        return base;
    }
    let (at, key) = (over.at, over.key);
    let data = match (base.data, over.data) {
        (Data::Map(base), Data::Map(over)) => Data::Map(maps(base, over, shape)),
        (Data::List(base), Data::List(over)) => match shape.same() {
            Some(same) => Data::List(lists(base, over, same)),
            None => Data::List(over),
        },
        (_, over) => over,
    };
    Node { data, at, key, mark: Mark::None }
}

fn maps(mut base: Map, over: Map, shape: &'static Shape) -> Map {
    if let Shape::Object(object) = shape
        && replaces(object, &base, &over)
    {
        return over;
    }
    for (name, node) in over {
        let Some(before) = base.get_mut(&name) else {
            base.insert(name, node);
            continue;
        };
        if node.mark == Mark::Reset {
            base.shift_remove(&name);
            continue;
        }
        let empty = Node::new(Data::Null, before.at);
        let merged = merge(std::mem::replace(before, empty), node, shape.member(&name));
        *before = merged;
    }
    base
}

fn replaces(object: &Object, base: &Map, over: &Map) -> bool {
    match object.merge {
        Merge::ByKey => false,
        Merge::Replace => true,
        Merge::SameDriver => match (base.get("driver"), over.get("driver")) {
            (Some(base), Some(over)) => base != over,
            (None, _) | (_, None) => false,
        },
    }
}

/// One of those that are the same: the last.
pub(super) fn unique(items: Vec<Node>, same: Same) -> Vec<Node> {
    lists(Vec::new(), items, same)
}

fn lists(base: Vec<Node>, over: Vec<Node>, same: Same) -> Vec<Node> {
    let mut items = base;
    if matches!(same, Same::Never) {
        items.extend(over);
        return items;
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, item) in items.iter().enumerate() {
        places.entry(identity(item, same)).or_insert(place);
    }
    for item in over {
        match places.entry(identity(&item, same)) {
            Entry::Occupied(place) => items[*place.get()] = item,
            Entry::Vacant(place) => {
                place.insert(items.len());
                items.push(item);
            }
        }
    }
    items
}

/// What makes an item the one it is.
fn identity(item: &Node, same: Same) -> String {
    let known = match same {
        Same::Never | Same::Value => None,
        Same::Member(name) => item.text_of(name).map(str::to_owned),
        Same::Grant => match item.text_of("target") {
            Some(target) => Some(target.to_owned()),
            None => item.text_of("source").map(|source| format!("/{source}")),
        },
        Same::Port => item.get("target").map(|target| {
            let text = |name| item.text_of(name).unwrap_or_default();
            let ip = item.text_of("host_ip").unwrap_or("0.0.0.0");
            format!("{ip}:{}:{}/{}", text("published"), whole(target), text("protocol"))
        }),
    };
    known.unwrap_or_else(|| whole(item))
}

/// The whole of a value as text, without its place.
fn whole(node: &Node) -> String {
    match &node.data {
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Text(text) => format!("{text:?}"),
        Data::List(items) => items.iter().map(|item| whole(item) + ",").collect(),
        Data::Map(map) => map
            .iter()
            .flat_map(|(name, node)| [name.clone(), ":".to_owned(), whole(node), ",".to_owned()])
            .collect(),
    }
}

/// Takes away what is only there to take something else away.
pub(super) fn settle(node: &mut Node) {
    node.mark = Mark::None;
    match &mut node.data {
        Data::Map(map) => {
            map.retain(|_, node| node.mark != Mark::Reset);
            map.values_mut().for_each(settle);
        }
        Data::List(items) => {
            items.retain(|item| item.mark != Mark::Reset);
            items.iter_mut().for_each(settle);
        }
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => {}
    }
}
