//! Policies of the routes that name a cluster: who does not see it gets 404, who sees it with too low a role 403.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::Policy;
use crate::connection::{Found, Role};
use crate::identity::Caller;
use crate::server::App;
use crate::server::error::{Code, Error};

/// A caller who sees the cluster of the path in a role of at least `L`.
#[derive(Debug)]
pub struct OnCluster<L> {
    /// Who calls.
    pub caller: Caller,
    /// The cluster, as they see it.
    pub found: Found,
    least: PhantomData<L>,
}

/// The lowest role a route admits.
pub trait Least: Send + 'static {
    /// The role.
    const ROLE: Role;
    /// Its policy's name in the access table.
    const NAME: &'static str;
}

/// Whoever sees the cluster.
#[derive(Debug)]
pub struct Viewer;

/// The owner, and those the owner made admin.
#[derive(Debug)]
pub struct ClusterAdmin;

/// The owner alone.
#[derive(Debug)]
pub struct Owner;

impl Least for Viewer {
    const ROLE: Role = Role::Viewer;
    const NAME: &'static str = "cluster_viewer";
}

impl Least for ClusterAdmin {
    const ROLE: Role = Role::Admin;
    const NAME: &'static str = "cluster_admin";
}

impl Least for Owner {
    const ROLE: Role = Role::Owner;
    const NAME: &'static str = "cluster_owner";
}

impl<L: Least> Policy for OnCluster<L> {
    const NAME: &'static str = L::NAME;

    async fn admit(app: &App, caller: Result<Caller, Error>, parts: &mut Parts) -> Result<Self, Error> {
        let caller = caller?;
        // A name that cannot be decoded is one no cluster has.
        let params = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| Error::new(Code::NotFound, "no such cluster"))?;
        let name = params.iter().find(|(key, _)| *key == "name").map(|(_, name)| name).unwrap_or_default();
        let found = app.connections.find_for(caller.user, name).await?;
        found.require(L::ROLE)?;
        Ok(Self { caller, found, least: PhantomData })
    }
}
