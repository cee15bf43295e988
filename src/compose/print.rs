//! Compose's canonical form of the model (cli.md 8.2.1).

use serde_json::{Map, Number, Value};

use super::node::{Data, Node};
use super::scalar;
use super::shape::{Scalar, Shape};
use super::units;

/// The value as Compose prints it. With `doubled`, every dollar sign of a text is written twice, so that what is
/// printed can be loaded again.
pub(super) fn print(node: &Node, shape: &'static Shape, doubled: bool) -> Value {
    match (&node.data, shape) {
        (Data::Null, _) => Value::Null,
        (Data::Bool(value), _) => Value::Bool(*value),
        (Data::Int(bytes), Shape::Scalar(Scalar::Size)) => Value::String(bytes.to_string()),
        (Data::Int(nanoseconds), Shape::Scalar(Scalar::Duration)) => {
            Value::String(units::duration_text(i64::try_from(*nanoseconds).unwrap_or(i64::MAX)))
        }
        (Data::Int(mode), Shape::Scalar(Scalar::FileMode)) => Value::String(format!("0{mode:o}")),
        (Data::Int(number), _) => whole(*number),
        (Data::Float(number), _) => float(*number, shape),
        (Data::Text(text), _) if doubled && text.contains('$') => Value::String(text.replace('$', "$$")),
        (Data::Text(text), _) => Value::String(text.clone()),
        (Data::List(items), _) => {
            let mut items: Vec<Value> = items.iter().map(|item| print(item, shape.item(), doubled)).collect();
            // Compose keeps hosts in a map without an order.
            if matches!(shape, Shape::Hosts) {
                items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            Value::Array(items)
        }
        (Data::Map(map), Shape::Object(object)) => {
            let field = |(name, node): (&String, &Node)| {
                let field = object.field(name)?;
                // What is true unless said otherwise is not said.
                let usual = field.name == "create_host_path" && node.data == Data::Bool(true);
                let said = field.keep && (node.data != Data::Null || matches!(field.shape, Shape::Command));
                let printed = !usual && (said || !node.is_zero());
                printed.then(|| (name.clone(), print(node, &field.shape, doubled)))
            };
            Value::Object(map.iter().filter_map(field).collect())
        }
        (Data::Map(map), Shape::Each(value) | Shape::Named(value)) => {
            let member = |(name, node): (&String, &Node)| (key(name, doubled), print(node, value, doubled));
            Value::Object(map.iter().map(member).collect())
        }
        (Data::Map(map), _) => {
            let member =
                |(name, node): (&String, &Node)| (key(name, doubled), print(node, &Shape::Any, doubled));
            Value::Object(map.iter().map(member).collect::<Map<_, _>>())
        }
    }
}

/// A number that JSON's readers do not take is the next one that they do.
#[allow(clippy::cast_precision_loss)]
fn whole(number: i128) -> Value {
    Number::from_i128(number).or_else(|| Number::from_f64(number as f64)).map_or(Value::Null, Value::Number)
}

fn key(name: &str, doubled: bool) -> String {
    if doubled { name.replace('$', "$$") } else { name.to_owned() }
}

/// Compose keeps processors and ratios in 32 bits.
#[allow(clippy::cast_possible_truncation)]
fn float(number: f64, shape: &Shape) -> Value {
    let text = if matches!(shape, Shape::Scalar(Scalar::Real)) {
        (number as f32).to_string()
    } else {
        scalar::shortest(number)
    };
    match text.parse::<f64>().ok().map(|number| (units::float_to_whole(number), Number::from_f64(number))) {
        Some((Some(whole), _)) => Value::Number(whole.into()),
        Some((None, Some(number))) => Value::Number(number),
        Some((None, None)) | None => Value::String(text),
    }
}
