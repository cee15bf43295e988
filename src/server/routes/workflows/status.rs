//! `PUT /workflows/{id}/status`

use axum::Json;
use serde::Deserialize;

use super::message::Message;
use crate::deploy::Storage;
use crate::server::App;
use crate::server::access::{Access, OwnWorkflow};
use crate::server::error::Error;
use crate::server::extract::Body;
use crate::workflow::Status;

#[derive(Deserialize)]
pub(super) struct Form {
    status: Option<Status>,
    cleanup_storage: Option<bool>,
}

pub(super) async fn set(
    app: App,
    access: Access<OwnWorkflow>,
    Body(form): Body<Form>,
) -> Result<Json<Message>, Error> {
    let status = form.status.ok_or_else(|| Error::field("status", "must be draft, published or archived"))?;
    let storage = Storage::removed_if(form.cleanup_storage);
    let warning = app.deployer.set_status(access.into_inner().workflow, status, storage).await?;
    Ok(Json(Message::new(format!("Workflow is {}", status.name()), warning)))
}
