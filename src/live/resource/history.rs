//! What happened to a resource.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::record::Sight;
use super::{Resource, ResourceStatus};
use crate::clock::Time;
use crate::id::{HistoryId, ResourceId, UserId};
use crate::live::read::{count, text};
use crate::store::{Collection, Document, Index};

/// How long entries are kept.
const RETENTION: Duration = Duration::from_hours(30 * 24);

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It was seen for the first time, or again after it had been gone.
    Created,
    /// It is gone from the cluster.
    Deleted,
}

/// One thing that happened to a resource (openapi `ResourceHistoryEntry`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: HistoryId,
    /// The resource it happened to.
    pub resource_id: ResourceId,
    /// Whose record of the resource that is.
    pub user_id: UserId,
    /// What kind of thing happened.
    pub action: Action,
    /// By field `{old, new}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub changes: Map<String, Value>,
    /// The status before, when it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_status: Option<ResourceStatus>,
    /// The status after, when it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_status: Option<ResourceStatus>,
    /// When it was noticed.
    pub timestamp: Time,
    /// One line for people.
    pub message: String,
}

impl Document for Entry {
    type Id = HistoryId;

    const COLLECTION: Collection = Collection {
        name: "resource_history",
        indexes: &[
            Index::on("resource", &["resourceId", "timestamp"]),
            Index::on("age", &["timestamp"]).expire_after(RETENTION),
        ],
    };

    fn id(&self) -> HistoryId {
        self.id
    }
}

impl Entry {
    /// The resource was seen for the first time.
    pub(super) fn discovered(resource: &Resource, now: Time) -> Self {
        Self::created(resource, "discovered", now)
    }

    /// The resource was gone and is there again.
    pub(super) fn rediscovered(resource: &Resource, now: Time) -> Self {
        Self::created(resource, "rediscovered", now)
    }

    /// The resource is gone.
    pub(super) fn deleted(resource: &Resource, now: Time) -> Self {
        Self {
            id: HistoryId::new(),
            resource_id: resource.id,
            user_id: resource.user_id,
            action: Action::Deleted,
            changes: Map::new(),
            old_status: Some(resource.sight.status),
            new_status: Some(ResourceStatus::Deleted),
            timestamp: now,
            message: format!("{} no longer exists in the cluster", resource.sight.kind.name()),
        }
    }

    fn created(resource: &Resource, how: &str, now: Time) -> Self {
        let Sight { kind, namespace, .. } = &resource.sight;
        let place = if namespace.is_empty() { String::new() } else { format!(" in namespace {namespace}") };
        Self {
            id: HistoryId::new(),
            resource_id: resource.id,
            user_id: resource.user_id,
            action: Action::Created,
            changes: snapshot(&resource.sight),
            old_status: None,
            new_status: None,
            timestamp: now,
            message: format!("{} {how}{place}", kind.name()),
        }
    }
}

/// The members of a view that tell most about a new object.
const TELLING: [&str; 9] = [
    "replicas",
    "nodeName",
    "serviceType",
    "clusterIP",
    "completions",
    "schedule",
    "minReplicas",
    "maxReplicas",
    "scaleTargetRef",
];

/// What an object was when it was first seen, each as a change from nothing.
fn snapshot(sight: &Sight) -> Map<String, Value> {
    let list_of = |member: &str, line: fn(&Value) -> Value| {
        let items = sight.spec.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        (!items.is_empty()).then(|| items.iter().map(line).collect::<Value>())
    };
    let fixed = [
        ("type", Some(sight.kind.name().into())),
        ("namespace", (!sight.namespace.is_empty()).then(|| sight.namespace.as_str().into())),
        ("status", serde_json::to_value(sight.status).ok()),
        ("images", list_of("containers", |container| text(container, "/image").into())),
        ("ports", list_of("ports", port)),
    ];
    let telling = TELLING.into_iter().map(|member| (member, sight.spec.get(member).cloned()));
    fixed
        .into_iter()
        .chain(telling)
        .filter_map(|(member, value)| Some((member.to_owned(), json!({"old": null, "new": value?}))))
        .collect()
}

/// A port as `port:target/PROTO`.
fn port(port: &Value) -> Value {
    let (number, protocol) = (count(port, "/port"), text(port, "/protocol"));
    match count(port, "/targetPort") {
        0 => format!("{number}/{protocol}").into(),
        target => format!("{number}:{target}/{protocol}").into(),
    }
}
