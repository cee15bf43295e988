//! The connection of a cluster: its state, a test, its metadata, its credentials.

use std::time::Duration;

use axum::Json;
use serde_json::{Value, json};

use super::body::Replace;
use super::view::MetadataView;
use crate::connection::ClusterStatus;
use crate::server::App;
use crate::server::access::{Access, OnCluster, Owner, Viewer};
use crate::server::error::Error;
use crate::server::extract::Body;

/// A check older than this is no news any more (engine.md 7.3).
const STALE: Duration = Duration::from_mins(2);

pub(super) async fn status(
    app: App,
    access: Access<OnCluster<Viewer>>,
    (): (),
) -> Result<Json<Value>, Error> {
    let cluster = &access.found.cluster;
    Ok(Json(json!({
        "cluster": cluster.name,
        "status": cluster.status,
        "lastCheck": cluster.last_check,
        "isStale": app.connections.now().since(cluster.last_check) > STALE,
        "isOnline": cluster.status == ClusterStatus::Connected,
    })))
}

pub(super) async fn test(app: App, access: Access<OnCluster<Viewer>>, (): ()) -> Result<Json<Value>, Error> {
    let cluster = &access.found.cluster;
    app.connections.test(access.caller.user, cluster).await?;
    Ok(Json(json!({
        "message": format!("Cluster {} is connected", cluster.name),
        "cluster": cluster.name,
        "status": ClusterStatus::Connected,
    })))
}

pub(super) async fn refresh(
    app: App,
    access: Access<OnCluster<Viewer>>,
    (): (),
) -> Result<Json<Value>, Error> {
    let metadata = app.connections.refresh(&access.found.cluster).await?;
    Ok(Json(json!({
        "message": format!("Metadata of cluster {} was read", access.found.cluster.name),
        "metadata": MetadataView::new(metadata, &access.found),
    })))
}

pub(super) async fn replace_credentials(
    app: App,
    access: Access<OnCluster<Owner>>,
    Body(body): Body<Replace>,
) -> Result<Json<Value>, Error> {
    let change = body.credentials.into();
    let cluster = app.connections.replace_credentials(access.caller.user, &access.found, change).await?;
    Ok(Json(json!({
        "message": format!("Credentials of cluster {} replaced", cluster.name),
        "cluster": cluster.name,
    })))
}
