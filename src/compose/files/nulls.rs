//! A key of which nothing is said stands only where the specification lets it, or where something is below it.

use crate::compose::finding::{Code, Report};
use crate::compose::node::{Data, Mark, Node};
use crate::compose::place::Path;
use crate::compose::shape::{Null, Object, Shape};

/// Refuses the others, in files that lie on each other already.
pub(super) fn refuse(node: &Node, shape: &'static Shape, path: &Path<'_>, report: &Report) {
    match &node.data {
        Data::Null if node.mark == Mark::Reset || is_allowed(shape) => {}
        Data::Null => {
            let form = shape.form();
            let why = format!("must be {form}, and is nothing: give it a value, or leave the key out");
            report.error(Code::Value, node.key, path, why);
        }
        Data::Map(map) => {
            for (name, node) in map {
                refuse(node, shape.member(name), &path.key(name), report);
            }
        }
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                refuse(item, shape.item(), &path.item(index), report);
            }
        }
        Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => {}
    }
}

fn is_allowed(shape: &Shape) -> bool {
    matches!(shape, Shape::Any | Shape::Command | Shape::Object(Object { null: Null::Kept, .. }))
}
