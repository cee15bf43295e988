//! One version: read, say something about it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::meta::{Meta, Numbered};
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::{Body, Segments};
use crate::workflow::{Verbatim, View};

pub(super) async fn get(
    app: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    Segments(path): Segments<Numbered>,
) -> Result<Response, Error> {
    let version = app.workflows.version(access.workflow.id, path.number()?).await?;
    Ok(Json(View(&version)).into_response())
}

pub(super) async fn update(
    app: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    (Segments(path), Body(meta)): (Segments<Numbered>, Body<Meta>),
) -> Result<Json<Value>, Error> {
    let version = app.workflows.describe(access.workflow.id, path.number()?, meta.checked()?).await?;
    Ok(Json(json!({ "message": "Version updated", "version": View(&version) })))
}
