//! Fields of `data` that tell about a run and belong to the server (engine.md 3.10, 3.11).

use std::collections::HashMap;

use super::{Graph, Node};

/// What a watch last said of the node.
const STATUS: &str = "_status";
/// Written by the server only.
const SERVER_OWNED: [&str; 2] = [STATUS, "_secretCreated"];
/// Written by consoles, of no meaning to anybody else.
const CONSOLE_OWNED: &str = "hasValidationError";

/// Whether a field says nothing about what the node asks for.
pub(super) fn is_runtime(key: &str) -> bool {
    SERVER_OWNED.contains(&key) || key == CONSOLE_OWNED
}

impl Graph {
    /// The graph as it is asked for, without what a run left in it: for versions and clones.
    #[must_use]
    pub fn without_runtime(mut self) -> Self {
        for node in &mut self.nodes {
            node.data.retain(|key, _| !is_runtime(key));
        }
        self
    }

    /// Replaces the server's fields a client sent by the stored ones, node by node. A node of another type, name or
    /// namespace is another object, of which nothing is known yet.
    pub fn keep_runtime(&mut self, stored: &Graph) {
        let stored: HashMap<&str, &Node> = stored.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        for node in &mut self.nodes {
            node.data.retain(|key, _| !SERVER_OWNED.contains(&key.as_str()));
            let Some(before) = stored.get(node.id.as_str()).filter(|before| is_same_object(before, node))
            else {
                continue;
            };
            for key in SERVER_OWNED {
                node.data.extend(before.data.get(key).map(|value| (key.to_owned(), value.clone())));
            }
        }
    }
}

impl Node {
    /// Forgets what a watch last said of the node, since nobody watches it any more.
    pub fn forget_status(&mut self) {
        self.data.shift_remove(STATUS);
    }
}

fn is_same_object(a: &Node, b: &Node) -> bool {
    a.kind == b.kind && ["name", "namespace"].iter().all(|key| a.data.get(*key) == b.data.get(*key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    // Reads best at the calls.
    #[allow(clippy::needless_pass_by_value)]
    fn graph(kind: &str, data: Value) -> Graph {
        serde_json::from_value(json!({"nodes": [{"id": "a", "type": kind, "data": data}]})).unwrap()
    }

    #[test]
    fn versions_and_clones_show_no_live_state() {
        let data = json!({"name": "x", "_status": {}, "_secretCreated": true, "hasValidationError": true, "_linkedSecrets": []});
        let stripped = graph("secret", data).without_runtime();
        assert_eq!(Value::Object(stripped.nodes[0].data.clone()), json!({"name": "x", "_linkedSecrets": []}));
    }

    #[test]
    fn a_save_keeps_the_stored_state_and_ignores_the_posted_one() {
        let stored = graph("job", json!({"name": "x", "_status": {"state": "healthy"}}));
        let mut posted =
            graph("job", json!({"name": "x", "_status": {"state": "stale"}, "_secretCreated": true}));
        posted.keep_runtime(&stored);
        assert_eq!(
            Value::Object(posted.nodes[0].data.clone()),
            json!({"name": "x", "_status": {"state": "healthy"}})
        );
    }

    #[test]
    fn a_renamed_moved_or_retyped_node_starts_without_state() {
        let stored = graph("job", json!({"name": "x", "namespace": "a", "_status": {}}));
        for (kind, data) in [
            ("job", json!({"name": "y", "namespace": "a"})),
            ("job", json!({"name": "x", "namespace": "b"})),
            ("cronjob", json!({"name": "x", "namespace": "a"})),
        ] {
            let mut posted = graph(kind, data.clone());
            posted.keep_runtime(&stored);
            assert_eq!(Value::Object(posted.nodes[0].data.clone()), data);
        }
    }
}
