//! What a sync saw of the objects that nodes stand for, reduced to what their status depends on.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::ResourceKind;
use crate::clock::Time;
use crate::live::ObjectRef;
use crate::live::read::text;
use crate::live::status::{Around, Kind, NodeStatus, Reading, Trouble};
use crate::manifest::WORKFLOW_LABEL;

/// Where an object is: its kind, namespace and name.
type Place = (ResourceKind, String, String);

/// What a sync saw.
#[derive(Debug)]
pub struct Seen {
    now: Time,
    /// The objects that some workflow owns.
    owned: HashMap<Place, Reading>,
    /// A failure among the pods of a namespace that are labelled `app=<name>`.
    failures: HashMap<(String, String), Trouble>,
    /// Where each kind was listed: in these namespaces, or everywhere when `None`.
    listed: HashMap<ResourceKind, Option<HashSet<String>>>,
}

impl Seen {
    /// Nothing was looked at yet; failures count as of `now`.
    pub(super) fn new(now: Time) -> Self {
        Self { now, owned: HashMap::new(), failures: HashMap::new(), listed: HashMap::new() }
    }

    /// Takes in an object of a list.
    pub(super) fn look(&mut self, kind: ResourceKind, object: &Value) {
        let namespace = || text(object, "/metadata/namespace").to_owned();
        if kind == ResourceKind::Pod
            && let Some(trouble) = Trouble::of(object)
        {
            self.failures.insert((namespace(), text(object, "/metadata/labels/app").to_owned()), trouble);
        }
        let labels = object.pointer("/metadata/labels");
        if labels.and_then(|labels| labels.get(WORKFLOW_LABEL)).is_some()
            && let Some(rules) = rules(kind)
        {
            let place = (kind, namespace(), text(object, "/metadata/name").to_owned());
            self.owned.insert(place, Reading::of(rules, object, self.now));
        }
    }

    /// A kind was listed in these namespaces, or everywhere.
    pub(super) fn listed(&mut self, kind: ResourceKind, namespaces: Option<HashSet<String>>) {
        self.listed.insert(kind, namespaces);
    }

    /// The status of an object after `before`, which is what was last stored of it; `None` when it was not looked for.
    pub fn status(&self, object: &ObjectRef, before: &Value) -> Option<NodeStatus> {
        let kind = ResourceKind::of(&object.api_version, &object.kind)?;
        let namespace = object.namespace.clone().unwrap_or_default();
        let everywhere = self.listed.get(&kind)?.as_ref().is_none_or(|listed| listed.contains(&namespace));
        let place = (kind, namespace, object.name.clone());
        let Some(reading) = self.owned.get(&place) else {
            return everywhere.then(|| NodeStatus::deleted(object.rules, &object.kind));
        };
        let (_, namespace, name) = place;
        let failure = self.failures.get(&(namespace, name));
        Some(reading.status(&Around {
            failure: failure.and_then(|trouble| trouble.failure(self.now)),
            was_ready: was_ready(before),
            selected_pods: before["affectedPods"].as_i64().unwrap_or(0),
        }))
    }
}

/// Whether a stored status says that pods were ready.
fn was_ready(before: &Value) -> bool {
    let counts = ["readyReplicas", "numberReady"].map(|member| before[member].as_i64().unwrap_or(0));
    counts.iter().any(|ready| *ready > 0) || before["message"] == "No pods are ready"
}

/// The rules for the objects of a kind that nodes can stand for.
fn rules(kind: ResourceKind) -> Option<Kind> {
    Some(match kind {
        ResourceKind::Deployment => Kind::Deployment,
        ResourceKind::Service => Kind::Service,
        ResourceKind::StatefulSet => Kind::StatefulSet,
        ResourceKind::ConfigMap => Kind::ConfigMap,
        ResourceKind::Secret => Kind::Secret,
        ResourceKind::Ingress => Kind::Ingress,
        ResourceKind::Job => Kind::Job,
        ResourceKind::CronJob => Kind::CronJob,
        ResourceKind::DaemonSet => Kind::DaemonSet,
        ResourceKind::HorizontalPodAutoscaler => Kind::HorizontalPodAutoscaler,
        ResourceKind::NetworkPolicy => Kind::NetworkPolicy,
        ResourceKind::PersistentVolumeClaim => Kind::PersistentVolumeClaim,
        ResourceKind::Pod
        | ResourceKind::ReplicaSet
        | ResourceKind::Node
        | ResourceKind::Namespace
        | ResourceKind::PersistentVolume
        | ResourceKind::StorageClass => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::ClusterId;

    fn web() -> ObjectRef {
        ObjectRef {
            cluster: ClusterId::new(),
            rules: Kind::Deployment,
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some("shop".to_owned()),
            name: "web".to_owned(),
        }
    }

    fn seen(owner: &str, ready: i64) -> Seen {
        let mut seen = Seen::new("2026-01-01T00:00:00Z".parse().unwrap());
        let deployment = json!({
            "metadata": {"name": "web", "namespace": "shop", "labels": {owner: "66f0000000000000000000a1"}},
            "spec": {"replicas": 1}, "status": {"readyReplicas": ready, "updatedReplicas": 1},
        });
        seen.look(ResourceKind::Deployment, &deployment);
        seen.listed(ResourceKind::Deployment, Some(HashSet::from(["shop".to_owned()])));
        seen
    }

    fn said(seen: &Seen, before: &Value) -> Option<Value> {
        seen.status(&web(), before).map(|status| serde_json::to_value(status).unwrap())
    }

    #[test]
    fn an_owned_object_has_the_status_its_rules_give() {
        let status = said(&seen(WORKFLOW_LABEL, 1), &Value::Null).unwrap();
        assert_eq!((&status["state"], &status["message"]), (&json!("healthy"), &json!("All 1 pods ready")));
        let fresh = said(&seen(WORKFLOW_LABEL, 0), &Value::Null).unwrap();
        assert_eq!(fresh["message"], "Starting deployment...");
    }

    #[test]
    fn what_was_ready_before_is_remembered() {
        let status = said(&seen(WORKFLOW_LABEL, 0), &json!({"readyReplicas": 1})).unwrap();
        assert_eq!(status["message"], "No pods are ready");
        assert_eq!(said(&seen(WORKFLOW_LABEL, 0), &status).unwrap(), status, "and stays so");
    }

    #[test]
    fn a_failing_pod_is_told_of() {
        let mut seen = seen(WORKFLOW_LABEL, 0);
        let waiting = json!({"reason": "ImagePullBackOff", "message": "no such image"});
        let pod = json!({
            "metadata": {"namespace": "shop", "labels": {"app": "web"}},
            "status": {"containerStatuses": [{"state": {"waiting": waiting}}]},
        });
        seen.look(ResourceKind::Pod, &pod);
        assert_eq!(said(&seen, &Value::Null).unwrap()["message"], "ImagePullBackOff: no such image");
    }

    #[test]
    fn an_object_that_is_not_there_or_not_ours_is_missed_only_where_it_was_looked_for() {
        let mut seen = seen("somebody-else", 1);
        let gone = "Deployment no longer exists in the cluster";
        assert_eq!(said(&seen, &Value::Null).unwrap()["message"], gone);
        seen.listed(ResourceKind::Deployment, Some(HashSet::from(["other".to_owned()])));
        assert_eq!(said(&seen, &Value::Null), None);
        seen.listed(ResourceKind::Deployment, None);
        assert_eq!(said(&seen, &Value::Null).unwrap()["message"], gone);
        assert_eq!(Seen::new(Time::NEVER).status(&web(), &Value::Null), None, "its kind was not listed");
    }
}
