//! Graphs for the tests of this room, written briefly.

use serde_json::{Value, json};

use super::{Compiled, Discovery, EnabledPlugins, Inputs, LiveObjects, Registry, RunValues, compile};
use crate::graph::{Code, Finding, Graph, NodeKind, Severity};

/// A graph and the circumstances it is compiled in.
pub(super) struct Case {
    pub(super) graph: Value,
    pub(super) values: RunValues,
    pub(super) live: LiveObjects,
    pub(super) registries: Vec<Registry>,
    pub(super) discovery: Option<Discovery>,
    pub(super) allow_insecure_db_defaults: bool,
}

impl Case {
    /// Nodes by id, type and data; an image is filled in where one is needed.
    pub(super) fn new<const N: usize>(nodes: [(&str, &str, Value); N]) -> Self {
        let nodes = nodes.into_iter().map(|(id, kind, mut data)| {
            let is_workload = NodeKind::from_name(kind).is_some_and(NodeKind::is_workload);
            if is_workload && data.get("image").is_none() {
                data["image"] = json!("example/app:1");
            }
            json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data})
        });
        Self {
            graph: json!({"nodes": nodes.collect::<Value>(), "edges": []}),
            values: RunValues::default(),
            live: LiveObjects::default(),
            registries: Vec::new(),
            discovery: None,
            allow_insecure_db_defaults: true,
        }
    }

    /// Edges by source, source handle (may be empty) and target.
    pub(super) fn edges<const N: usize>(mut self, edges: [(&str, &str, &str); N]) -> Self {
        let edge = |(at, (source, handle, target)): (usize, (&str, &str, &str))| json!({"id": format!("e{at}"), "source": source, "sourceHandle": handle, "target": target});
        self.graph["edges"] = edges.into_iter().enumerate().map(edge).collect();
        self
    }

    /// The same drawing with every edge the other way round.
    pub(super) fn reversed(mut self) -> Self {
        for edge in self.graph["edges"].as_array_mut().into_iter().flatten() {
            let turned = json!({"id": edge["id"], "source": edge["target"], "target": edge["source"], "targetHandle": edge["sourceHandle"]});
            *edge = turned;
        }
        self
    }

    pub(super) fn live(mut self, object: Value) -> Self {
        self.live.insert(object);
        self
    }

    pub(super) fn secret(mut self, node: &str, key: &str, value: &str) -> Self {
        self.values.secrets.entry(node.into()).or_default().insert(key.into(), value.into());
        self
    }

    pub(super) fn env(mut self, node: &str, name: &str, value: &str) -> Self {
        self.values.env_vars.entry(node.into()).or_default().insert(name.into(), value.into());
        self
    }

    pub(super) fn compile(&self) -> Compiled {
        let graph: Graph = serde_json::from_value(self.graph.clone()).unwrap();
        compile(&Inputs {
            graph: &graph,
            workflow: None,
            values: &self.values,
            live: &self.live,
            registries: &self.registries,
            discovery: self.discovery.as_ref(),
            plugins: EnabledPlugins::Every,
            cluster: "dev",
            allow_insecure_db_defaults: self.allow_insecure_db_defaults,
        })
    }

    /// The body of the node's own document; there must be no errors.
    pub(super) fn body(&self, node: &str) -> Value {
        let compiled = self.compile();
        assert_eq!(compiled.errors().collect::<Vec<_>>(), Vec::<&Finding>::new());
        let own = |document: &&super::Document| {
            document.node_id.as_deref() == Some(node) && document.role == super::Role::Node
        };
        compiled.documents.iter().find(own).map(|document| document.body.clone()).unwrap()
    }

    pub(super) fn spec(&self, node: &str) -> Value {
        self.body(node)["spec"].clone()
    }

    /// The pod spec of a workload that is not a cronjob.
    pub(super) fn pod(&self, node: &str) -> Value {
        self.body(node)["spec"]["template"]["spec"].clone()
    }

    pub(super) fn container(&self, node: &str) -> Value {
        self.pod(node)["containers"][0].clone()
    }

    /// Node and code of every warning.
    pub(super) fn warnings(&self) -> Vec<(String, Code)> {
        let findings =
            self.compile().findings.into_iter().filter(|finding| finding.severity == Severity::Warning);
        findings.map(|finding| (finding.node_id.unwrap_or_default(), finding.code)).collect()
    }

    /// Node and field of every error; the message must name the field.
    pub(super) fn errors(&self) -> Vec<(String, String)> {
        let findings = self.compile().findings.into_iter().filter(Finding::is_error);
        findings
            .map(|Finding { node_id, field, message, .. }| {
                let (node, field) = (node_id.unwrap_or_default(), field.unwrap_or_default());
                assert!(message.contains(&field), "{message} does not name {field}");
                (node, field)
            })
            .collect()
    }

    /// Fields of the errors of a graph of one node.
    pub(super) fn error_fields(kind: &str, data: Value) -> Vec<String> {
        Self::new([("node-1", kind, data)]).errors().into_iter().map(|(_, field)| field).collect()
    }
}

/// The data of a node called `name`, with more fields.
pub(super) fn named(name: &str, more: Value) -> Value {
    with(json!({"name": name}), more)
}

/// An object with more members, or other values of some.
pub(super) fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}
