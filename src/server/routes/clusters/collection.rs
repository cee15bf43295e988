//! Adding a cluster, and listing those the caller sees.

use axum::Json;
use http::StatusCode;
use serde_json::{Value, json};

use super::body::Add;
use super::view::ClusterView;
use crate::server::App;
use crate::server::access::{Access, SignedIn};
use crate::server::error::Error;
use crate::server::extract::Body;

pub(super) async fn add(
    app: App,
    access: Access<SignedIn>,
    Body(body): Body<Add>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let found = app.connections.add(access.0.user, body.into()).await?;
    let status = found.cluster.status;
    let answer = json!({
        "message": format!("Cluster {} added", found.cluster.name),
        "cluster": ClusterView::new(found, None),
        "status": status,
    });
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(super) async fn list(app: App, access: Access<SignedIn>, (): ()) -> Result<Json<Value>, Error> {
    let user = access.0.user;
    let default = app.connections.default_id(user).await?;
    let found = app.connections.list(user).await?;
    let clusters: Vec<_> = found.into_iter().map(|found| ClusterView::new(found, default)).collect();
    let default = default.map(|id| id.to_string()).unwrap_or_default();
    Ok(Json(json!({ "clusters": clusters, "default": default })))
}

pub(super) async fn get_default(
    app: App,
    access: Access<SignedIn>,
    (): (),
) -> Result<Json<ClusterView>, Error> {
    let found = app.connections.get_default(access.0.user).await?;
    let id = found.cluster.id;
    Ok(Json(ClusterView::new(found, Some(id))))
}
