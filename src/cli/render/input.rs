//! What `render` reads: the three forms of a graph file, and files of run values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, invalid};
use super::registry::registry;
use crate::cli::failure::Failure;
use crate::graph::Graph;
use crate::id::WorkflowId;
use crate::manifest::{Discovery, Registry, RunValues};

/// A graph and everything the file says about its run.
pub struct Input {
    pub graph: Graph,
    pub workflow: Option<WorkflowId>,
    /// Name of the cluster, for messages.
    pub cluster: String,
    pub values: RunValues,
    pub registries: Vec<Registry>,
    pub live: Vec<Value>,
    pub discovery: Option<Discovery>,
}

/// Reads a graph file: a bare graph, a workflow, or a workflow with the circumstances of a run.
pub fn parse(name: &str, text: &str) -> Result<Input, Failure> {
    let mut file = Document::parse(name, text)?;
    let values = match file.object("trigger_data")? {
        Some(mut data) => run_values(&mut data)?,
        None => RunValues::default(),
    };
    let registries = file.objects("registries")?.iter_mut().map(registry).collect::<Result<_, _>>()?;
    let live = file.each("live")?.unwrap_or_default();
    let discovery = file.take("discovery")?;
    let mut workflow = file.object("workflow")?.unwrap_or(file);
    let Some(nodes) = workflow.each("nodes")? else { return Err(invalid(format!("{name} holds no graph"))) };
    let graph = Graph { nodes, edges: workflow.each("edges")?.unwrap_or_default() };
    let id: Option<String> = workflow.take("id")?.or(workflow.take("_id")?);
    Ok(Input {
        graph,
        workflow: id.and_then(|id| id.parse().ok()),
        cluster: workflow.take("cluster_id")?.unwrap_or_default(),
        values,
        registries,
        live,
        discovery,
    })
}

/// Reads a file of run values: the body of a run request, or its `trigger_data`.
pub fn parse_values(name: &str, text: &str) -> Result<RunValues, Failure> {
    let mut file = Document::parse(name, text)?;
    let mut data = file.object("trigger_data")?.unwrap_or(file);
    run_values(&mut data)
}

fn run_values(data: &mut Document) -> Result<RunValues, Failure> {
    Ok(RunValues { secrets: by_node(data, "secrets")?, env_vars: by_node(data, "envVars")? })
}

/// Texts by node id and key; `null` is no value.
fn by_node(data: &mut Document, key: &str) -> Result<BTreeMap<String, BTreeMap<String, String>>, Failure> {
    let mut values = BTreeMap::new();
    let Some(mut nodes) = data.object(key)? else { return Ok(values) };
    for node in nodes.keys() {
        let Some(mut entries) = nodes.object(&node)? else { continue };
        let mut texts = BTreeMap::new();
        for name in entries.keys() {
            if let Some(text) = entries.text(&name)? {
                texts.insert(name, text);
            }
        }
        values.insert(node, texts);
    }
    Ok(values)
}
