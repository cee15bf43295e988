//! Clusters that users connected: records, access roles, connection tests, health and metadata.
//!
//! [`Connections`] is the room's one name for doing something; every answer names the caller's [`Role`]. What happens
//! to a connection is told to whoever [`Connections::subscribe`]s: watches, alerts and records of other rooms follow it.

mod access;
mod add;
mod change;
mod clients;
mod error;
mod log;
mod monitor;
mod record;
mod remove;
mod sealed;
mod share;
mod single_node;
mod status;
mod test;
mod update;

use std::sync::Arc;
use std::time::Duration;

pub use access::Found;
pub use add::AddCluster;
pub use change::Change;
use clients::Clients;
pub use error::Error;
pub use log::{Action, LogEntry};
pub use monitor::Monitor;
pub use record::{Cluster, DefaultCluster, Metadata};
pub use sealed::SealedCredentials;
pub use share::{ClusterShare, Role};
pub use status::{ClusterStatus, Failure};
use tokio::sync::broadcast;
pub use update::{CredentialsChange, UpdateCluster};

use crate::clock::{Clock, Time};
use crate::cluster::Client;
use crate::outbound;
use crate::store::seal::Sealer;
use crate::store::{Collection, Document, Store};
use crate::supervisor::Supervisor;

/// The collections this room keeps.
pub const COLLECTIONS: &[Collection] =
    &[Cluster::COLLECTION, ClusterShare::COLLECTION, DefaultCluster::COLLECTION, LogEntry::COLLECTION];

/// How many changes a slow subscriber may be behind before it misses some.
const CHANGES: usize = 256;

/// What the administrator decided.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Whether clusters may be connected without TLS verification.
    pub allow_insecure_tls: bool,
    /// How long connection logs are kept.
    pub log_ttl: Duration,
}

/// The clusters users connected, and everything that is done with them. Cheap to clone.
#[derive(Clone)]
pub struct Connections(Arc<Inner>);

struct Inner {
    store: Store,
    sealer: Arc<Sealer>,
    clock: Clock,
    supervisor: Supervisor,
    policy: Policy,
    clients: Clients,
    changes: broadcast::Sender<Change>,
}

/// What [`Connections`] stands on.
pub struct Ground {
    /// Where records are.
    pub store: Store,
    /// Seals and opens credentials.
    pub sealer: Arc<Sealer>,
    /// For identity providers.
    pub outbound: outbound::Client,
    /// What time it is.
    pub clock: Clock,
    /// For what goes on after an answer.
    pub supervisor: Supervisor,
}

impl Connections {
    /// The room on its ground.
    pub fn new(ground: Ground, policy: Policy) -> Self {
        let Ground { store, sealer, outbound, clock, supervisor } = ground;
        let clients = Clients::new(store.clone(), Arc::clone(&sealer), outbound, clock.clone());
        let (changes, _) = broadcast::channel(CHANGES);
        Self(Arc::new(Inner { store, sealer, clock, supervisor, policy, clients, changes }))
    }

    /// The client of a cluster; the same one until its settings or credentials change.
    pub fn client(&self, cluster: &Cluster) -> Result<Client, Failure> {
        self.0.clients.get(cluster)
    }

    /// The time by which checks are dated.
    pub fn now(&self) -> Time {
        self.0.clock.now()
    }

    /// What happens to connections from now on. A subscriber that falls too far behind is told that it missed some,
    /// and reads the records again.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    fn announce(&self, change: Change) {
        // Nobody listening is fine: changes are news, the records are the truth.
        let _ = self.0.changes.send(change);
    }
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connections").field("policy", &self.0.policy).finish_non_exhaustive()
    }
}
