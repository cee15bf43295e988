//! Which clusters a user sees, and as what.

use std::collections::HashMap;

use super::Connections;
use super::error::Error;
use super::record::{Cluster, DefaultCluster};
use super::share::{ClusterShare, Role};
use crate::id::{ClusterId, UserId};
use crate::store::{self, Filter, Order, Patch, Query};

/// A cluster as a user sees it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The cluster.
    pub cluster: Cluster,
    /// What the user may do.
    pub role: Role,
    /// The namespaces the user is limited to; none: all.
    pub namespaces: Vec<String>,
}

impl Found {
    fn own(cluster: Cluster) -> Self {
        Self { cluster, role: Role::Owner, namespaces: Vec::new() }
    }

    fn shared(cluster: Cluster, share: &ClusterShare) -> Self {
        Self { cluster, role: share.role, namespaces: share.namespaces.clone() }
    }

    /// Refuses a role below `least`.
    pub fn require(&self, least: Role) -> Result<(), Error> {
        if self.role >= least {
            return Ok(());
        }
        let needed = match least {
            Role::Owner => "the owner",
            Role::Admin => "the owner or an admin",
            Role::Editor | Role::Viewer => "the owner, an admin or an editor",
        };
        Err(Error::NotAllowed { needed })
    }

    /// Whether the user may see what is in `namespace`.
    pub fn sees_namespace(&self, namespace: &str) -> bool {
        self.namespaces.is_empty() || self.namespaces.iter().any(|allowed| allowed == namespace)
    }
}

impl Connections {
    /// The cluster `user` means by `name`: the own one first, then the one shared longest.
    pub async fn find_for(&self, user: UserId, name: &str) -> Result<Found, Error> {
        let own = Filter::eq("user_id", user).and(Filter::eq("name", name));
        if let Some(cluster) = self.0.store.find_one::<Cluster>(own).await? {
            return Ok(Found::own(cluster));
        }
        let shares = self.shares_of(user).await?;
        let named = Filter::one_of("_id", shares.keys().copied()).and(Filter::eq("name", name));
        let mut clusters = self.0.store.find::<Cluster>(named).await?;
        clusters.sort_by_key(|cluster| shares.get(&cluster.id).map(|share| share.granted_at));
        let found = clusters.into_iter().next().and_then(|cluster| {
            let share = shares.get(&cluster.id)?;
            Some(Found::shared(cluster, share))
        });
        found.ok_or_else(|| Error::NotFound { name: name.to_owned() })
    }

    /// The cluster with this id as `user` sees it; nothing when it does not exist for them.
    pub async fn find_by_id(&self, user: UserId, id: ClusterId) -> Result<Option<Found>, Error> {
        let Some(cluster) = self.0.store.get::<Cluster>(id).await? else { return Ok(None) };
        if cluster.user_id == user {
            return Ok(Some(Found::own(cluster)));
        }
        let share = Filter::eq("user_id", user).and(Filter::eq("cluster_id", id));
        let share = self.0.store.find_one::<ClusterShare>(share).await?;
        Ok(share.map(|share| Found::shared(cluster, &share)))
    }

    /// Every cluster `user` sees, newest first.
    pub async fn list(&self, user: UserId) -> Result<Vec<Found>, Error> {
        let shares = self.shares_of(user).await?;
        let visible = Filter::eq("user_id", user).or(Filter::one_of("_id", shares.keys().copied()));
        let clusters = self
            .0
            .store
            .find::<Cluster>(Query::filter(visible).sort("created_at", Order::Descending))
            .await?;
        Ok(clusters
            .into_iter()
            .filter_map(|cluster| {
                if cluster.user_id == user {
                    return Some(Found::own(cluster));
                }
                let share = shares.get(&cluster.id)?;
                Some(Found::shared(cluster, share))
            })
            .collect())
    }

    /// Everybody who sees a cluster: the owner and those it is shared with, each with the namespaces they are limited
    /// to; none: all.
    pub async fn members(&self, cluster: &Cluster) -> Result<Vec<(UserId, Vec<String>)>, Error> {
        let shares = self.0.store.find::<ClusterShare>(Filter::eq("cluster_id", cluster.id)).await?;
        let others = shares.into_iter().filter(|share| share.user_id != cluster.user_id);
        let others = others.map(|share| (share.user_id, share.namespaces));
        Ok(std::iter::once((cluster.user_id, Vec::new())).chain(others).collect())
    }

    /// The id of the user's default cluster, as long as they see it.
    pub async fn default_id(&self, user: UserId) -> Result<Option<ClusterId>, Error> {
        Ok(self.default_of(user).await?.map(|found| found.cluster.id))
    }

    /// The user's default cluster.
    pub async fn get_default(&self, user: UserId) -> Result<Found, Error> {
        self.default_of(user).await?.ok_or(Error::NoDefault)
    }

    /// Makes a cluster the user's default.
    pub async fn set_default(&self, user: UserId, found: &Found) -> Result<(), Error> {
        let default = DefaultCluster { user_id: user, cluster_id: found.cluster.id };
        match self.0.store.insert(&default).await {
            Err(store::Error::Duplicate { .. }) => {
                let change = Patch::new().set("cluster_id", default.cluster_id);
                self.0.store.patch::<DefaultCluster>(user, Filter::all(), change).await?;
                Ok(())
            }
            outcome => Ok(outcome?),
        }
    }

    /// The default the user chose here, or else the one they marked in the reference.
    async fn default_of(&self, user: UserId) -> Result<Option<Found>, Error> {
        if let Some(default) = self.0.store.get::<DefaultCluster>(user).await? {
            return self.find_by_id(user, default.cluster_id).await;
        }
        let marked = Filter::eq("user_id", user).and(Filter::eq("default", true));
        Ok(self.0.store.find_one::<Cluster>(marked).await?.map(Found::own))
    }

    async fn shares_of(&self, user: UserId) -> Result<HashMap<ClusterId, ClusterShare>, Error> {
        let shares = self.0.store.find::<ClusterShare>(Filter::eq("user_id", user)).await?;
        Ok(shares.into_iter().map(|share| (share.cluster_id, share)).collect())
    }
}
