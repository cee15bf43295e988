//! Documents put into the store of a server that is not running, where no route makes them.

use orchcli::clock::Clock;
use orchcli::connection::{self, ClusterShare};
use orchcli::id::WorkflowId;
use orchcli::store::Store;
use orchcli::workflow::{self, Run, Workflow};
use serde_json::{Value, json};

use super::{TestServer, User};

/// What is put into the store.
#[derive(Default)]
pub struct Planted {
    workflows: Vec<Workflow>,
    runs: Vec<Run>,
    shares: Vec<ClusterShare>,
}

/// A published workflow of `user` on the cluster `dev`, with other members changed.
pub fn workflow(user: &User, change: Value) -> Workflow {
    let mut document = json!({
        "_id": WorkflowId::new(), "name": "shop", "cluster_id": "dev", "status": "published", "current_version": 1,
        "owner_id": user.id, "created_at": Clock::system().now(), "updated_at": Clock::system().now(),
        "nodes": [], "edges": [],
    });
    let (Value::Object(all), Value::Object(change)) = (&mut document, change) else { panic!("an object") };
    all.extend(change);
    serde_json::from_value(document).expect("a workflow")
}

impl Planted {
    #[must_use]
    pub fn workflow(mut self, workflow: Workflow) -> Self {
        self.workflows.push(workflow);
        self
    }

    #[must_use]
    pub fn run(mut self, run: Run) -> Self {
        self.runs.push(run);
        self
    }

    #[must_use]
    pub fn share(mut self, share: ClusterShare) -> Self {
        self.shares.push(share);
        self
    }

    /// Stops the server, puts everything into its store, and starts it again.
    pub async fn into_server(self, server: TestServer) -> TestServer {
        let data = server.stop().await;
        let collections = [workflow::COLLECTIONS, connection::COLLECTIONS].concat();
        let store = Store::open(data.path(), Clock::system(), &collections).expect("the store");
        for workflow in &self.workflows {
            store.insert(workflow).await.expect("stored");
        }
        for run in &self.runs {
            store.insert(run).await.expect("stored");
        }
        for share in &self.shares {
            store.insert(share).await.expect("stored");
        }
        store.close().await.expect("closed");
        drop(store);
        TestServer::start_in(data, |_| ()).await
    }
}
