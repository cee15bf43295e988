//! Everything live about workflows in one hand: what a run starts, an archive stops, and a stream wakes up.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;

use super::resource::{Link, Records, Viewer};
use super::status::{Around, Kind, NodeStatus, Reading};
use super::syncing::Syncs;
use super::waking::Waking;
use super::watch::{Clusters, Failure, Follower, Source, Watches};
use super::{ObjectRef, Publication};
use crate::clock::Clock;
use crate::connection::{Cluster, Connections};
use crate::event::Hub;
use crate::graph::NodeKind;
use crate::id::{ClusterId, UserId, WorkflowId};
use crate::manifest;
use crate::store::Store;
use crate::supervisor::Supervisor;

/// Watches, statuses and resource records of deployed workflows. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    pub(super) watches: Watches<Publication>,
    pub(super) publication: Publication,
    pub(super) store: Store,
    pub(super) connections: Connections,
    pub(super) supervisor: Supervisor,
    pub(super) clock: Clock,
    pub(super) waking: Waking,
    pub(super) syncs: Syncs,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Live")
    }
}

/// A workflow's name for the records of its objects, and whose eyes they are seen through.
#[derive(Debug, Clone)]
pub struct Deployment<'a> {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its name.
    pub name: &'a str,
    /// Who runs it.
    pub user: UserId,
    /// Where it runs.
    pub cluster: &'a Cluster,
}

impl Live {
    /// Publishes into `store` and to the readers of `hub`; asks the clusters of `connections`.
    pub fn new(
        store: Store,
        hub: Hub,
        clock: Clock,
        connections: Connections,
        supervisor: Supervisor,
    ) -> Self {
        let publication = Publication::new(store.clone(), hub, clock.clone());
        let clusters = Arc::new(Connected { store: store.clone(), connections: connections.clone() });
        let random = Arc::new(rand::random::<f64>);
        let watches =
            Watches::new(clusters, Arc::new(publication.clone()), supervisor.clone(), clock.clone(), random);
        let (waking, syncs) = (Waking::default(), Syncs::default());
        Self { watches, publication, store, connections, supervisor, clock, waking, syncs }
    }

    /// The records of cluster objects.
    pub fn records(&self) -> &Records {
        self.publication.records()
    }

    /// Lets a node follow its object: the status is published once it is known, and on every change.
    pub fn follow(
        &self,
        cluster: ClusterId,
        workflow: WorkflowId,
        node: &str,
        kind: NodeKind,
        object: &manifest::ObjectRef,
    ) {
        self.watches.follow(follower(workflow, node), watched(cluster, kind, object));
    }

    /// Ends what a node follows.
    pub fn stop_node(&self, workflow: WorkflowId, node: &str) {
        self.watches.stop_node(&follower(workflow, node));
    }

    /// Ends what the nodes of a workflow follow.
    pub fn stop_workflow(&self, workflow: WorkflowId) {
        self.watches.stop_workflow(workflow);
    }

    /// Announces what became of an object that its node does not stand for any more; nothing is stored.
    pub fn announce(&self, workflow: WorkflowId, node: &str, status: &NodeStatus) {
        self.publication.announce(workflow, node, status);
    }

    /// Sends the readers of a workflow all its nodes as they are stored: more changed than one status.
    pub async fn announce_all(&self, workflow: WorkflowId) {
        if let Err(error) = self.publication.announce_all(workflow).await {
            tracing::warn!(%workflow, %error, "the nodes of a workflow could not be read for its readers");
        }
    }

    /// Ends everything about a workflow that was deleted: what its nodes follow, and its streams.
    pub fn forget_workflow(&self, workflow: WorkflowId) {
        self.stop_workflow(workflow);
        self.publication.close(workflow, "the workflow was deleted");
    }

    /// What the rules say of an object that was just applied, before anything around it is known.
    pub fn first_status(&self, kind: NodeKind, object: &Value) -> NodeStatus {
        Reading::of(kind.into(), object, self.clock.now()).status(&Around::default())
    }

    /// Stores and announces a status that no watch saw. A store that fails is the log's business: the next status
    /// is stored again.
    pub async fn publish(&self, workflow: WorkflowId, node: &str, status: &NodeStatus) {
        if let Err(error) = self.publication.node(&follower(workflow, node), status).await {
            tracing::warn!(%workflow, node, %error, "a status was not stored");
        }
    }

    /// Brings the record of an applied object up to date, and links it to its workflow.
    pub async fn record_applied(&self, deployment: &Deployment<'_>, object: &Value) {
        let viewer = Viewer {
            user: deployment.user,
            cluster: deployment.cluster.id,
            cluster_name: deployment.cluster.name.clone(),
            namespaces: Vec::new(),
        };
        let link = Link { workflow: deployment.workflow, name: deployment.name.to_owned() };
        // A record is large, and this is awaited deep inside a run.
        if let Err(error) = Box::pin(self.records().applied(&viewer, &link, object)).await {
            tracing::warn!(workflow = %deployment.workflow, %error, "a resource record was not stored");
        }
    }
}

pub(super) fn follower(workflow: WorkflowId, node: &str) -> Follower {
    Follower { workflow, node: node.to_owned() }
}

fn watched(cluster: ClusterId, kind: NodeKind, object: &manifest::ObjectRef) -> ObjectRef {
    ObjectRef {
        cluster,
        rules: kind.into(),
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
    }
}

impl From<NodeKind> for Kind {
    fn from(kind: NodeKind) -> Self {
        match kind {
            NodeKind::Deployment => Self::Deployment,
            NodeKind::Service => Self::Service,
            NodeKind::Ingress => Self::Ingress,
            NodeKind::ConfigMap => Self::ConfigMap,
            NodeKind::Secret => Self::Secret,
            NodeKind::PersistentVolumeClaim => Self::PersistentVolumeClaim,
            NodeKind::StatefulSet => Self::StatefulSet,
            NodeKind::Job => Self::Job,
            NodeKind::CronJob => Self::CronJob,
            NodeKind::DaemonSet => Self::DaemonSet,
            NodeKind::Hpa => Self::HorizontalPodAutoscaler,
            NodeKind::NetworkPolicy => Self::NetworkPolicy,
            NodeKind::Plugin => Self::Plugin,
        }
    }
}

/// The clusters users connected, as watches see them.
struct Connected {
    store: Store,
    connections: Connections,
}

impl Clusters for Connected {
    fn source(&self, cluster: ClusterId) -> BoxFuture<'_, Result<Arc<dyn Source>, Failure>> {
        async move {
            let found = self.store.get::<Cluster>(cluster).await;
            let record = found.map_err(|error| Failure::Other(error.to_string()))?;
            let record = record.ok_or_else(|| Failure::Other("the cluster was removed".to_owned()))?;
            let client =
                self.connections.client(&record).map_err(|error| Failure::Other(error.to_string()))?;
            Ok(Arc::new(client) as Arc<dyn Source>)
        }
        .boxed()
    }
}
