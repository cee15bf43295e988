//! What `run`, `plan`, `validate` and `render` are asked with.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::posted;
use crate::deploy::RunRequest;
use crate::graph::Graph;
use crate::manifest::RunValues;
use crate::server::error::Error;

/// Longest value of a Secret's key, bytes (`WorkflowRunRequest`).
const SECRET_BYTES: usize = 1 << 20;
/// Longest value of a variable, bytes.
const VARIABLE_BYTES: usize = 1 << 16;
/// What the console names a row that was not saved yet.
const UNSAVED: &str = "_new_";

/// `WorkflowRunRequest`.
#[derive(Deserialize, Default)]
pub(super) struct RunBody {
    #[serde(default)]
    trigger_data: Option<TriggerData>,
}

/// `WorkflowGraphInput`.
#[derive(Deserialize, Default)]
pub(super) struct GraphBody {
    nodes: Option<Value>,
    edges: Option<Value>,
    #[serde(default)]
    trigger_data: Option<TriggerData>,
}

type Values = BTreeMap<String, Option<BTreeMap<String, Option<String>>>>;

#[derive(Deserialize, Default)]
struct TriggerData {
    #[serde(default)]
    secrets: Option<Values>,
    #[serde(default, rename = "envVars")]
    env_vars: Option<Values>,
    #[serde(default)]
    adopt: Option<bool>,
    #[serde(default)]
    create_namespaces: Option<bool>,
}

impl RunBody {
    pub(super) fn into_request(self) -> Result<RunRequest, Error> {
        self.trigger_data.unwrap_or_default().into_request()
    }
}

impl GraphBody {
    /// The graph of the body, as saving would keep it, or else the stored one; and the request.
    pub(super) fn into_graph(self, stored: Graph) -> Result<(Graph, RunRequest), Error> {
        let graph = match (self.nodes, self.edges) {
            (None, None) => stored,
            (Some(nodes), Some(edges)) => {
                posted::graph(&Value::from_iter([("nodes", nodes), ("edges", edges)]))?
            }
            (Some(_), None) => {
                return Err(Error::field("edges", "nodes and edges come together, or not at all"));
            }
            (None, Some(_)) => {
                return Err(Error::field("nodes", "nodes and edges come together, or not at all"));
            }
        };
        Ok((graph, self.trigger_data.unwrap_or_default().into_request()?))
    }
}

impl TriggerData {
    fn into_request(self) -> Result<RunRequest, Error> {
        Ok(RunRequest {
            values: RunValues {
                secrets: checked("trigger_data.secrets", self.secrets, SECRET_BYTES)?,
                env_vars: checked("trigger_data.envVars", self.env_vars, VARIABLE_BYTES)?,
            },
            adopt: self.adopt.unwrap_or(false),
            create_namespaces: self.create_namespaces.unwrap_or(false),
        })
    }
}

/// Without rows that were not saved, or have no name (engine.md 3.5). The words of a refusal name the key, never the
/// value.
fn checked(
    field: &str,
    values: Option<Values>,
    limit: usize,
) -> Result<BTreeMap<String, BTreeMap<String, String>>, Error> {
    let mut kept = BTreeMap::new();
    for (node, entries) in values.unwrap_or_default() {
        let mut own = BTreeMap::new();
        for (key, value) in entries.unwrap_or_default() {
            let Some(value) = value.filter(|_| !key.trim().is_empty() && !key.starts_with(UNSAVED)) else {
                continue;
            };
            if value.len() > limit {
                let rule = format!("is longer than {} KiB", limit >> 10);
                return Err(Error::field(&format!("{field}.{node}.{key}"), rule));
            }
            own.insert(key, value);
        }
        kept.insert(node, own);
    }
    Ok(kept)
}
