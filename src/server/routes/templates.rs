//! The palette of the canvas.

use std::collections::BTreeSet;

use axum::Json;
use http::Method;
use serde_json::{Value, json};

use super::Routes;
use crate::catalogue::{catalogue, templates};
use crate::plugin;
use crate::server::App;
use crate::server::access::{Access, SignedIn};
use crate::server::error::Error;

pub(super) fn register(routes: Routes) -> Routes {
    routes.on(Method::GET, "/v1/api/templates", list)
}

/// A palette without plugins is better than none: what cannot be read is left out.
async fn list(app: App, access: Access<SignedIn>, (): ()) -> Result<Json<Value>, Error> {
    let enabled = plugin::enabled(&app.store, access.0.user).await.unwrap_or_else(|cause| {
        tracing::warn!(%cause, "the palette is answered without plugins");
        BTreeSet::default()
    });
    let plugins = enabled.iter().filter_map(|id| catalogue().plugin(id));
    Ok(Json(json!({ "templates": templates(plugins) })))
}
