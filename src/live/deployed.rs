//! What the nodes of a workflow were deployed as, by what its runs wrote down (engine.md 3.9).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ObjectRef;
use super::resource::ResourceKind;
use crate::graph::decode::{Decoded, DecodedNode};
use crate::graph::kinds::node_type;
use crate::graph::{Node, NodeKind};
use crate::id::{ClusterId, RunId, WorkflowId};
use crate::store::{Collection, Document, Error, Filter, Order, Query, Store};
use crate::workflow::Workflow;

/// How many runs are looked at: those after the last that ended well, and not for ever back.
const RUNS: u64 = 20;

/// The part of a run that says what it applied.
#[derive(Debug, Serialize, Deserialize)]
struct Applied {
    #[serde(rename = "_id")]
    id: RunId,
    status: String,
    #[serde(default)]
    output: Option<IndexMap<String, Value>>,
}

impl Document for Applied {
    type Id = RunId;

    const COLLECTION: Collection = Collection { name: "workflow_runs", indexes: &[] };

    fn id(&self) -> RunId {
        self.id
    }
}

/// The nodes that were deployed as what they are now, each with its object. A node that was drawn, renamed or retyped
/// since has no object yet.
pub(super) async fn nodes(
    store: &Store,
    workflow: &Workflow,
    cluster: ClusterId,
) -> Result<Vec<(String, ObjectRef)>, Error> {
    let outputs = outputs(store, workflow.id).await?;
    let graph = workflow.graph();
    let decoded = Decoded::new(&graph);
    let known =
        graph.nodes.iter().zip(&decoded.nodes).filter_map(|(node, decoded)| Some((node, decoded.as_ref()?)));
    Ok(known
        .filter_map(|(node, decoded)| {
            let object = object(node, decoded, outputs.get(&node.id)?, cluster)?;
            Some((node.id.clone(), object))
        })
        .collect())
}

/// The newest output of each node.
async fn outputs(store: &Store, workflow: WorkflowId) -> Result<IndexMap<String, Value>, Error> {
    let newest = Query::filter(Filter::eq("workflow_id", workflow)).sort("started_at", Order::Descending);
    let mut outputs = IndexMap::new();
    // Mostly the newest ended well, and no other has to be read.
    for page in [newest.clone().limit(1), newest.skip(1).limit(RUNS - 1)] {
        for run in store.find::<Applied>(page).await? {
            for (node, output) in run.output.unwrap_or_default() {
                // The node at which a run failed did not get all its objects, and keeps what it had.
                if output["failed"] != true {
                    outputs.entry(node).or_insert(output);
                }
            }
            if run.status == "completed" {
                return Ok(outputs);
            }
        }
    }
    Ok(outputs)
}

fn object(node: &Node, decoded: &DecodedNode, output: &Value, cluster: ClusterId) -> Option<ObjectRef> {
    let text = |object: &Value, key: &str| object[key].as_str().map(str::to_owned);
    let (api_version, kind, place) = match ResourceKind::of_node(decoded.kind) {
        Some(kind) => {
            let (api_version, name) = (kind.api_version().to_owned(), kind.name().to_owned());
            // What is told of a Secret is its place alone.
            let place = match decoded.kind {
                NodeKind::Secret => output,
                _ => applied(output).find(|object| object["kind"] == name.as_str())?,
            };
            (api_version, name, place)
        }
        None => {
            let definition = &node_type(&node.data)?.crd;
            let place = applied(output).find(|object| {
                let group = object["apiVersion"].as_str().and_then(|version| version.split_once('/'));
                object["kind"] == definition.kind.as_str()
                    && group.is_some_and(|(group, _)| group == definition.group)
            })?;
            (text(place, "apiVersion")?, definition.kind.clone(), place)
        }
    };
    let (name, namespace) = (text(place, "name")?, text(place, "namespace"));
    let same = decoded.addressable && decoded.name == name && decoded.namespace == namespace;
    same.then(|| ObjectRef { cluster, rules: decoded.kind.into(), api_version, kind, namespace, name })
}

fn applied(output: &Value) -> impl Iterator<Item = &Value> {
    output["applied_resources"].as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The objects of a graph whose runs, newest first, had these states and outputs.
    async fn objects(nodes: Value, runs: &[(&str, Value)]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let clock = crate::clock::Clock::system();
        let collections = [<Workflow as Document>::COLLECTION, crate::workflow::Run::COLLECTION];
        let store = Store::open(dir.path(), clock, &collections).unwrap();
        let workflow: Workflow = serde_json::from_value(json!({
            "_id": WorkflowId::new(), "name": "shop", "cluster_id": "dev", "status": "published", "current_version": 1,
            "owner_id": crate::id::UserId::new(), "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "nodes": nodes,
        }))
        .unwrap();
        for (age, (status, output)) in runs.iter().enumerate() {
            let run: crate::workflow::Run = serde_json::from_value(json!({
                "_id": RunId::new(), "workflow_id": workflow.id, "version": 1, "status": status,
                "started_at": format!("2026-01-01T00:{:02}:00Z", 59 - age), "output": output,
                "trigger_data": {"user_id": workflow.owner_id},
            }))
            .unwrap();
            store.insert(&run).await.unwrap();
        }
        let found = super::nodes(&store, &workflow, ClusterId::new()).await.unwrap();
        found.into_iter().map(|(node, object)| format!("{node}: {} {object}", object.api_version)).collect()
    }

    fn node(id: &str, kind: &str, name: &str) -> Value {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
            "data": {"name": name, "image": "nginx", "schedule": "* * * * *", "namespace": "shop"}})
    }

    fn output(resources: &[(&str, &str, &str)]) -> Value {
        let resources: Vec<Value> = resources
            .iter()
            .map(|(version, kind, name)| json!({"apiVersion": version, "kind": kind, "name": name, "namespace": "shop"}))
            .collect();
        json!({"applied_resources": resources, "failed": false})
    }

    #[tokio::test]
    async fn each_node_is_found_by_what_the_last_run_applied_for_it() {
        let mut certificate = node("cert", "plugin", "tls");
        certificate["data"]["pluginId"] = "certmanager".into();
        certificate["data"]["templateId"] = "certificate".into();
        let nodes = json!([node("db", "statefulset", "db"), node("pw", "secret", "pw"), certificate]);
        let applied = json!({
            "db": output(&[("v1", "Service", "db"), ("apps/v1", "StatefulSet", "db")]),
            "pw": {"name": "pw", "namespace": "shop", "operation": "created"},
            "cert": output(&[("cert-manager.io/v1", "Certificate", "tls")]),
        });
        assert_eq!(
            objects(nodes, &[("completed", applied)]).await,
            [
                "db: apps/v1 StatefulSet shop/db",
                "pw: v1 Secret shop/pw",
                "cert: cert-manager.io/v1 Certificate shop/tls"
            ]
        );
    }

    #[tokio::test]
    async fn what_was_drawn_renamed_or_retyped_since_has_no_object_yet() {
        let nodes = json!([
            node("new", "deployment", "new"),
            node("renamed", "deployment", "after"),
            node("retyped", "daemonset", "web"),
            node("mystery", "webhook", "x"),
        ]);
        let applied = json!({
            "renamed": output(&[("apps/v1", "Deployment", "before")]),
            "retyped": output(&[("apps/v1", "Deployment", "web")]),
            "mystery": output(&[("apps/v1", "Deployment", "x")]),
        });
        assert!(objects(nodes, &[("completed", applied)]).await.is_empty());
    }

    #[tokio::test]
    async fn a_run_that_failed_adds_to_the_last_that_ended_well() {
        let nodes = json!([
            node("a", "deployment", "a"),
            node("b", "deployment", "b"),
            node("c", "deployment", "c"),
            node("d", "deployment", "d"),
        ]);
        let failed = json!({
            "a": output(&[("apps/v1", "Deployment", "a")]),
            "b": {"applied_resources": [], "errors": ["no"], "failed": true},
        });
        let completed = json!({"b": output(&[("apps/v1", "Deployment", "b")])});
        let older = json!({"d": output(&[("apps/v1", "Deployment", "d")])});
        let runs =
            [("failed", failed), ("running", Value::Null), ("completed", completed), ("completed", older)];
        assert_eq!(
            objects(nodes, &runs).await,
            ["a: apps/v1 Deployment shop/a", "b: apps/v1 Deployment shop/b"]
        );
    }
}
