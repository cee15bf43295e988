//! `POST /workflows/{id}/save`

use axum::Json;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{posted, text};
use crate::deploy::Storage;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::GraphBody;
use crate::workflow::{Edit, Verbatim, View};

#[derive(Deserialize)]
pub(super) struct Canvas {
    #[serde(default)]
    nodes: Value,
    #[serde(default)]
    edges: Value,
    description: Option<String>,
}

pub(super) async fn save(
    app: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    GraphBody(canvas): GraphBody<Canvas>,
) -> Result<Json<Value>, Error> {
    let Canvas { nodes, edges, description } = canvas;
    let graph = posted::graph(&Value::from_iter([("nodes", nodes), ("edges", edges)]))?;
    let edit = Edit {
        nodes: Some(graph.nodes),
        edges: Some(graph.edges),
        description: description.map(text::description).transpose()?,
        ..Edit::default()
    };
    let (workflow, _) = app.deployer.edit(access.workflow.id, edit, Storage::Keep).await?;
    Ok(Json(json!({ "message": "Workflow saved", "workflow": View(&workflow) })))
}
