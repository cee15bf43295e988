//! Removing a cluster. Nothing in the Kubernetes cluster is touched.

use super::Connections;
use super::access::Found;
use super::change::Change;
use super::error::Error;
use super::log::LogEntry;
use super::record::{Cluster, DefaultCluster};
use super::share::{ClusterShare, Role};
use crate::id::UserId;
use crate::store::Filter;

impl Connections {
    /// Removes a cluster with its credentials, shares, default marks and log. The owner and admins may. Other rooms
    /// drop what they keep about it when they hear of [`Change::Removed`].
    pub async fn remove(&self, user: UserId, found: &Found) -> Result<(), Error> {
        found.require(Role::Admin)?;
        let Cluster { id, user_id: owner, name, .. } = &found.cluster;
        // The record goes first: without it nobody sees what is left when the server dies in between.
        self.0.store.delete::<Cluster>(*id).await?;
        self.0.clients.forget(*id);
        let of_cluster = || Filter::eq("cluster_id", *id);
        self.0.store.delete_many::<ClusterShare>(of_cluster()).await?;
        self.0.store.delete_many::<DefaultCluster>(of_cluster()).await?;
        self.0.store.delete_many::<LogEntry>(of_cluster()).await?;
        tracing::info!(action = "cluster_removed", cluster = %id, name, user = %user, "cluster removed");
        self.announce(Change::Removed { cluster: *id, owner: *owner });
        Ok(())
    }
}
