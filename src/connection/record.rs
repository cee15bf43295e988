//! The stored cluster. Collection and fields are the reference's, so that its database opens as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::sealed::SealedCredentials;
use super::status::ClusterStatus;
use crate::clock::Time;
use crate::cluster::{self, AuthType};
use crate::id::{ClusterId, UserId};
use crate::store::{Collection, Document, Index};

/// A cluster that a user connected.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cluster {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: ClusterId,
    /// Its owner.
    pub user_id: UserId,
    /// Its name, which the owner uses once.
    pub name: String,
    /// What people call it.
    #[serde(default)]
    pub display_name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// URL of the API server; a kubeconfig's own.
    #[serde(default)]
    pub server: String,
    /// How the server authenticates.
    pub auth_type: AuthType,
    /// With what, sealed.
    #[serde(default)]
    pub credentials: SealedCredentials,
    /// The last known state of the connection.
    pub status: ClusterStatus,
    /// When that was found.
    #[serde(default = "never")]
    pub last_check: Time,
    /// The reference's mark of the owner's default; ours is [`DefaultCluster`].
    #[serde(default)]
    pub default: bool,
    /// Whether workloads may run on the control plane.
    #[serde(default)]
    pub single_node: bool,
    /// The owner's labels.
    #[serde(default, deserialize_with = "null_as_default")]
    pub labels: BTreeMap<String, String>,
    /// What the cluster is.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metadata: Metadata,
    /// When it was added.
    #[serde(default = "never")]
    pub created_at: Time,
    /// When its settings or credentials changed last; a check is no change.
    #[serde(default = "never")]
    pub updated_at: Time,
}

impl Document for Cluster {
    type Id = ClusterId;
    const COLLECTION: Collection =
        Collection { name: "clusters", indexes: &[Index::unique("owner_name", &["user_id", "name"])] };

    fn id(&self) -> ClusterId {
        self.id
    }
}

/// What was last read from the cluster, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of cluster::Metadata")]
pub struct Metadata {
    pub version: String,
    pub platform: String,
    pub provider: String,
    pub region: String,
    pub node_count: usize,
    pub cpu_capacity: String,
    pub memory_capacity: String,
    #[serde(deserialize_with = "null_as_default")]
    pub storage_classes: Vec<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub namespaces: Vec<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub capabilities: Vec<String>,
    /// [`Time::NEVER`] until the first connection.
    pub last_updated: Time,
}

impl Metadata {
    /// What was read at `now`.
    pub(super) fn new(read: cluster::Metadata, now: Time) -> Self {
        Self {
            version: read.version,
            platform: read.platform,
            provider: read.provider,
            region: read.region,
            node_count: read.node_count,
            cpu_capacity: read.cpu_capacity,
            memory_capacity: read.memory_capacity,
            storage_classes: read.storage_classes,
            namespaces: read.namespaces,
            capabilities: read.capabilities,
            last_updated: now,
        }
    }
}

impl Default for Metadata {
    fn default() -> Self {
        Self::new(cluster::Metadata::default(), Time::NEVER)
    }
}

/// Which cluster is a user's default. The id is the user's, so there is one at most.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DefaultCluster {
    /// The user.
    #[serde(rename = "_id")]
    pub user_id: UserId,
    /// The cluster, own or shared.
    pub cluster_id: ClusterId,
}

impl Document for DefaultCluster {
    type Id = UserId;
    const COLLECTION: Collection =
        Collection { name: "cluster_defaults", indexes: &[Index::on("cluster", &["cluster_id"])] };

    fn id(&self) -> UserId {
        self.user_id
    }
}

fn never() -> Time {
    Time::NEVER
}

/// The reference stores null for an empty list or map.
pub(super) fn null_as_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_of_the_reference_is_read() {
        let record = json!({
            "_id": ClusterId::new(), "user_id": UserId::new(), "name": "prod", "display_name": "", "description": "",
            "server": "https://k", "auth_type": "serviceaccount", "status": "connected",
            "credentials": {"token": "c2VhbGVk", "oidc_scopes": null, "namespace": "a", "insecure": true},
            "last_check": "2026-01-02T03:04:05.000Z", "default": true, "labels": null, "annotations": null,
            "metadata": {"version": "v1.30.0", "node_count": 3, "storage_classes": null, "namespaces": ["default"],
                "last_updated": "0001-01-01T00:00:00Z"},
            "shared_with": null, "created_at": "2026-01-02T03:04:05.000Z", "updated_at": "2026-01-02T03:04:05.000Z",
        });
        let cluster: Cluster = serde_json::from_value(record).unwrap();
        assert_eq!((cluster.auth_type, cluster.metadata.node_count), (AuthType::ServiceAccount, 3));
        assert!(cluster.metadata.storage_classes.is_empty() && cluster.credentials.insecure);
        assert_eq!(cluster.metadata.last_updated, Time::NEVER);
    }
}
