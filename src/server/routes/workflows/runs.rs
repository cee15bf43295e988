//! `GET /workflows/{id}/runs`

use axum::Json;
use serde_json::{Value, json};

use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::Params;
use crate::server::routes::lenient::{Paging, in_range};
use crate::workflow::{Verbatim, View};

pub(super) async fn list(
    app: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    Params(query): Params<Paging>,
) -> Result<Json<Value>, Error> {
    let runs = app.workflows.runs(access.workflow.id, in_range(query.limit.as_deref(), 1..=100, 10)).await?;
    Ok(Json(json!({ "runs": runs.iter().map(View).collect::<Vec<_>>() })))
}
