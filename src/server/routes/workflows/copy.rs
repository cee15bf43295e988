//! `POST /workflows/{id}/clone`

use axum::Json;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::text;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::Body;
use crate::workflow::View;

#[derive(Deserialize)]
pub(super) struct Form {
    name: Option<String>,
}

pub(super) async fn copy(
    app: App,
    access: Access<OwnWorkflow>,
    Body(form): Body<Form>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let name = text::name(form.name)?;
    let copy = app.workflows.copy(access.into_inner().workflow, name).await?;
    let answer = json!({ "id": copy.id, "message": "Workflow cloned", "workflow": View(&copy) });
    Ok((StatusCode::CREATED, Json(answer)))
}
