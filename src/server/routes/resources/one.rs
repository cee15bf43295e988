//! `GET /resources/{id}`

use axum::Json;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::server::App;
use crate::server::access::{Access, OwnResource};
use crate::server::error::Error;

pub(super) async fn get(app: App, access: Access<OwnResource>, (): ()) -> Result<Json<Value>, Error> {
    let OwnResource { caller, resource } = access.into_inner();
    let records = app.live.records();
    let history = records.history(resource.id).await?;
    if let Err(error) = records.log_access(&resource).await {
        tracing::warn!(resource = %resource.id, user = %caller.user, %error, "an access could not be written down");
    }
    let events = app.live.events(caller.user, &resource).await?;
    let mut document = with_id(&resource)?;
    if !events.is_empty() {
        document["metadata"]["events"] = json!(events);
    }
    let history = history.iter().map(with_id).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "resource": document, "history": history })))
}

/// A stored document as clients see it: `id` instead of `_id`.
fn with_id(document: &impl Serialize) -> Result<Map<String, Value>, Error> {
    match serde_json::to_value(document).map_err(Error::internal)? {
        Value::Object(stored) => Ok(stored
            .into_iter()
            .map(|(key, value)| (if key == "_id" { "id".to_owned() } else { key }, value))
            .collect()),
        other => Err(Error::internal(format!("a document is an object, not {other}"))),
    }
}
