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

/// The JSON patch that hands the `Update` entries of `live` to us; `None` when there are none.
///
/// It holds only against the very revision it was made for. A Secret's data goes to the manager that applies it.
pub fn hand_over(live: &Value) -> Option<Value> {
    let entries = live["metadata"]["managedFields"].as_array()?;
    let (foreign, mut kept): (Vec<&Value>, Vec<&Value>) =
        entries.iter().partition(|entry| is_foreign_update(entry));
    let api_version = foreign.first()?["apiVersion"].clone();
    let mut fields = Map::new();
    for entry in &foreign {
        union(&mut fields, &entry["fieldsV1"]);
    }
    let data = if live["kind"] == "Secret" { fields.remove("f:data") } else { None };
    let mut owned = vec![(FieldManager::Orchcli, Value::Object(fields))];
    owned.extend(data.map(|data| (FieldManager::OrchcliSecret, json!({ "f:data": data }))));

    let mut result = Vec::new();
    for (manager, fields) in owned {
        let is_same = |entry: &&Value| entry["manager"] == manager.name() && entry["operation"] == "Apply";
        let mut all = Map::new();
        union(&mut all, &fields);
        if let Some(at) = kept.iter().position(is_same) {
            union(&mut all, &kept.swap_remove(at)["fieldsV1"]);
        }
        result.push(json!({
            "manager": manager.name(),
            "operation": "Apply",
            "apiVersion": api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": all,
        }));
    }
    result.extend(kept.into_iter().cloned());
    Some(json!([
        { "op": "replace", "path": "/metadata/managedFields", "value": result },
        { "op": "replace", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"] },
    ]))
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
            entry("kube-controller-manager", "Update", "", &json!({"f:spec": {"f:volumeName": {}}})),
            entry("other", "Apply", "", &json!({"f:spec": {"f:x": {}}})),
        ];
        assert_eq!(hand_over(&live("PersistentVolumeClaim", &theirs)), None);
    }

    #[test]
    fn secret_data_goes_to_the_manager_of_secret_data() {
        let patch = hand_over(&live(
            "Secret",
            &[entry("core", "Update", "", &json!({"f:data": {"f:key": {}}, "f:type": {}}))],
        ))
        .unwrap();
        assert_eq!(patch[0]["value"][0]["fieldsV1"], json!({"f:type": {}}));
        assert_eq!(patch[0]["value"][1]["manager"], "orchcli-secret");
        assert_eq!(patch[0]["value"][1]["fieldsV1"], json!({"f:data": {"f:key": {}}}));
    }
}
