//! The graph document as posted by a canvas and kept by the store (engine.md 0.1).

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value};

use super::NodeKind;

/// Nodes and edges in the order they were drawn; the order breaks ties when objects are applied.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    /// The nodes.
    #[serde(default, deserialize_with = "null_is_default")]
    pub nodes: Vec<Node>,
    /// The edges; they link, they do not order.
    #[serde(default, deserialize_with = "null_is_default")]
    pub edges: Vec<Edge>,
}

/// One node. What the canvas adds (`width`, `selected`, …) is dropped when it is read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Unique in the graph, 1 to 128 characters of any kind.
    pub id: String,
    /// The wire's `type`; see [`Node::kind`].
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Where it is drawn.
    #[serde(default, deserialize_with = "null_is_default")]
    pub position: Position,
    /// Free-form fields; unknown ones round-trip.
    #[serde(default, deserialize_with = "null_is_default")]
    pub data: Map<String, Value>,
}

/// A place on the canvas, in canvas pixels.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    /// To the right.
    #[serde(default = "zero", deserialize_with = "number_or_zero")]
    pub x: Number,
    /// Downwards.
    #[serde(default = "zero", deserialize_with = "number_or_zero")]
    pub y: Number,
}

/// A drawn line. Its direction carries no meaning (engine.md 2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// Made by the canvas; unique in the graph.
    #[serde(default)]
    pub id: String,
    /// Id of the node the line starts at.
    pub source: String,
    /// Id of the node the line ends at.
    pub target: String,
    /// The ingress path or policy rule it starts at; absent, `null` and empty are the same.
    #[serde(default, deserialize_with = "blank_is_none", skip_serializing_if = "Option::is_none")]
    pub source_handle: Option<String>,
    /// The handle it ends at.
    #[serde(default, deserialize_with = "blank_is_none", skip_serializing_if = "Option::is_none")]
    pub target_handle: Option<String>,
    /// Drawing style.
    #[serde(
        rename = "type",
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub style: Option<String>,
}

impl Node {
    /// What the node stands for; `None` for a type this program does not know: stored, and skipped by a run.
    pub fn kind(&self) -> Option<NodeKind> {
        NodeKind::from_name(&self.kind)
    }
}

/// `data` may hold values somebody meant to keep to themselves, so it is left out.
impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Default for Position {
    fn default() -> Self {
        Self { x: zero(), y: zero() }
    }
}

/// `0` and `0.0` are one place.
impl PartialEq for Position {
    fn eq(&self, other: &Self) -> bool {
        self.x.as_f64() == other.x.as_f64() && self.y.as_f64() == other.y.as_f64()
    }
}

fn zero() -> Number {
    Number::from(0)
}

fn number_or_zero<'de, D: Deserializer<'de>>(from: D) -> Result<Number, D::Error> {
    Ok(Option::<Number>::deserialize(from)?.unwrap_or_else(zero))
}

fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

fn blank_is_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn canvas_extras_are_dropped_and_null_handles_are_absent() {
        let posted = json!({
            "nodes": [{"id": "node-1", "type": "service", "position": {"x": 0, "y": 1.5}, "width": 200, "selected": true,
                "data": {"name": "web", "custom": [1, null]}}],
            "edges": [{"id": "e", "source": "node-1", "target": "b", "sourceHandle": null, "targetHandle": "", "animated": true}],
        });
        let graph: Graph = serde_json::from_value(posted).unwrap();
        assert_eq!(
            serde_json::to_value(&graph).unwrap(),
            json!({
                "nodes": [{"id": "node-1", "type": "service", "position": {"x": 0, "y": 1.5},
                    "data": {"name": "web", "custom": [1, null]}}],
                "edges": [{"id": "e", "source": "node-1", "target": "b"}],
            })
        );
    }

    #[test]
    fn a_node_without_a_place_is_drawn_at_the_origin() {
        let node: Node =
            serde_json::from_value(json!({"id": "a", "type": "job", "position": {"x": null}})).unwrap();
        assert_eq!(node.position, Position::default());
        assert!(node.data.is_empty());
    }
}
