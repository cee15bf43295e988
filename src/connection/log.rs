//! The connection log of a cluster: who did what to the connection, and how it went.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::status::Failure;
use crate::clock::Time;
use crate::id::{ClusterId, ConnectionLogId, UserId};
use crate::redact;
use crate::store::{Collection, Document, Index};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The cluster was added and tested.
    ClusterAdded,
    /// Somebody tested the connection.
    ConnectionTest,
    /// The monitor found another status.
    HealthCheck,
    /// The cluster was shared.
    AccessGranted,
    /// A share was withdrawn.
    AccessRevoked,
    /// Settings were changed.
    ClusterUpdated,
    /// Credentials were replaced.
    CredentialsUpdated,
}

/// An entry of the log. It is kept for as long as `CLUSTER_LOG_TTL_HOURS` says, then swept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: ConnectionLogId,
    /// The cluster.
    pub cluster_id: ClusterId,
    /// Who caused it; the owner for background checks.
    pub user_id: UserId,
    /// What happened.
    pub action: Action,
    /// Whether it went well.
    pub success: bool,
    /// Why it did not, without secrets.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Map<String, Value>>,
    /// When it happened.
    pub timestamp: Time,
}

impl Document for LogEntry {
    type Id = ConnectionLogId;
    const COLLECTION: Collection = Collection {
        name: "cluster_logs",
        indexes: &[Index::on("cluster", &["cluster_id", "timestamp"]), Index::on("age", &["timestamp"])],
    };

    fn id(&self) -> ConnectionLogId {
        self.id
    }
}

impl LogEntry {
    /// An entry for now, about an `outcome` whose error text is redacted here.
    pub(super) fn new(
        (cluster_id, user_id): (ClusterId, UserId),
        action: Action,
        outcome: &Result<(), Failure>,
        timestamp: Time,
    ) -> Self {
        let error = outcome.as_ref().err().map(|error| redact::cut(&redact::text(&error.to_string()), 500));
        Self {
            id: ConnectionLogId::new(),
            cluster_id,
            user_id,
            action,
            success: error.is_none(),
            error: error.unwrap_or_default(),
            details: None,
            timestamp,
        }
    }

    /// The same with details.
    #[must_use]
    pub(super) fn with<const N: usize>(mut self, details: [(&str, &str); N]) -> Self {
        self.details = Some(details.map(|(key, value)| (key.to_owned(), value.into())).into_iter().collect());
        self
    }
}
