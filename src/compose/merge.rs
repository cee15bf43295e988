//! Two trees in their long form become one, key by key as the specification says (cli.md 8.2).

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
        (Data::List(base), Data::List(over)) => match same(shape) {
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
        let merged = merge(std::mem::replace(before, empty), node, member(shape, &name));
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

/// What stands under a key; extensions are replaced.
fn member(shape: &'static Shape, name: &str) -> &'static Shape {
    match shape {
        Shape::Object(object) => object.field(name).map_or(&Shape::Any, |field| &field.shape),
        Shape::Each(value) | Shape::Named(value) => value,
        _ => &Shape::Any,
    }
}

fn same(shape: &Shape) -> Option<Same> {
    match shape {
        Shape::List(_, same) => Some(*same),
        Shape::Ports => Some(Same::Port),
        Shape::Words | Shape::Paths | Shape::Texts | Shape::Hosts | Shape::Ssh | Shape::Gpus => {
            Some(Same::Value)
        }
        _ => None,
    }
}

fn lists(base: Vec<Node>, over: Vec<Node>, same: Same) -> Vec<Node> {
    let mut items = base;
    for item in over {
        let identity = identity(&item, same);
        let before = match &identity {
            Some(identity) => {
                items.iter_mut().find(|other| self::identity(other, same).as_ref() == Some(identity))
            }
            None => items.iter_mut().find(|other| **other == item),
        };
        match before {
            Some(before) => *before = item,
            None => items.push(item),
        }
    }
    items
}

/// What makes an item the one it is; nothing when only the whole item does.
fn identity(item: &Node, same: Same) -> Option<String> {
    match same {
        Same::Value => None,
        Same::Member(name) => item.text_of(name).map(str::to_owned),
        Same::Grant => match item.text_of("target") {
            Some(target) => Some(target.to_owned()),
            None => item.text_of("source").map(|source| format!("/{source}")),
        },
        Same::Port => {
            let target = match item.get("target").map(|target| &target.data) {
                Some(Data::Int(target)) => *target,
                _ => return None,
            };
            let text = |name| item.text_of(name).unwrap_or_default();
            let ip = item.text_of("host_ip").unwrap_or("0.0.0.0");
            Some(format!("{ip}:{}:{target}/{}", text("published"), text("protocol")))
        }
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
