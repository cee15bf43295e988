//! One cluster: read, change, remove, prefer.

use axum::Json;
use serde_json::{Value, json};

use super::body::Update;
use super::view::ClusterView;
use crate::server::App;
use crate::server::access::{Access, ClusterAdmin, OnCluster, Owner, Viewer};
use crate::server::error::Error;
use crate::server::extract::Body;

pub(super) async fn get(
    app: App,
    access: Access<OnCluster<Viewer>>,
    (): (),
) -> Result<Json<ClusterView>, Error> {
    let OnCluster { caller, found, .. } = access.into_inner();
    let default = app.connections.default_id(caller.user).await?;
    Ok(Json(ClusterView::new(found, default)))
}

pub(super) async fn update(
    app: App,
    access: Access<OnCluster<Owner>>,
    Body(body): Body<Update>,
) -> Result<Json<Value>, Error> {
    let user = access.caller.user;
    let found = app.connections.update(user, &access.found, body.into()).await?;
    let default = app.connections.default_id(user).await?;
    let message = format!("Cluster {} updated", found.cluster.name);
    Ok(Json(json!({ "message": message, "cluster": ClusterView::new(found, default) })))
}

pub(super) async fn delete(
    app: App,
    access: Access<OnCluster<ClusterAdmin>>,
    (): (),
) -> Result<Json<Value>, Error> {
    app.connections.remove(access.caller.user, &access.found).await?;
    let name = &access.found.cluster.name;
    Ok(Json(json!({ "message": format!("Cluster {name} removed"), "cluster": name })))
}

pub(super) async fn set_default(
    app: App,
    access: Access<OnCluster<Viewer>>,
    (): (),
) -> Result<Json<Value>, Error> {
    app.connections.set_default(access.caller.user, &access.found).await?;
    let name = &access.found.cluster.name;
    Ok(Json(json!({ "message": format!("Cluster {name} is your default now"), "cluster": name })))
}
