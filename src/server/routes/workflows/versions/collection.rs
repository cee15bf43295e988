//! Listing versions, and making one by hand.

use axum::Json;
use http::StatusCode;
use serde_json::{Value, json};

use super::meta::Meta;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::{OptionalBody, Params};
use crate::server::routes::lenient::{Paging, in_range};
use crate::workflow::{Verbatim, View};

pub(super) async fn list(
    app: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    Params(query): Params<Paging>,
) -> Result<Json<Value>, Error> {
    let page = in_range(query.page.as_deref(), 1..=u64::from(u32::MAX), 1);
    let limit = in_range(query.limit.as_deref(), 1..=50, 10);
    let (versions, total) = app.workflows.versions(access.workflow.id, (page - 1) * limit, limit).await?;
    let versions: Vec<_> = versions.iter().map(View).collect();
    Ok(Json(json!({ "versions": versions, "total": total, "page": page, "limit": limit })))
}

pub(super) async fn create(
    app: App,
    access: Access<OwnWorkflow>,
    OptionalBody(meta): OptionalBody<Meta>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let version = app.workflows.snapshot(&access.workflow, meta.checked()?, access.caller.user).await?;
    Ok((StatusCode::CREATED, Json(json!({ "message": "Version created", "version": View(&version) }))))
}
