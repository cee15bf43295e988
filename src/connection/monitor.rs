//! The health monitor: every cluster, every minute (engine.md 7.3).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::Connections;
use super::error::Error;
use super::log::{Action, LogEntry};
use super::record::Cluster;
use super::status::{ClusterStatus, Failure};
use super::test::status_of;
use crate::id::ClusterId;
use crate::store::Filter;

const PERIOD: Duration = Duration::from_mins(1);
const AT_ONCE: usize = 5;
/// What one cluster may take, its metadata included.
const BUDGET: Duration = Duration::from_secs(5);
/// A cluster that was checked this recently is left alone.
const RECENT: Duration = Duration::from_secs(30);
/// Metadata older than this is read again.
const METADATA_AGE: Duration = Duration::from_mins(10);
/// So many failures in a row are needed to leave `connected`.
const FAILURES: u32 = 2;

/// Watches over the connections of all users.
#[derive(Clone)]
pub struct Monitor {
    connections: Connections,
    /// Failures in a row of clusters that count as connected still.
    failures: Arc<Mutex<HashMap<ClusterId, u32>>>,
}

impl Monitor {
    /// A monitor that has seen nothing yet.
    pub fn new(connections: Connections) -> Self {
        Self { connections, failures: Arc::default() }
    }

    /// Goes round every minute, first at once, until it is cancelled.
    pub async fn run(&self, cancel: CancellationToken) -> Result<(), Error> {
        let mut rounds = interval(PERIOD);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while cancel.run_until_cancelled(rounds.tick()).await.is_some() {
            match cancel.run_until_cancelled(self.round()).await {
                Some(outcome) => outcome?,
                None => break,
            }
        }
        Ok(())
    }

    /// Checks every cluster that was not checked just now, and sweeps old log entries.
    pub async fn round(&self) -> Result<(), Error> {
        let Connections(inner) = &self.connections;
        self.connections.sweep_logs().await?;
        let clusters = inner.store.find::<Cluster>(Filter::all()).await?;
        self.forget_all_but(&clusters);
        let now = inner.clock.now();
        let due = clusters.into_iter().filter(|cluster| now.since(cluster.last_check) >= RECENT);
        let mut checks =
            futures::stream::iter(due.map(|cluster| self.check(cluster))).buffer_unordered(AT_ONCE);
        while let Some(outcome) = checks.next().await {
            outcome?;
        }
        Ok(())
    }

    async fn check(&self, cluster: Cluster) -> Result<(), Error> {
        let outcome = match timeout(BUDGET, self.connections.try_stored(&cluster)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(crate::cluster::Error::Timeout { host: cluster.server.clone() }.into()),
        };
        let status = self.judge(&cluster, &outcome);
        if self.connections.store_status(&cluster, status).await? {
            self.log(&cluster, status, &outcome).await?;
        }
        let age = self.connections.0.clock.now().since(cluster.metadata.last_updated);
        if outcome.is_ok() && (cluster.metadata.version.is_empty() || age > METADATA_AGE) {
            // A cluster too slow for it is asked again in the next round.
            let read = timeout(BUDGET, self.connections.read_metadata(&cluster)).await;
            if let Ok(read) = read {
                drop(read?);
            }
        }
        Ok(())
    }

    /// The status after a check: one failure alone does not end `connected`.
    fn judge(&self, cluster: &Cluster, outcome: &Result<(), Failure>) -> ClusterStatus {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if outcome.is_ok() || cluster.status != ClusterStatus::Connected {
            failures.remove(&cluster.id);
            return status_of(outcome);
        }
        let count = failures.entry(cluster.id).or_default();
        *count += 1;
        if *count < FAILURES {
            return ClusterStatus::Connected;
        }
        failures.remove(&cluster.id);
        status_of(outcome)
    }

    async fn log(
        &self,
        cluster: &Cluster,
        new: ClusterStatus,
        outcome: &Result<(), Failure>,
    ) -> Result<(), Error> {
        let now = self.connections.0.clock.now();
        let entry = LogEntry::new((cluster.id, cluster.user_id), Action::HealthCheck, outcome, now)
            .with([("old_status", cluster.status.as_str()), ("new_status", new.as_str())]);
        self.connections.write_log(entry).await
    }

    fn forget_all_but(&self, clusters: &[Cluster]) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|id, _| clusters.iter().any(|cluster| cluster.id == *id));
    }
}

impl std::fmt::Debug for Monitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Monitor").finish_non_exhaustive()
    }
}
