//! The rules of saving (`POST /workflows/{id}/save`): what is refused, what is trimmed, what is never stored.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::report::shown;
use super::{Edge, Graph, Node, NodeKind};

/// Most nodes of a graph.
pub const MAX_NODES: usize = 1000;
/// Most edges of a graph.
pub const MAX_EDGES: usize = 4000;
/// Most bytes of a node's `data` as JSON.
pub const MAX_DATA_BYTES: usize = 64 * 1024;
/// The same for a ConfigMap, which hold files.
pub const MAX_CONFIG_MAP_BYTES: usize = 2 * 1024 * 1024;
/// Most refusals told at once.
const MAX_REFUSALS: usize = 20;

/// Why a graph cannot be saved: a place in the body and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} {why}")]
pub struct Refusal {
    /// Such as `nodes[3].id`.
    pub place: String,
    /// Follows the place in a sentence.
    pub why: String,
}

/// Reads a posted graph: an object with `nodes` and `edges`. A missing list is refused, never taken for an empty one.
/// Unknown node types and edges that join nothing sensible are kept: drafts may be incomplete.
pub fn normalise(body: &Value) -> Result<Graph, Vec<Refusal>> {
    let mut refusals = Refusals::default();
    let nodes = refusals.list(body, "nodes", MAX_NODES);
    let edges = refusals.list(body, "edges", MAX_EDGES);
    refusals.check_each(nodes, "nodes", check_node);
    refusals.check_each(edges, "edges", check_edge);
    refusals.finish()?;
    let parsed = serde_json::from_value::<Vec<Node>>(Value::Array(nodes.to_vec()))
        .and_then(|nodes| Ok(Graph { nodes, edges: serde_json::from_value(Value::Array(edges.to_vec()))? }));
    let mut graph =
        parsed.map_err(|error| vec![Refusal { place: "nodes".into(), why: error.to_string() }])?;
    graph.nodes.iter_mut().for_each(tidy);
    for (at, node) in graph.nodes.iter().enumerate() {
        refusals.check_size(at, node);
    }
    refusals.finish()?;
    Ok(graph)
}

impl Graph {
    /// The same rules for a graph made by this program, such as an imported one.
    pub fn normalised(mut self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Refusals::default();
        refusals.check_count("nodes", self.nodes.len(), MAX_NODES);
        refusals.check_count("edges", self.edges.len(), MAX_EDGES);
        let (mut nodes, mut edges) = (HashSet::new(), HashSet::new());
        for (at, Node { id, .. }) in self.nodes.iter().enumerate() {
            refusals.check_id(&format!("nodes[{at}].id"), id, 128, &mut nodes);
        }
        for (at, Edge { id, .. }) in self.edges.iter().enumerate() {
            refusals.check_id(&format!("edges[{at}].id"), id, 512, &mut edges);
        }
        self.nodes.iter_mut().for_each(tidy);
        for (at, node) in self.nodes.iter().enumerate() {
            refusals.check_size(at, node);
        }
        refusals.finish()?;
        Ok(self)
    }
}

/// Trims what is trimmed, and takes out the values a Secret must not keep.
fn tidy(node: &mut Node) {
    trim(&mut node.data, "name");
    trim(&mut node.data, "namespace");
    let Some(kind) = node.kind() else { return };
    if kind.is_workload() {
        trim(&mut node.data, "image");
    }
    if kind == NodeKind::Secret {
        node.data.retain(|key, _| key != "data" && key != "stringData");
        if let Some(keys) = node.data.get_mut("keys") {
            declare(keys);
        }
    }
}

fn trim(data: &mut Map<String, Value>, key: &str) {
    if let Some(Value::String(text)) = data.get_mut(key)
        && text.trim().len() != text.len()
    {
        *text = text.trim().to_owned();
    }
}

/// Leaves id and name of every entry; anything else could be a value.
fn declare(keys: &mut Value) {
    let Value::Array(entries) = keys else {
        *keys = Value::Array(Vec::new());
        return;
    };
    entries.retain(Value::is_object);
    for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
        entry.retain(|member, value| matches!(member.as_str(), "id" | "name") && value.is_string());
    }
}

fn check_node(node: &Value, place: &str, ids: &mut HashSet<String>, refusals: &mut Refusals) {
    refusals.id(node, place, 128, ids);
    refusals.text(node, place, "type", 1..=64);
    match node.get("position") {
        Some(Value::Object(position)) => {
            for axis in
                ["x", "y"].into_iter().filter(|axis| !position.get(*axis).is_some_and(Value::is_number))
            {
                refusals.add(format!("{place}.position.{axis}"), "must be a number");
            }
        }
        _ => refusals.add(format!("{place}.position"), "must be an object with x and y"),
    }
    if !node.get("data").is_some_and(Value::is_object) {
        refusals.add(format!("{place}.data"), "must be an object");
    }
}

fn check_edge(edge: &Value, place: &str, ids: &mut HashSet<String>, refusals: &mut Refusals) {
    refusals.id(edge, place, 512, ids);
    for end in ["source", "target"] {
        refusals.text(edge, place, end, 0..=128);
    }
    for (member, most) in [("sourceHandle", 256), ("targetHandle", 256), ("type", 64)] {
        if edge.get(member).is_some_and(|value| !value.is_null()) {
            refusals.text(edge, place, member, 0..=most);
        }
    }
}

#[derive(Default)]
struct Refusals(Vec<Refusal>);

impl Refusals {
    fn add(&mut self, place: String, why: impl Into<String>) {
        if self.0.len() < MAX_REFUSALS {
            self.0.push(Refusal { place, why: why.into() });
        }
    }

    fn finish(&mut self) -> Result<(), Vec<Refusal>> {
        if self.0.is_empty() { Ok(()) } else { Err(std::mem::take(&mut self.0)) }
    }

    fn list<'v>(&mut self, body: &'v Value, key: &str, most: usize) -> &'v [Value] {
        let Some(list) = body.get(key).and_then(Value::as_array) else {
            self.add(key.into(), "is required and must be a list; send [] for none");
            return &[];
        };
        self.check_count(key, list.len(), most);
        if list.len() > most { &[] } else { list }
    }

    fn check_count(&mut self, key: &str, count: usize, most: usize) {
        if count > most {
            self.add(key.into(), format!("has {count} entries, {most} are allowed"));
        }
    }

    fn check_each(
        &mut self,
        list: &[Value],
        key: &str,
        check: fn(&Value, &str, &mut HashSet<String>, &mut Self),
    ) {
        let mut ids = HashSet::new();
        for (at, entry) in list.iter().enumerate() {
            let place = format!("{key}[{at}]");
            if entry.is_object() {
                check(entry, &place, &mut ids, self);
            } else {
                self.add(place, "must be an object");
            }
        }
    }

    fn id(&mut self, entry: &Value, place: &str, most: usize, ids: &mut HashSet<String>) {
        let place = format!("{place}.id");
        match entry.get("id").and_then(Value::as_str) {
            Some(id) => self.check_id(&place, id, most, ids),
            None => self.add(place, "is required and must be text"),
        }
    }

    fn check_id(&mut self, place: &str, id: &str, most: usize, ids: &mut HashSet<String>) {
        if !(1..=most).contains(&id.chars().count()) {
            self.add(place.into(), format!("must have 1 to {most} characters"));
        } else if !ids.insert(id.to_owned()) {
            self.add(place.into(), format!("{} is a duplicate", shown(id)));
        }
    }

    fn text(&mut self, entry: &Value, place: &str, key: &str, length: RangeInclusive<usize>) {
        let place = format!("{place}.{key}");
        match entry.get(key).and_then(Value::as_str) {
            Some(text) if length.contains(&text.chars().count()) => {}
            Some(_) => {
                self.add(place, format!("must have {} to {} characters", length.start(), length.end()));
            }
            None => self.add(place, "is required and must be text"),
        }
    }

    fn check_size(&mut self, at: usize, node: &Node) {
        let most = match node.kind() {
            Some(NodeKind::ConfigMap) => MAX_CONFIG_MAP_BYTES,
            _ => MAX_DATA_BYTES,
        };
        let size = serde_json::to_vec(&node.data).map_or(usize::MAX, |json| json.len());
        if size > most {
            self.add(format!("nodes[{at}].data"), format!("has {size} bytes as JSON, {most} are allowed"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // Reads best at the calls.
    #[allow(clippy::needless_pass_by_value)]
    fn node(id: &str, kind: &str, data: Value) -> Value {
        json!({"id": id, "type": kind, "position": {"x": 1, "y": 2}, "data": data})
    }

    fn places(body: &Value) -> Vec<String> {
        normalise(body).unwrap_err().into_iter().map(|refusal| refusal.place).collect()
    }

    #[test]
    fn names_and_images_are_trimmed_and_everything_else_round_trips() {
        let data =
            json!({"name": " web ", "namespace": "\tshop", "image": " nginx ", "note": " kept ", "n": 1e6});
        let body =
            json!({"nodes": [node("a", "job", data.clone()), node("b", "service", data)], "edges": []});
        let graph = normalise(&body).unwrap();
        let expected =
            json!({"name": "web", "namespace": "shop", "image": "nginx", "note": " kept ", "n": 1e6});
        assert_eq!(Value::Object(graph.nodes[0].data.clone()), expected);
        assert_eq!(graph.nodes[1].data["image"], " nginx ", "a service has no image");
    }

    #[test]
    fn values_of_a_secret_are_never_kept() {
        let data = json!({"keys": [{"id": "k", "name": "A", "value": "s3cret"}, "s3cret", {"name": {"v": "s3cret"}}],
            "data": {"A": "s3cret"}, "stringData": {"A": "s3cret"}});
        let graph = normalise(&json!({"nodes": [node("a", "secret", data)], "edges": []})).unwrap();
        let stored = serde_json::to_string(&graph).unwrap();
        assert!(!stored.contains("s3cret"), "{stored}");
        assert_eq!(graph.nodes[0].data["keys"], json!([{"id": "k", "name": "A"}, {}]));
    }

    #[test]
    fn a_missing_list_is_not_an_empty_one() {
        assert_eq!(places(&json!({"nodes": []})), ["edges"]);
        assert_eq!(places(&json!([])), ["nodes", "edges"]);
        assert!(normalise(&json!({"nodes": [], "edges": []})).is_ok());
    }

    #[test]
    fn every_refusal_names_its_place() {
        let body = json!({
            "nodes": [node("a", "job", json!({})), node("a", "job", json!({})), node("", "job", json!({})),
                node(&"x".repeat(129), "", json!([])), {"id": "p", "type": "t", "data": {}}, 7],
            "edges": [{"id": "e", "source": "a", "target": "zzz", "sourceHandle": null}, {"id": "e", "source": "a"},
                {"id": "f", "source": "a", "target": "b", "targetHandle": "h".repeat(257)}],
        });
        let expected = [
            "nodes[1].id",
            "nodes[2].id",
            "nodes[3].id",
            "nodes[3].type",
            "nodes[3].data",
            "nodes[4].position",
            "nodes[5]",
            "edges[1].id",
            "edges[1].target",
            "edges[2].targetHandle",
        ];
        assert_eq!(places(&body), expected);
    }

    #[test]
    fn sizes_are_bounded() {
        let text = "x".repeat(MAX_DATA_BYTES);
        let sized =
            |kind: &str| json!({"nodes": [node("a", kind, json!({"data": {"k": text}}))], "edges": []});
        assert_eq!(places(&sized("deployment")), ["nodes[0].data"]);
        assert!(normalise(&sized("configmap")).is_ok());
        let many: Vec<_> = (0..=MAX_NODES).map(|at| node(&at.to_string(), "job", json!({}))).collect();
        assert_eq!(places(&json!({"nodes": many, "edges": []})), ["nodes"]);
    }

    #[test]
    fn drafts_may_be_incomplete() {
        let body = json!({"nodes": [node("a", "webhook", json!({}))],
            "edges": [{"id": "e", "source": "a", "target": "gone"}]});
        assert_eq!(normalise(&body).unwrap().edges.len(), 1);
    }
}
