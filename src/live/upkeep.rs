//! What keeps live state up to date while the server runs: connections that change, syncs that are due.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Live;
use crate::connection::{Change, Cluster, ClusterStatus, Error};
use crate::id::ClusterId;
use crate::store::Filter;

/// How often each connected cluster is compared with its records.
const SYNC_EVERY: Duration = Duration::from_mins(5);
/// How many clusters are compared at once: one that does not answer holds up one of so many.
const AT_ONCE: usize = 8;

impl Live {
    /// Starts what goes on in the background; called once, when the server starts.
    pub fn keep_up(&self) {
        self.spawn("watches of connections", |live, stop| async move {
            stop.run_until_cancelled(live.follow_connections()).await.unwrap_or(Ok(()))
        });
        self.spawn("waking of published workflows", |live, stop| async move {
            stop.run_until_cancelled(live.wake_published()).await.unwrap_or(Ok(()))
        });
        self.spawn("resource sync", |live, stop| async move {
            let mut due = interval(SYNC_EVERY);
            due.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while stop.run_until_cancelled(due.tick()).await.is_some() {
                stop.run_until_cancelled(live.sync_connected()).await.unwrap_or(Ok(()))?;
            }
            Ok(())
        });
    }

    fn spawn<F>(&self, name: &str, work: impl Fn(Self, CancellationToken) -> F + Send + 'static)
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let live = self.clone();
        self.supervisor.spawn(name, move |stop| work(live.clone(), stop));
    }

    async fn sync_connected(&self) -> Result<(), Error> {
        let connected = Filter::eq("status", ClusterStatus::Connected.as_str());
        let clusters = self.store.find::<Cluster>(connected).await?;
        let syncs = stream::iter(clusters.into_iter().map(|cluster| self.sync_cluster(cluster)));
        syncs.buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Lets watches and records go with what happens to connections.
    async fn follow_connections(&self) -> Result<(), Error> {
        let mut changes = self.connections.subscribe();
        loop {
            self.catch_up().await?;
            loop {
                match changes.recv().await {
                    Ok(change) => self.take_over(change).await?,
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return Ok(()),
                }
            }
        }
    }

    /// Sees to it that everything is as the records of the clusters say, whatever happened in between.
    async fn catch_up(&self) -> Result<(), Error> {
        let clusters = self.store.find::<Cluster>(Filter::all()).await?;
        self.watches.stop_clusters(|id| !clusters.iter().any(|cluster| cluster.id == id));
        for cluster in &clusters {
            self.watches.restart(cluster.id);
            match cluster.status {
                ClusterStatus::Connected | ClusterStatus::Unknown => self.watches.resume(cluster.id),
                ClusterStatus::Disconnected | ClusterStatus::Error => self.watches.pause(cluster.id),
            }
        }
        let mut known: Vec<ClusterId> = clusters.iter().map(|cluster| cluster.id).collect();
        while let Some(other) = self.records().cluster_beside(&known).await? {
            // It may have been added since.
            if self.store.get::<Cluster>(other).await?.is_none() {
                self.records().forget(other).await?;
            }
            known.push(other);
        }
        Ok(())
    }

    async fn take_over(&self, change: Change) -> Result<(), Error> {
        match change {
            Change::Status { cluster, new: ClusterStatus::Connected, .. } => {
                self.watches.resume(cluster);
                self.sync_soon(cluster);
            }
            Change::Status { cluster, new: ClusterStatus::Unknown, .. } => self.watches.resume(cluster),
            Change::Status { cluster, new: ClusterStatus::Disconnected | ClusterStatus::Error, .. } => {
                self.watches.pause(cluster);
            }
            Change::Reconnected { cluster } => {
                self.watches.restart(cluster);
                self.syncs.stop(cluster).await;
                self.sync_soon(cluster);
            }
            Change::Removed { cluster, .. } => {
                self.watches.stop_cluster(cluster);
                self.syncs.stop(cluster).await;
                self.records().forget(cluster).await?;
            }
        }
        Ok(())
    }

    /// Syncs a cluster in the background, when it is there and connected.
    fn sync_soon(&self, id: ClusterId) {
        self.spawn(&format!("first sync of cluster {id}"), move |live, stop| async move {
            let sync = async {
                match live.store.get::<Cluster>(id).await? {
                    Some(cluster) if cluster.status == ClusterStatus::Connected => {
                        live.sync_cluster(cluster).await
                    }
                    Some(_) | None => Ok(()),
                }
            };
            stop.run_until_cancelled(sync).await.unwrap_or(Ok(()))
        });
    }
}
