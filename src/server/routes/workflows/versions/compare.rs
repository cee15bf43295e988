//! `GET /workflows/{id}/versions/compare`

use axum::Json;
use serde::Deserialize;

use super::meta::number;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::{Code, Error};
use crate::server::extract::Params;
use crate::workflow::{Comparison, Verbatim};

#[derive(Deserialize)]
pub(super) struct Pair {
    v1: Option<String>,
    v2: Option<String>,
}

pub(super) async fn compare(
    app: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    Params(pair): Params<Pair>,
) -> Result<Json<Comparison>, Error> {
    let from = number(Code::InvalidQuery, "v1", pair.v1.as_deref())?;
    let to = number(Code::InvalidQuery, "v2", pair.v2.as_deref())?;
    Ok(Json(app.workflows.compare(access.workflow.id, from, to).await?))
}
