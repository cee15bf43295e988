//! Taking over an object that another tool wrote with plain updates (engine.md 0.5).
//!
//! Server-side apply removes a field only when its last owner lets go. What an updating tool once wrote would so stay
//! for ever; its entries are handed to us first, and the apply that follows drops what the graph does not say.

use serde_json::{Map, Value, json};

use crate::manifest::FieldManager;

/// Writers that are part of the cluster: what they wrote is not the tool's, and stays theirs.
const CLUSTER_WRITERS: [&str; 6] = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "cluster-autoscaler",
    "cloud-controller-manager",
];

/// The fields of a StatefulSet's spec that can change (engine.md 1.4).
const CHANGEABLE: [&str; 5] = [
    "f:replicas",
    "f:template",
    "f:updateStrategy",
    "f:minReadySeconds",
    "f:persistentVolumeClaimRetentionPolicy",
];

/// The JSON patch that hands the `Update` entries of `live` to us; `None` when there is nothing to hand over.
///
/// It holds only against the very revision it was made for.
pub fn hand_over(live: &Value) -> Option<Value> {
    let entries = live["metadata"]["managedFields"].as_array()?;
    let kind = live["kind"].as_str().unwrap_or_default();
    let (mut ours, mut others) = (Map::new(), Vec::new());
    let mut api_version = None;
    for entry in entries {
        if is_foreign_update(entry) {
            let (given, kept) = divided(kind, &entry["fieldsV1"]);
            if !given.is_empty() {
                union(&mut ours, &Value::Object(given));
                api_version.get_or_insert(&entry["apiVersion"]);
            }
            if !kept.is_empty() {
                let mut entry = entry.clone();
                entry["fieldsV1"] = Value::Object(kept);
                others.push(entry);
            }
        } else {
            others.push(entry.clone());
        }
    }
    let api_version = api_version?;
    let manager = FieldManager::Orchcli.name();
    if let Some(at) =
        others.iter().position(|entry| entry["manager"] == manager && entry["operation"] == "Apply")
    {
        union(&mut ours, &others.swap_remove(at)["fieldsV1"]);
    }
    others.push(json!({
        "manager": manager,
        "operation": "Apply",
        "apiVersion": api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": ours,
    }));
    Some(json!([
        { "op": "replace", "path": "/metadata/managedFields", "value": others },
        { "op": "replace", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"] },
    ]))
}

/// What of a maker's fields becomes ours, and what stays the maker's: what cannot change must not be dropped, finalizers
/// and owners are other controllers' business, and the keys of a Secret go only once the object is ours (engine.md 3.5).
fn divided(kind: &str, fields: &Value) -> (Map<String, Value>, Map<String, Value>) {
    let mut ours = fields.as_object().cloned().unwrap_or_default();
    let mut theirs = Map::new();
    let whole: &[&str] = match kind {
        "Secret" => &["f:data", "f:immutable"],
        "ConfigMap" => &["f:immutable"],
        "PersistentVolumeClaim" => &["f:spec"],
        _ => &[],
    };
    for key in whole {
        theirs.extend(ours.remove(*key).map(|below| ((*key).to_owned(), below)));
    }
    leave(&mut ours, &mut theirs, "f:metadata", |key| ["f:finalizers", "f:ownerReferences"].contains(&key));
    if kind == "StatefulSet" {
        leave(&mut ours, &mut theirs, "f:spec", |key| !CHANGEABLE.contains(&key));
    }
    (ours, theirs)
}

/// Moves what `stays` names below `part` from `ours` to `theirs`.
fn leave(
    ours: &mut Map<String, Value>,
    theirs: &mut Map<String, Value>,
    part: &str,
    stays: impl Fn(&str) -> bool,
) {
    let Some(Value::Object(fields)) = ours.get_mut(part) else { return };
    let (kept, given): (Map<_, _>, Map<_, _>) =
        std::mem::take(fields).into_iter().partition(|(key, _)| stays(key));
    if given.is_empty() {
        ours.remove(part);
    } else {
        *fields = given;
    }
    if !kept.is_empty() {
        theirs.insert(part.to_owned(), Value::Object(kept));
    }
}

fn is_foreign_update(entry: &Value) -> bool {
    let subresource = entry["subresource"].as_str().unwrap_or_default();
    let manager = entry["manager"].as_str().unwrap_or_default();
    entry["operation"] == "Update" && subresource.is_empty() && !CLUSTER_WRITERS.contains(&manager)
}

/// Adds the field set `more` to `fields`; both are trees whose leaves are empty objects.
fn union(fields: &mut Map<String, Value>, more: &Value) {
    let Value::Object(more) = more else { return };
    for (key, below) in more {
        match fields.entry(key.clone()).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(present) => union(present, below),
            leaf => *leaf = below.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(manager: &str, operation: &str, subresource: &str, fields: &Value) -> Value {
        let mut entry = json!({"manager": manager, "operation": operation, "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": fields});
        if !subresource.is_empty() {
            entry["subresource"] = subresource.into();
        }
        entry
    }

    fn live(kind: &str, entries: &[Value]) -> Value {
        json!({"kind": kind, "metadata": {"resourceVersion": "41", "managedFields": entries}})
    }

    #[test]
    fn plain_updates_become_ours_and_join_what_we_own_already() {
        let patch = hand_over(&live(
            "Deployment",
            &[
                entry("core", "Update", "", &json!({"f:spec": {"f:replicas": {}}})),
                entry("editor", "Update", "", &json!({"f:spec": {"f:paused": {}}})),
                entry("orchcli", "Apply", "", &json!({"f:metadata": {"f:labels": {"f:app": {}}}})),
            ],
        ))
        .unwrap();
        assert_eq!(
            patch[0]["value"],
            json!([entry(
                "orchcli",
                "Apply",
                "",
                &json!({"f:spec": {"f:replicas": {}, "f:paused": {}}, "f:metadata": {"f:labels": {"f:app": {}}}})
            )])
        );
        assert_eq!(patch[1]["value"], "41", "the patch holds only against this revision");
    }

    #[test]
    fn status_subresources_and_the_clusters_own_writers_keep_theirs() {
        let theirs = [
            entry("core", "Update", "status", &json!({"f:status": {}})),
            entry("kube-controller-manager", "Update", "", &json!({"f:spec": {"f:replicas": {}}})),
            entry("other", "Apply", "", &json!({"f:spec": {"f:x": {}}})),
        ];
        assert_eq!(hand_over(&live("Deployment", &theirs)), None);
    }

    #[test]
    fn what_cannot_change_stays_with_its_maker() {
        for (kind, fields, ours, theirs) in [
            (
                "Secret",
                json!({"f:data": {"f:key": {}}, "f:type": {}}),
                json!({"f:type": {}}),
                json!({"f:data": {"f:key": {}}}),
            ),
            (
                "PersistentVolumeClaim",
                json!({"f:metadata": {"f:labels": {}}, "f:spec": {"f:volumeName": {}}}),
                json!({"f:metadata": {"f:labels": {}}}),
                json!({"f:spec": {"f:volumeName": {}}}),
            ),
            (
                "Service",
                json!({"f:metadata": {"f:labels": {}, "f:finalizers": {}}}),
                json!({"f:metadata": {"f:labels": {}}}),
                json!({"f:metadata": {"f:finalizers": {}}}),
            ),
            (
                "StatefulSet",
                json!({"f:spec": {"f:replicas": {}, "f:podManagementPolicy": {}}}),
                json!({"f:spec": {"f:replicas": {}}}),
                json!({"f:spec": {"f:podManagementPolicy": {}}}),
            ),
        ] {
            let patch = hand_over(&live(kind, &[entry("core", "Update", "", &fields)])).unwrap();
            let expected = [entry("core", "Update", "", &theirs), entry("orchcli", "Apply", "", &ours)];
            assert_eq!(patch[0]["value"], json!(expected), "{kind}");
        }
        let claim = json!({"f:spec": {"f:volumeName": {}}});
        assert_eq!(hand_over(&live("PersistentVolumeClaim", &[entry("core", "Update", "", &claim)])), None);
    }
}
