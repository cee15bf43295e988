//! Where statuses go: into the store, then to whoever listens (engine.md 3.11, 4.4).

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;

use super::resource::{Records, ResourceKind, Sight};
use super::status::NodeStatus;
use super::watch::{Follower, Publish};
use super::{ObjectRef, WorkflowSync};
use crate::clock::Clock;
use crate::event::{Envelope, Hub, StreamKey};
use crate::id::WorkflowId;
use crate::store::{Collection, Document, Error, Filter, Patch, Path, Store, Value as Stored};
use crate::workflow::{Verbatim, Workflow};

/// The name of the event.
const NODE_UPDATE: &str = "node_update";

/// Publishes statuses of nodes. Cheap to clone.
#[derive(Clone)]
pub struct Publication {
    store: Store,
    hub: Hub,
    clock: Clock,
    records: Records,
    /// Held by many who write and announce one status each, or by one who announces all: what replaces everything must
    /// not be older than what was announced before it.
    order: Arc<RwLock<()>>,
}

/// What `node_update` says.
#[derive(Serialize)]
struct NodeUpdate<'a> {
    node_id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'a NodeStatus,
}

/// A workflow of which only the statuses of nodes are written.
#[derive(Serialize, Deserialize)]
struct Statuses {
    #[serde(rename = "_id")]
    id: WorkflowId,
}

impl Document for Statuses {
    type Id = WorkflowId;

    const COLLECTION: Collection = Collection { name: "workflows", indexes: &[] };

    fn id(&self) -> WorkflowId {
        self.id
    }
}

impl Publication {
    /// Publishes into `store` and to the readers of `hub`.
    pub fn new(store: Store, hub: Hub, clock: Clock) -> Self {
        let records = Records::new(store.clone(), clock.clone());
        Self { store, hub, clock, records, order: Arc::default() }
    }

    /// The records of cluster objects that are kept up to date.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Ends the streams of a workflow.
    pub fn close(&self, workflow: WorkflowId, reason: &str) {
        self.hub.close(StreamKey::Workflow(workflow), reason);
    }

    /// Stores the status of a node, then announces it. A node that does not exist any more has no status.
    ///
    /// One field of the node is written; the rest of the workflow, its `updated_at` among it, is left alone.
    pub async fn node(&self, node: &Follower, status: &NodeStatus) -> Result<(), Error> {
        let _one_of_many = self.order.read().await;
        if self.write(node, status).await? {
            self.announce(node.workflow, &node.node, status);
        }
        Ok(())
    }

    /// Announces a status without storing it: that of an object its node does not stand for any more.
    pub fn announce(&self, workflow: WorkflowId, node: &str, status: &NodeStatus) {
        let key = StreamKey::Workflow(workflow);
        let update = NodeUpdate { node_id: node, kind: status.kind().key(), status };
        let event = Envelope::new(key, NODE_UPDATE, self.clock.now(), update);
        self.hub.publish(key, NODE_UPDATE, Some(node), &event);
    }

    /// Stores statuses of a workflow's nodes that were found together, then sends its readers all nodes. Which ones
    /// count is asked when nobody else can write.
    pub async fn nodes<'a>(
        &self,
        workflow: WorkflowId,
        statuses: impl Iterator<Item = (&'a Follower, &'a NodeStatus)> + Send,
    ) -> Result<(), Error> {
        let _alone = self.order.write().await;
        let mut written = false;
        for (node, status) in statuses {
            written |= self.write(node, status).await?;
        }
        if written {
            self.send_all(workflow).await?;
        }
        Ok(())
    }

    /// Sends the readers of a workflow all its nodes, as they are stored now.
    pub async fn announce_all(&self, workflow: WorkflowId) -> Result<(), Error> {
        let _alone = self.order.write().await;
        self.send_all(workflow).await
    }

    /// Only while nobody else can write.
    async fn send_all(&self, workflow: WorkflowId) -> Result<(), Error> {
        let key = StreamKey::Workflow(workflow);
        if self.hub.readers(key) > 0
            && let Some(workflow) = self.store.get::<Workflow<Verbatim, Verbatim>>(workflow).await?
        {
            let event = WorkflowSync::event(workflow.id, &workflow.nodes, self.clock.now());
            self.hub.publish(key, WorkflowSync::NAME, None, &event);
        }
        Ok(())
    }

    /// Whether there was a node to write the status into.
    async fn write(&self, node: &Follower, status: &NodeStatus) -> Result<bool, Error> {
        let place = |field| Path::new("nodes").element("id", node.node.as_str()).field(field);
        let mut patch = Patch::new().set(place("data._status"), Stored::of(status)?);
        if let Some(created) = status.secret_created() {
            patch = patch.set(place("data._secretCreated"), created);
        }
        self.store.patch::<Statuses>(node.workflow, Filter::missing("deleted_at"), patch).await
    }
}

impl Publish for Publication {
    type Error = Error;

    fn publish<'a>(&'a self, node: &'a Follower, status: &'a NodeStatus) -> BoxFuture<'a, Result<(), Error>> {
        self.node(node, status).boxed()
    }

    fn record<'a>(
        &'a self,
        object: &'a ObjectRef,
        sight: Option<&'a Sight>,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            match (sight, ResourceKind::of(&object.api_version, &object.kind)) {
                (Some(sight), _) => self.records.observed(object.cluster, sight).await,
                (None, Some(kind)) => {
                    let namespace = object.namespace.as_deref().unwrap_or_default();
                    self.records.missed(object.cluster, kind, namespace, &object.name).await
                }
                (None, None) => Ok(()),
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::Time;
    use crate::event::Delivery;
    use crate::live::status::Kind;

    /// A stored workflow, as far as these tests look.
    #[derive(Serialize, Deserialize)]
    struct Workflow {
        #[serde(rename = "_id")]
        id: WorkflowId,
        #[serde(flatten)]
        rest: serde_json::Map<String, Value>,
    }

    impl Document for Workflow {
        type Id = WorkflowId;

        const COLLECTION: Collection = Statuses::COLLECTION;

        fn id(&self) -> WorkflowId {
            self.id
        }
    }

    async fn published(status: &NodeStatus, node: &str) -> (Value, Option<Value>) {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-01-01T00:00:00Z".parse::<Time>().unwrap());
        let store = Store::open(dir.path(), clock.clone(), &[Workflow::COLLECTION]).unwrap();
        let hub = Hub::new(&clock);
        let document = json!({"updated_at": "2025-01-01T00:00:00.000Z", "nodes": [
            {"id": "node-1", "type": "secret", "data": {"name": "db"}},
            {"id": "node-2", "type": "deployment", "data": {"name": "web"}},
        ]});
        let Value::Object(rest) = document else { panic!("an object") };
        let workflow = Workflow { id: WorkflowId::new(), rest };
        store.insert(&workflow).await.unwrap();

        let mut reader = hub.subscribe(StreamKey::Workflow(workflow.id));
        let publication = Publication::new(store.clone(), hub, clock);
        let node = Follower { workflow: workflow.id, node: node.to_owned() };
        publication.node(&node, status).await.unwrap();
        let event = match reader.next().now_or_never() {
            Some(Delivery::Event(frame)) => {
                let text = String::from_utf8(frame.to_vec()).unwrap();
                let (_, data) = text.split_once("data: ").unwrap();
                Some(serde_json::from_str(&data.replace(&workflow.id.to_string(), "<id>")).unwrap())
            }
            _ => None,
        };
        let stored = store.get::<Workflow>(workflow.id).await.unwrap().unwrap();
        (Value::Object(stored.rest), event)
    }

    #[tokio::test]
    async fn a_status_is_stored_in_its_node_and_then_announced() {
        let status = NodeStatus::error(Kind::Deployment, "no");
        let (stored, event) = published(&status, "node-2").await;
        let said = json!({"state": "error", "message": "no", "replicas": 0, "readyReplicas": 0});
        assert_eq!(stored["nodes"][1]["data"], json!({"name": "web", "_status": said}));
        assert_eq!(stored["nodes"][0]["data"], json!({"name": "db"}));
        assert_eq!(stored["updated_at"], "2025-01-01T00:00:00.000Z");
        assert_eq!(
            event.unwrap(),
            json!({
                "type": "workflow", "stream_key": "workflow:<id>", "event_type": "node_update",
                "timestamp": "2026-01-01T00:00:00.000Z",
                "data": {"node_id": "node-2", "type": "deployment", "status": said},
            })
        );
    }

    #[tokio::test]
    async fn a_secret_also_says_whether_it_exists() {
        let (stored, _) = published(&NodeStatus::secret_without_values(), "node-1").await;
        assert_eq!(stored["nodes"][0]["data"]["_secretCreated"], false);
        let (stored, _) = published(&NodeStatus::error(Kind::Secret, "refused"), "node-1").await;
        assert_eq!(stored["nodes"][0]["data"].get("_secretCreated"), None, "not known");
    }

    #[tokio::test]
    async fn a_node_that_was_removed_is_not_announced() {
        let (stored, event) = published(&NodeStatus::secret_exists(), "gone").await;
        assert_eq!(stored["nodes"].as_array().unwrap().len(), 2);
        assert_eq!(event, None);
    }
}
