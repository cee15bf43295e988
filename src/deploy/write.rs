//! One document becomes one or more server-side applies, each under its own field manager.

use serde_json::{Map, Value, json};

use crate::cluster::{Apply, Client, Error, Patch, Resource};
use crate::manifest::preflight::replica_handover;
use crate::manifest::{Document, FieldManager, ObjectRef};

/// How often an object is looked at that changes while it is looked at.
const LOOKS: u32 = 3;

/// How the cluster serves the object.
pub(super) fn resource(object: &ObjectRef) -> Resource {
    Resource::known(&object.api_version, &object.kind, &object.plural, object.namespace.is_some())
}

/// The live object, if there is one.
pub(super) async fn read(client: &Client, object: &ObjectRef) -> Result<Option<Value>, Error> {
    client.find(&resource(object), object.namespace.as_deref(), &object.name).await
}

/// What is sent for one field manager.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    manager: FieldManager,
    body: Value,
}

/// What applying a document would make of the live object.
#[derive(Debug)]
pub(super) struct Rehearsal {
    /// The object as it is.
    pub(super) live: Option<Value>,
    /// The object as it would be.
    pub(super) after: Value,
    /// Nothing would change.
    pub(super) same: bool,
}

/// Asks the server what applying `document` would make of the live object, without writing.
pub(super) async fn rehearse(
    client: &Client,
    document: &Document,
    mut live: Option<Value>,
    adopted: bool,
) -> Result<Rehearsal, Error> {
    // What does not exist yet comes into being with the first part; the others only divide it.
    let count = if live.is_none() { 1 } else { usize::MAX };
    let mut looks = 0;
    loop {
        looks += 1;
        let mut results = Vec::new();
        for part in parts(document, live.as_ref()).into_iter().take(count) {
            results.push((part.manager, send(client, document, &part, true).await?));
        }
        let stale = if adopted { Vec::new() } else { stale_keys(document, live.as_ref()) };
        let same = stale.is_empty()
            && live.as_ref().is_some_and(|live| results.iter().all(|(_, result)| equal(live, result)));
        let moved = live.as_ref().is_some_and(|live| {
            results.iter().any(|(_, result)| resource_version(result) != resource_version(live))
        });
        // A controller wrote to it since it was read: what differs may be its doing.
        if moved && !same && looks < LOOKS {
            live = read(client, &document.object).await?;
            continue;
        }
        let mut after = joined(results);
        if let Some(data) = after.get_mut("data").and_then(Value::as_object_mut) {
            data.retain(|key, _| !stale.contains(key));
        }
        return Ok(Rehearsal { live, after, same });
    }
}

fn resource_version(object: &Value) -> &Value {
    &object["metadata"]["resourceVersion"]
}

/// Asks the server what making the object anew would give, while an older one still has its name.
pub(super) async fn rehearse_anew(client: &Client, document: &Document) -> Result<Value, Error> {
    let mut body = document.body.clone();
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("name");
        metadata.insert("generateName".to_owned(), format!("{}-", document.object.name).into());
    }
    let object = &document.object;
    let mut after = client.create(&resource(object), object.namespace.as_deref(), &body, true).await?;
    if let Some(metadata) = after.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("generateName");
        metadata.insert("name".to_owned(), object.name.as_str().into());
    }
    Ok(after)
}

/// Applies `document`; gives the object as it is afterwards.
pub(super) async fn apply(
    client: &Client,
    document: &Document,
    live: Option<&Value>,
) -> Result<Value, Error> {
    let mut last = Value::Null;
    for mut part in parts(document, live) {
        // Only the very object that was looked at: one that took its name since is refused as a conflict.
        if let Some(uid) = live.and_then(|live| live["metadata"].get("uid")) {
            part.body["metadata"]["uid"] = uid.clone();
        }
        last = send(client, document, &part, false).await?;
    }
    Ok(last)
}

/// Takes the keys out of a Secret of ours that its node does not have any more, whoever put them there: an apply drops
/// only what nobody else owns.
pub(super) async fn drop_stale_keys(
    client: &Client,
    document: &Document,
    applied: Value,
) -> Result<Value, Error> {
    let stale = stale_keys(document, Some(&applied));
    if stale.is_empty() {
        return Ok(applied);
    }
    let gone: Map<String, Value> = stale.into_iter().map(|key| (key, Value::Null)).collect();
    let object = &document.object;
    let change = Patch::Merge(json!({ "data": gone }));
    client.patch(&resource(object), object.namespace.as_deref(), &object.name, &change, false).await
}

/// The keys of a live Secret that the document, which holds all there should be, does not have.
fn stale_keys(document: &Document, live: Option<&Value>) -> Vec<String> {
    if document.manager != FieldManager::OrchcliSecret {
        return Vec::new();
    }
    let live = live.and_then(|live| live["data"].as_object()).into_iter().flat_map(Map::keys);
    live.filter(|key| document.body["data"].get(key.as_str()).is_none()).cloned().collect()
}

async fn send(client: &Client, document: &Document, part: &Part, dry_run: bool) -> Result<Value, Error> {
    let object = &document.object;
    let how = Apply { manager: part.manager.name(), force: true, dry_run };
    client.apply(&resource(object), object.namespace.as_deref(), &object.name, &part.body, how).await
}

/// Whether two readings of one object differ in nothing but bookkeeping. An apply never writes a status, but controllers
/// may between the readings.
fn equal(live: &Value, after: &Value) -> bool {
    let bare = |object: &Value| {
        let mut object = without(object, "status");
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            for key in ["managedFields", "resourceVersion", "generation"] {
                metadata.shift_remove(key);
            }
        }
        object
    };
    bare(live) == bare(after)
}

/// Each rehearsal starts from what is live, so what the other managers bring is added to what the main one leaves.
fn joined(mut results: Vec<(FieldManager, Value)>) -> Value {
    let main = results.iter().position(|(manager, _)| *manager == FieldManager::Orchcli).unwrap_or(0);
    let (_, mut after) = results.swap_remove(main);
    for (manager, result) in results {
        match manager {
            FieldManager::OrchcliSecret => after["data"] = result["data"].clone(),
            FieldManager::OrchcliScale => after["spec"]["replicas"] = result["spec"]["replicas"].clone(),
            FieldManager::Orchcli => {}
        }
    }
    after
}

/// What is sent, in order.
///
/// The data of a Secret has a manager of its own, so that a run without values cannot drop keys (engine.md 3.5). A new
/// Secret is made in one piece, since some types must never be without data, and then divided; by the manager of the
/// data, so that nothing is lost when it comes no further.
/// A workload whose count an autoscaler takes over gives the count away first (engine.md 2.6).
fn parts(document: &Document, live: Option<&Value>) -> Vec<Part> {
    let part = |manager, body| Part { manager, body };
    let whole = document.body.clone();
    match document.manager {
        FieldManager::OrchcliSecret => {
            let labels = part(FieldManager::Orchcli, without(&whole, "data"));
            let data = part(FieldManager::OrchcliSecret, data_only(&whole));
            match live {
                None => vec![part(FieldManager::OrchcliSecret, whole), labels, data],
                Some(_) => vec![labels, data],
            }
        }
        manager @ (FieldManager::Orchcli | FieldManager::OrchcliScale) => {
            let mut parts = vec![part(manager, whole)];
            if let Some(count) = live.and_then(|live| replica_handover(&document.body, live)) {
                parts.insert(0, part(FieldManager::OrchcliScale, count));
            }
            parts
        }
    }
}

fn without(body: &Value, member: &str) -> Value {
    let mut body = body.clone();
    if let Some(members) = body.as_object_mut() {
        members.shift_remove(member);
    }
    body
}

fn data_only(body: &Value) -> Value {
    let mut bare = bare(body);
    for member in ["type", "data"] {
        if let Some(value) = body.get(member) {
            bare.insert(member.to_owned(), value.clone());
        }
    }
    Value::Object(bare)
}

/// `apiVersion`, `kind`, name and namespace.
fn bare(body: &Value) -> Map<String, Value> {
    let mut bare = Map::new();
    bare.insert("apiVersion".to_owned(), body["apiVersion"].clone());
    bare.insert("kind".to_owned(), body["kind"].clone());
    let mut metadata = json!({ "name": body["metadata"]["name"] });
    if let Some(namespace) = body["metadata"].get("namespace") {
        metadata["namespace"] = namespace.clone();
    }
    bare.insert("metadata".to_owned(), metadata);
    bare
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::manifest::Role;

    fn document(kind: &str, manager: FieldManager, body: Value) -> Document {
        Document {
            node_id: Some("n".into()),
            role: Role::Node,
            object: ObjectRef {
                api_version: "v1".into(),
                kind: kind.into(),
                plural: String::new(),
                namespace: Some("a".into()),
                name: "x".into(),
            },
            body,
            manager,
            masked_env: BTreeSet::new(),
        }
    }

    fn sent(document: &Document, live: Option<&Value>) -> Vec<(&'static str, Value)> {
        parts(document, live).into_iter().map(|part| (part.manager.name(), part.body)).collect()
    }

    #[test]
    fn a_new_secret_is_made_whole_and_then_divided() {
        let body = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "a", "labels": {"l": "1"}}, "type": "Opaque", "data": {"k": "dg=="}});
        let labels = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "a", "labels": {"l": "1"}}, "type": "Opaque"});
        let data = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "a"}, "type": "Opaque", "data": {"k": "dg=="}});
        let secret = document("Secret", FieldManager::OrchcliSecret, body.clone());
        assert_eq!(
            sent(&secret, None),
            [("orchcli-secret", body), ("orchcli", labels.clone()), ("orchcli-secret", data.clone())]
        );
        assert_eq!(sent(&secret, Some(&json!({}))), [("orchcli", labels), ("orchcli-secret", data)]);
    }

    #[test]
    fn a_count_we_own_is_given_away_before_an_autoscaler_takes_over() {
        let body = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x", "namespace": "a"}, "spec": {}});
        let live = |manager: &str| json!({"spec": {"replicas": 4}, "metadata": {"managedFields": [{"manager": manager, "fieldsV1": {"f:spec": {"f:replicas": {}}}}]}});
        let web = document("Deployment", FieldManager::Orchcli, body.clone());
        let count = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x", "namespace": "a"}, "spec": {"replicas": 4}});
        assert_eq!(sent(&web, Some(&live("orchcli"))), [("orchcli-scale", count), ("orchcli", body.clone())]);
        assert_eq!(sent(&web, Some(&live("kube-controller-manager"))), [("orchcli", body.clone())]);
        assert_eq!(sent(&web, None), [("orchcli", body)]);
    }

    #[test]
    fn rehearsals_of_several_managers_make_one_object() {
        let web = |replicas: i64| json!({"spec": {"replicas": replicas, "paused": true}});
        let joined = joined(vec![(FieldManager::OrchcliScale, web(4)), (FieldManager::Orchcli, web(1))]);
        assert_eq!(joined, web(4));
    }

    #[test]
    fn bookkeeping_is_no_difference() {
        let live =
            json!({"metadata": {"name": "x", "resourceVersion": "1", "managedFields": []}, "spec": {"a": 1}});
        assert!(equal(&live, &json!({"metadata": {"name": "x", "resourceVersion": "2"}, "spec": {"a": 1}})));
        let ready = json!({"metadata": {"name": "x"}, "spec": {"a": 1}, "status": {"ready": 1}});
        assert!(equal(&live, &ready), "controllers write the status");
        assert!(!equal(&live, &json!({"metadata": {"name": "x"}, "spec": {"a": 2}})));
    }

    #[test]
    fn keys_the_node_does_not_have_are_stale_only_where_the_document_holds_all_there_are() {
        let live = json!({"data": {"kept": "", "gone": ""}});
        let of = |manager| document("Secret", manager, json!({"data": {"kept": ""}}));
        assert_eq!(stale_keys(&of(FieldManager::OrchcliSecret), Some(&live)), ["gone"]);
        assert!(stale_keys(&of(FieldManager::Orchcli), Some(&live)).is_empty(), "a run without values");
        assert!(stale_keys(&of(FieldManager::OrchcliSecret), None).is_empty());
    }
}
