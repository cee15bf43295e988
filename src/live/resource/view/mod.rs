//! The `spec` of a record: what people see of an object (openapi `ResourceSpecView`).
//!
//! One flat JSON object for all kinds, with only the members that fit the kind and hold something. Data of secrets
//! and config maps and values of environment variables are never among them.

mod batch;
mod cluster;
mod container;
mod network;
mod volume;
mod workload;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ResourceKind;
use crate::live::read::{number, text};

/// What a record says about an object of its kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct View(Map<String, Value>);

impl View {
    /// What to say about an object.
    pub(super) fn of(kind: ResourceKind, object: &Value) -> Self {
        match kind {
            ResourceKind::Deployment | ResourceKind::StatefulSet | ResourceKind::ReplicaSet => {
                workload::replicas(object)
            }
            ResourceKind::DaemonSet => workload::daemon_set(object),
            ResourceKind::HorizontalPodAutoscaler => workload::autoscaler(object),
            ResourceKind::Pod => workload::pod(object),
            ResourceKind::Job => batch::job(object),
            ResourceKind::CronJob => batch::cron_job(object),
            ResourceKind::Service => network::service(object),
            ResourceKind::Ingress => network::ingress(object),
            ResourceKind::NetworkPolicy => network::policy(object),
            ResourceKind::PersistentVolumeClaim => volume::claim(object),
            ResourceKind::PersistentVolume => volume::volume(object),
            ResourceKind::Node => cluster::node(object),
            ResourceKind::ConfigMap
            | ResourceKind::Secret
            | ResourceKind::Namespace
            | ResourceKind::StorageClass => Self::default(),
        }
    }

    /// A member, for reading.
    pub fn get(&self, member: &str) -> Option<&Value> {
        self.0.get(member)
    }

    /// A number that is said when it is known, also when it is 0.
    fn known(self, member: &str, object: &Value, pointer: &str) -> Self {
        self.value(member, number(object, pointer).map(Value::from))
    }

    /// A number that is said when it is not 0.
    fn positive(self, member: &str, object: &Value, pointer: &str) -> Self {
        self.value(member, number(object, pointer).filter(|number| *number != 0).map(Value::from))
    }

    /// A text that is said when it is not empty.
    fn text(self, member: &str, object: &Value, pointer: &str) -> Self {
        let text = text(object, pointer);
        self.value(member, (!text.is_empty()).then(|| text.into()))
    }

    /// A value that is said when it is there and holds something.
    fn value(mut self, member: &str, value: Option<Value>) -> Self {
        let empty = match &value {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(members)) => members.is_empty(),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => false,
        };
        if let (Some(value), false) = (value, empty) {
            self.0.insert(member.to_owned(), value);
        }
        self
    }

    /// What is at a JSON pointer, as it is.
    fn copy(self, member: &str, object: &Value, pointer: &str) -> Self {
        self.value(member, object.pointer(pointer).cloned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is said about an object.
    pub(super) fn said(kind: ResourceKind, object: &Value) -> Value {
        serde_json::to_value(View::of(kind, object)).unwrap()
    }

    #[test]
    fn data_of_secrets_and_config_maps_is_never_said() {
        let object = json!({"data": {"password": "aHVudGVyMg=="}, "stringData": {"a": "b"}});
        for kind in [ResourceKind::Secret, ResourceKind::ConfigMap] {
            assert_eq!(said(kind, &object), json!({}));
        }
    }
}
