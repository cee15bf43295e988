//! `POST /workflows/{id}/versions/{version}/restore`

use axum::Json;
use serde_json::{Value, json};

use super::meta::Numbered;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::Segments;
use crate::workflow::{Verbatim, View};

pub(super) async fn restore(
    app: App,
    access: Access<OwnWorkflow<Verbatim, Verbatim>>,
    Segments(path): Segments<Numbered>,
) -> Result<Json<Value>, Error> {
    let number = path.number()?;
    let (workflow, version) = app.deployer.restore(access.workflow.id, number, access.caller.user).await?;
    Ok(Json(json!({
        "message": format!("Version {number} restored as version {}", version.version),
        "version": View(&version),
        "workflow": View(&workflow),
    })))
}
