//! Testing a connection, and what is written down about it.

use std::time::Duration;

use tokio::time::timeout;

use super::Connections;
use super::change::Change;
use super::error::Error;
use super::log::{Action, LogEntry};
use super::record::{Cluster, Metadata};
use super::status::{ClusterStatus, Failure};
use crate::cluster::{self, Client};
use crate::id::UserId;
use crate::store::{Filter, Patch, Value};

/// How long a version request may take.
pub(super) const VERSION_TIMEOUT: Duration = Duration::from_secs(5);

/// Asks for the version, within the limit of a test.
pub(super) async fn check(client: &Client) -> Result<(), Failure> {
    match timeout(VERSION_TIMEOUT, client.version()).await {
        Ok(answer) => Ok(answer.map(|_| ())?),
        Err(_) => Err(client.timed_out().into()),
    }
}

impl Connections {
    /// Tests the connection now, and stores what was found.
    pub async fn test(&self, user: UserId, cluster: &Cluster) -> Result<(), Error> {
        let outcome = self.try_stored(cluster).await;
        self.store_status(cluster, status_of(&outcome)).await?;
        self.log(cluster, user, Action::ConnectionTest, &outcome).await?;
        outcome.map_err(|failure| Error::Unavailable { cluster: cluster.name.clone(), failure })
    }

    /// Reads the metadata anew.
    pub async fn refresh(&self, cluster: &Cluster) -> Result<Metadata, Error> {
        self.read_metadata(cluster)
            .await?
            .map_err(|failure| Error::Unavailable { cluster: cluster.name.clone(), failure })
    }

    pub(super) async fn try_stored(&self, cluster: &Cluster) -> Result<(), Failure> {
        check(&self.client(cluster)?).await
    }

    /// Reads and stores the metadata: the outer error is the store's, the inner one the cluster's.
    pub(super) async fn read_metadata(&self, cluster: &Cluster) -> Result<Result<Metadata, Failure>, Error> {
        let read = match self.client(cluster) {
            Ok(client) => client.metadata().await.map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        let metadata = match read {
            Ok(read) => Metadata::new(read, self.0.clock.now()),
            Err(failure) => return Ok(Err(failure)),
        };
        let change = Patch::new().set("metadata", Value::of(&metadata)?);
        self.0.store.patch::<Cluster>(cluster.id, same_connection(cluster), change).await?;
        Ok(Ok(metadata))
    }

    /// Stores the status of a check that ended now, and tells whether it changed. A record that was changed or removed
    /// while the check ran keeps its own status: the check was about another connection.
    pub(super) async fn store_status(&self, cluster: &Cluster, new: ClusterStatus) -> Result<bool, Error> {
        let change = Patch::new().set("status", new).set("last_check", self.0.clock.now());
        let stored = self.0.store.patch::<Cluster>(cluster.id, same_connection(cluster), change).await?;
        let changed = stored && new != cluster.status;
        if changed {
            let Cluster { id, user_id, status, .. } = cluster;
            self.announce(Change::Status { cluster: *id, owner: *user_id, old: *status, new });
        }
        Ok(changed)
    }

    pub(super) async fn log(
        &self,
        cluster: &Cluster,
        user: UserId,
        action: Action,
        outcome: &Result<(), Failure>,
    ) -> Result<(), Error> {
        self.write_log(LogEntry::new((cluster.id, user), action, outcome, self.0.clock.now())).await
    }

    pub(super) async fn write_log(&self, entry: LogEntry) -> Result<(), Error> {
        Ok(self.0.store.insert(&entry).await?)
    }

    /// Deletes log entries that are older than the administrator wants them.
    pub(super) async fn sweep_logs(&self) -> Result<(), Error> {
        let oldest = self.0.clock.now().minus(self.0.policy.log_ttl);
        self.0.store.delete_many::<LogEntry>(Filter::lte("timestamp", oldest)).await?;
        Ok(())
    }
}

/// The status an outcome means.
pub(super) fn status_of(outcome: &Result<(), Failure>) -> ClusterStatus {
    match outcome {
        Ok(()) => ClusterStatus::Connected,
        Err(failure) => failure.status(),
    }
}

/// As long as server and credentials are those that were checked.
fn same_connection(cluster: &Cluster) -> Filter {
    Filter::eq("updated_at", cluster.updated_at)
}

impl From<cluster::Invalid> for Failure {
    fn from(invalid: cluster::Invalid) -> Self {
        cluster::Error::from(invalid).into()
    }
}
