//! What changed between two graphs (engine.md 3.10; the lists of `WorkflowVersionDiff`).

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::runtime::is_runtime;
use super::{Edge, Graph, Node};

/// Nodes and edges that differ, in the order of the newer graph; removed ones in that of the older.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GraphDiff {
    /// Only in the newer graph.
    pub added_nodes: Vec<NodeDiff>,
    /// Only in the older graph.
    pub removed_nodes: Vec<NodeDiff>,
    /// In both, with another type, place or data.
    pub modified_nodes: Vec<NodeDiff>,
    /// Only in the newer graph, or changed.
    pub added_edges: Vec<EdgeDiff>,
    /// Only in the older graph, or changed.
    pub removed_edges: Vec<EdgeDiff>,
}

/// A node that differs.
#[derive(Clone, PartialEq, Serialize)]
pub struct NodeDiff {
    /// Its id.
    pub node_id: String,
    /// Its type in the newer graph; in the older one when it was removed.
    #[serde(rename = "type")]
    pub kind: String,
    /// Omitted for added nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_data: Option<Map<String, Value>>,
    /// Omitted for removed nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_data: Option<Map<String, Value>>,
}

/// An edge that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EdgeDiff {
    /// Its id.
    pub edge_id: String,
    /// Where it starts.
    pub source: String,
    /// Where it ends.
    pub target: String,
    /// Omitted when there is none.
    #[serde(rename = "sourceHandle", skip_serializing_if = "Option::is_none")]
    pub source_handle: Option<String>,
    /// Omitted when there is none.
    #[serde(rename = "targetHandle", skip_serializing_if = "Option::is_none")]
    pub target_handle: Option<String>,
}

/// Compares two graphs. What a run or a canvas left in `data` counts for nothing.
pub fn diff(old: &Graph, new: &Graph) -> GraphDiff {
    let old_nodes = index(&old.nodes, |node| node.id.as_str());
    let new_nodes = index(&new.nodes, |node| node.id.as_str());
    let old_edges = index(&old.edges, |edge| edge.id.as_str());
    let new_edges = index(&new.edges, |edge| edge.id.as_str());
    let mut diff = GraphDiff::default();
    for node in &new.nodes {
        match old_nodes.get(node.id.as_str()) {
            None => diff.added_nodes.push(NodeDiff::new(None, Some(node), node)),
            Some(before) if is_modified(before, node) => {
                diff.modified_nodes.push(NodeDiff::new(Some(before), Some(node), node));
            }
            Some(_) => {}
        }
    }
    let is_gone = |node: &&Node| !new_nodes.contains_key(node.id.as_str());
    diff.removed_nodes
        .extend(old.nodes.iter().filter(is_gone).map(|node| NodeDiff::new(Some(node), None, node)));
    let differs = |edge: &Edge, others: &HashMap<&str, &Edge>| {
        others.get(edge.id.as_str()).is_none_or(|other| EdgeDiff::from(edge) != EdgeDiff::from(*other))
    };
    diff.added_edges.extend(new.edges.iter().filter(|edge| differs(edge, &old_edges)).map(EdgeDiff::from));
    diff.removed_edges.extend(old.edges.iter().filter(|edge| differs(edge, &new_edges)).map(EdgeDiff::from));
    diff
}

fn index<'g, T>(items: &'g [T], id: impl Fn(&'g T) -> &'g str) -> HashMap<&'g str, &'g T> {
    items.iter().map(|item| (id(item), item)).collect()
}

fn is_modified(old: &Node, new: &Node) -> bool {
    let lasting = |node: &Node| node.data.keys().filter(|key| !is_runtime(key)).count();
    let same = |(key, value): (&String, &Value)| is_runtime(key) || old.data.get(key) == Some(value);
    old.kind != new.kind
        || old.position != new.position
        || lasting(old) != lasting(new)
        || !new.data.iter().all(same)
}

impl NodeDiff {
    fn new(old: Option<&Node>, new: Option<&Node>, shown: &Node) -> Self {
        let data = |node: Option<&Node>| node.map(|node| node.data.clone());
        Self { node_id: shown.id.clone(), kind: shown.kind.clone(), old_data: data(old), new_data: data(new) }
    }
}

/// Data may hold values somebody meant to keep to themselves, so it is left out.
impl std::fmt::Debug for NodeDiff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeDiff")
            .field("node_id", &self.node_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl From<&Edge> for EdgeDiff {
    fn from(edge: &Edge) -> Self {
        Self {
            edge_id: edge.id.clone(),
            source: edge.source.clone(),
            target: edge.target.clone(),
            source_handle: edge.source_handle.clone(),
            target_handle: edge.target_handle.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn graph(value: Value) -> Graph {
        serde_json::from_value(value).unwrap()
    }

    // Reads best at the calls.
    #[allow(clippy::needless_pass_by_value)]
    fn node(id: &str, x: i64, data: Value) -> Value {
        json!({"id": id, "type": "job", "position": {"x": x, "y": 0}, "data": data})
    }

    fn ids(nodes: &[NodeDiff]) -> Vec<&str> {
        nodes.iter().map(|node| node.node_id.as_str()).collect()
    }

    #[test]
    fn nodes_are_listed_in_the_order_of_the_graph_they_are_in() {
        let old = graph(
            json!({"nodes": [node("z", 0, json!({})), node("same", 0, json!({})), node("y", 0, json!({"a": 1})), node("m", 0, json!({}))]}),
        );
        let new = graph(
            json!({"nodes": [node("m", 5, json!({})), node("b", 0, json!({})), node("y", 0, json!({"a": 2})), node("a", 0, json!({})),
            node("same", 0, json!({}))]}),
        );
        let diff = diff(&old, &new);
        assert_eq!(ids(&diff.added_nodes), ["b", "a"]);
        assert_eq!(ids(&diff.removed_nodes), ["z"]);
        assert_eq!(ids(&diff.modified_nodes), ["m", "y"]);
        let wire = serde_json::to_value(&diff.modified_nodes[1]).unwrap();
        assert_eq!(wire, json!({"node_id": "y", "type": "job", "old_data": {"a": 1}, "new_data": {"a": 2}}));
        assert!(serde_json::to_value(&diff.added_nodes[0]).unwrap().get("old_data").is_none());
    }

    #[test]
    fn live_state_is_no_change() {
        let old = graph(json!({"nodes": [node("a", 0, json!({"n": 1, "_status": {"state": "healthy"}}))]}));
        let new = graph(
            json!({"nodes": [node("a", 0, json!({"hasValidationError": true, "_secretCreated": false, "n": 1}))]}),
        );
        assert_eq!(diff(&old, &new), GraphDiff::default());
    }

    #[test]
    fn a_redrawn_edge_is_removed_and_added() {
        let edge =
            |id: &str, handle: Value| json!({"id": id, "source": "a", "target": "b", "sourceHandle": handle});
        let old = graph(
            json!({"edges": [edge("e", json!("p1")), edge("same", Value::Null), edge("gone", Value::Null)]}),
        );
        let new = graph(
            json!({"edges": [edge("new", Value::Null), edge("same", json!("")), edge("e", json!("p2"))]}),
        );
        let diff = serde_json::to_value(diff(&old, &new)).unwrap();
        assert_eq!(
            diff["added_edges"],
            json!([{"edge_id": "new", "source": "a", "target": "b"}, {"edge_id": "e", "source": "a", "target": "b", "sourceHandle": "p2"}])
        );
        assert_eq!(
            diff["removed_edges"],
            json!([{"edge_id": "e", "source": "a", "target": "b", "sourceHandle": "p1"}, {"edge_id": "gone", "source": "a", "target": "b"}])
        );
    }
}
