//! One workflow: read, change, delete.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use super::message::Message;
use super::{posted, text};
use crate::deploy::Storage;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::{Code, Error};
use crate::server::extract::{GraphBody, Params};
use crate::workflow::{Edit, Status, Verbatim, View};

const WARNING: HeaderName = HeaderName::from_static("x-orchcli-warning");

#[derive(Deserialize)]
pub(super) struct Changes {
    name: Option<String>,
    description: Option<String>,
    nodes: Option<Value>,
    edges: Option<Value>,
    status: Option<Status>,
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Removal {
    cleanup_storage: Option<bool>,
}

/// The stored text goes out as it is: this is what consoles ask for most.
pub(super) async fn get(
    _: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    (): (),
) -> Result<Response, Error> {
    Ok(Json(View(&access.workflow)).into_response())
}

pub(super) async fn update(
    app: App,
    access: Access<OwnWorkflow>,
    GraphBody(changes): GraphBody<Changes>,
) -> Result<Response, Error> {
    let edit = changes.into_edit()?;
    if edit.is_empty() {
        let words = "send at least one of name, description, nodes, edges, status and tags";
        return Err(Error::new(Code::NothingToChange, words));
    }
    let (workflow, warning) = app.deployer.edit(access.workflow.id, edit, Storage::Keep).await?;
    let mut response = Json(View(&workflow)).into_response();
    if let Some(warning) = warning.and_then(|words: String| HeaderValue::from_str(&one_line(&words)).ok()) {
        response.headers_mut().insert(WARNING, warning);
    }
    Ok(response)
}

pub(super) async fn delete(
    app: App,
    access: Access<OwnWorkflow>,
    Params(removal): Params<Removal>,
) -> Result<Json<Message>, Error> {
    let storage = Storage::removed_if(removal.cleanup_storage);
    let warning = app.deployer.delete(access.into_inner().workflow, storage).await?;
    Ok(Json(Message::new("Workflow deleted", warning)))
}

/// Header values hold no line breaks, and clients read them as ASCII.
fn one_line(words: &str) -> String {
    words.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { ' ' }).collect()
}

impl Changes {
    fn into_edit(self) -> Result<Edit, Error> {
        let (drawn_nodes, drawn_edges) = (self.nodes.is_some(), self.edges.is_some());
        let list = |posted: Option<Value>| posted.unwrap_or_else(|| Value::Array(Vec::new()));
        let body = Value::from_iter([("nodes", list(self.nodes)), ("edges", list(self.edges))]);
        let graph = posted::graph(&body)?;
        Ok(Edit {
            name: self.name.map(|name| text::name(Some(name))).transpose()?,
            description: self.description.map(text::description).transpose()?,
            tags: self.tags.map(text::tags).transpose()?,
            nodes: drawn_nodes.then_some(graph.nodes),
            edges: drawn_edges.then_some(graph.edges),
            status: self.status,
        })
    }
}
