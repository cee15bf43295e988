//! The document of a resource, and what an object of the cluster puts into it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ResourceKind, ResourceStatus, View, state};
use crate::clock::Time;
use crate::id::{ClusterId, ResourceId, UserId, WorkflowId};
use crate::live::read::{list, text};
use crate::manifest::WORKFLOW_LABEL;
use crate::store::{Collection, Document, Filter, Index};

/// Annotations that are never kept; on a Secret the first holds its values.
const STRIPPED: [&str; 2] = ["kubectl.kubernetes.io/last-applied-configuration", "managedFields"];

/// Through whose eyes a cluster is seen: users who share one have their own records of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The user.
    pub user: UserId,
    /// The cluster.
    pub cluster: ClusterId,
    /// The cluster's name.
    pub cluster_name: String,
    /// The namespaces the user is limited to; none: all.
    pub namespaces: Vec<String>,
}

impl Viewer {
    /// Whether the user may see an object. Who is limited to namespaces sees nothing of the whole cluster but those.
    pub fn sees(&self, object: &Sight) -> bool {
        let place = if object.kind == ResourceKind::Namespace { &object.name } else { &object.namespace };
        self.namespaces.is_empty() || self.namespaces.contains(place)
    }
}

/// The workflow that deployed an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub workflow: WorkflowId,
    /// Its name.
    pub name: String,
}

/// An object of a cluster as one user sees it (openapi `ResourceDocument`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: ResourceId,
    /// Whose record this is.
    pub user_id: UserId,
    /// The cluster it was seen in.
    pub cluster_id: ClusterId,
    /// The cluster's name when it was last seen.
    pub cluster_name: String,
    /// What was seen.
    #[serde(flatten)]
    pub sight: Sight,
    /// The workflow that deployed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<WorkflowId>,
    /// That workflow's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_name: Option<String>,
    /// The user's own tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user_tags: Vec<String>,
    /// The user's own notes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_notes: String,
    /// Whether the user marked it.
    #[serde(default)]
    pub is_favorite: bool,
    /// When it was last compared with the cluster.
    pub last_synced_at: Time,
    /// When it was last there.
    pub last_seen_at: Time,
    /// When it was found to be gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Time>,
    /// When it was first seen.
    pub first_discovered_at: Time,
}

/// What is kept of an object: everything that comes from the cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sight {
    /// Its name.
    pub name: String,
    /// Its namespace, `""` for a cluster-wide object.
    pub namespace: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: ResourceKind,
    /// Its Kubernetes UID.
    pub uid: String,
    /// Its version.
    pub resource_version: String,
    /// How it is doing.
    pub status: ResourceStatus,
    /// Its labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its annotations, without those that may hold secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Who owns it in the cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owner_references: Vec<OwnerReference>,
    /// What people see of it.
    pub spec: View,
    /// Its generation and finalizers.
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: Time,
}

/// An object of the cluster that owns another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerReference {
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// Whether it manages the object.
    pub controller: bool,
}

impl Document for Resource {
    type Id = ResourceId;

    const COLLECTION: Collection = Collection {
        name: "resources",
        indexes: &[
            Index::unique("object", &["userId", "clusterId", "type", "namespace", "name"]),
            Index::on("newest", &["userId", "createdAt"]),
            Index::on("seen", &["clusterId", "type", "namespace", "name"]),
        ],
    };

    fn id(&self) -> ResourceId {
        self.id
    }
}

impl Sight {
    /// Looks at an object of the cluster.
    pub fn of(kind: ResourceKind, object: &Value) -> Self {
        let owner = |owner: &Value| OwnerReference {
            api_version: text(owner, "/apiVersion").to_owned(),
            kind: text(owner, "/kind").to_owned(),
            name: text(owner, "/name").to_owned(),
            uid: text(owner, "/uid").to_owned(),
            controller: owner.get("controller").and_then(Value::as_bool).unwrap_or(false),
        };
        let metadata = ["generation", "finalizers"]
            .into_iter()
            .filter_map(|member| Some((member.to_owned(), object.get("metadata")?.get(member)?.clone())));
        let mut annotations = texts(object, "/metadata/annotations");
        annotations.retain(|key, _| !STRIPPED.contains(&key.as_str()));
        Self {
            name: text(object, "/metadata/name").to_owned(),
            namespace: text(object, "/metadata/namespace").to_owned(),
            kind,
            uid: text(object, "/metadata/uid").to_owned(),
            resource_version: text(object, "/metadata/resourceVersion").to_owned(),
            status: state::of(kind, object),
            labels: texts(object, "/metadata/labels"),
            annotations,
            owner_references: list(object, "/metadata/ownerReferences").iter().map(owner).collect(),
            spec: View::of(kind, object),
            metadata: metadata.collect(),
            created_at: text(object, "/metadata/creationTimestamp").parse().unwrap_or(Time::NEVER),
        }
    }

    /// The workflow that owns the object by its label.
    pub fn workflow(&self) -> Option<WorkflowId> {
        let label = self.labels.get(WORKFLOW_LABEL)?;
        label.bytes().any(|digit| digit != b'0').then(|| label.parse().ok())?
    }

    /// Which record is about this object.
    pub(super) fn key(&self, viewer: &Viewer) -> Filter {
        Filter::eq("userId", viewer.user)
            .and(Filter::eq("clusterId", viewer.cluster))
            .and(Filter::eq("type", self.kind.name()))
            .and(Filter::eq("namespace", self.namespace.as_str()))
            .and(Filter::eq("name", self.name.as_str()))
    }
}

fn texts(object: &Value, pointer: &str) -> BTreeMap<String, String> {
    let entries = object.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_hold_secrets_is_not_looked_at() {
        let object = json!({
            "metadata": {
                "name": "db", "namespace": "shop", "generation": 1, "managedFields": [{"manager": "kubectl"}],
                "annotations": {
                    "kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"password\":\"aHVudGVyMg==\"}}",
                    "team": "red",
                },
            },
            "data": {"password": "aHVudGVyMg=="},
        });
        let kept = serde_json::to_value(Sight::of(ResourceKind::Secret, &object)).unwrap();
        assert!(!kept.to_string().contains("aHVudGVyMg=="), "{kept}");
        assert_eq!(kept["annotations"], json!({"team": "red"}));
        assert_eq!(kept["metadata"], json!({"generation": 1}));
    }

    #[test]
    fn the_owning_workflow_is_read_from_the_label() {
        let labelled = |id: &str| {
            let object = json!({"metadata": {"labels": {WORKFLOW_LABEL: id}}});
            Sight::of(ResourceKind::Deployment, &object).workflow()
        };
        let workflow = WorkflowId::new();
        assert_eq!(labelled(&workflow.to_string()), Some(workflow));
        assert_eq!(labelled("000000000000000000000000"), None, "rendered without a workflow");
        assert_eq!(labelled("nonsense"), None);
    }
}
