//! A cluster as clients see it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::Time;
use crate::cluster::AuthType;
use crate::connection::{ClusterStatus, Found, Metadata, Role};
use crate::id::ClusterId;

/// `ClusterView`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterView {
    id: ClusterId,
    name: String,
    display_name: String,
    description: String,
    server: String,
    auth_type: AuthType,
    status: ClusterStatus,
    default: bool,
    single_node: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    metadata: MetadataView,
    namespace: String,
    insecure: bool,
    role: Role,
    last_check: Time,
    created_at: Time,
    updated_at: Time,
}

impl ClusterView {
    /// The view of `found` for a user whose default cluster is `default`.
    pub(super) fn new(found: Found, default: Option<ClusterId>) -> Self {
        let metadata = MetadataView::new(found.cluster.metadata.clone(), &found);
        let Found { cluster, role, .. } = found;
        Self {
            id: cluster.id,
            namespace: cluster.credentials.default_namespace().to_owned(),
            insecure: cluster.credentials.is_insecure(),
            default: default == Some(cluster.id),
            name: cluster.name,
            display_name: cluster.display_name,
            description: cluster.description,
            server: cluster.server,
            auth_type: cluster.auth_type,
            status: cluster.status,
            single_node: cluster.single_node,
            labels: cluster.labels,
            metadata,
            role,
            last_check: cluster.last_check,
            created_at: cluster.created_at,
            updated_at: cluster.updated_at,
        }
    }
}

/// `ClusterMetadata`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetadataView {
    version: String,
    platform: String,
    provider: String,
    region: String,
    node_count: usize,
    cpu_capacity: String,
    memory_capacity: String,
    storage_classes: Vec<String>,
    namespaces: Vec<String>,
    capabilities: Vec<String>,
    last_updated: Time,
}

impl MetadataView {
    /// `metadata` without the namespaces a share hides.
    pub(super) fn new(metadata: Metadata, seen_by: &Found) -> Self {
        let mut namespaces = metadata.namespaces;
        namespaces.retain(|namespace| seen_by.sees_namespace(namespace));
        Self {
            version: metadata.version,
            platform: metadata.platform,
            provider: metadata.provider,
            region: metadata.region,
            node_count: metadata.node_count,
            cpu_capacity: metadata.cpu_capacity,
            memory_capacity: metadata.memory_capacity,
            storage_classes: metadata.storage_classes,
            namespaces,
            capabilities: metadata.capabilities,
            last_updated: metadata.last_updated,
        }
    }
}
