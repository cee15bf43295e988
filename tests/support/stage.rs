//! A server with a signed-in user, the real cluster, and a namespace there: what a test of deploying plays on.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::unwrap_used, reason = "a broken stage fails the test")]

use std::collections::BTreeMap;
use std::time::Duration;

use orchcli::cluster::{Apply, Client, Patch, Precondition, Selector};
use orchcli::settings::Settings;
use orchcli::store::{Document, Store};
use serde_json::{Value, json};

use crate::bed::Bed;
use crate::drawing::{errors, merge, resource, server_pod};
use crate::support::stream::EventStream;
use crate::support::{Answer, TestServer, User};

/// How long anything on the cluster may take.
const PATIENCE: Duration = Duration::from_mins(3);

pub struct Stage {
    pub server: TestServer,
    pub user: User,
    pub bed: Bed,
    /// Straight to the API server, with all rights.
    pub client: Client,
    pub namespace: String,
}

impl Stage {
    /// With the bed as cluster `bed`, and a fresh namespace `deploy-<theme>-…`.
    pub async fn new(theme: &str) -> Self {
        let stage = Self::bare(theme).await;
        stage.add_cluster("bed", "kubeconfig", json!({"kubeconfig": stage.bed.kubeconfig})).await;
        stage
    }

    /// Without a cluster.
    pub async fn bare(theme: &str) -> Self {
        let bed = Bed::new();
        let server = TestServer::start_with(at_home(&bed)).await;
        let (user, client) = (server.admin().await, bed.admin());
        let namespace = format!("deploy-{theme}-{:06x}", rand::random::<u32>() & 0xff_ffff);
        let stage = Self { server, user, bed, client, namespace };
        stage.make_namespace(&stage.namespace).await;
        stage
    }

    pub async fn make_namespace(&self, name: &str) {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        self.client.create(&resource("Namespace"), None, &object, false).await.unwrap();
    }

    /// Adds the bed under a name; its credentials must let the server in.
    pub async fn add_cluster(&self, name: &str, auth_type: &str, credentials: Value) {
        let body = json!({"name": name, "server": self.bed.server(), "authType": auth_type, "credentials": credentials});
        self.server.post("/v1/api/clusters", &self.user, body).await.expect(201);
        eventually(&format!("cluster {name} connects"), async || {
            let path = format!("/v1/api/clusters/{name}/test");
            self.server.post(&path, &self.user, json!({})).await.status == 200
        })
        .await;
    }

    /// The same stage after its server was stopped, `documents` were put into its store, and it was started again.
    pub async fn holding<D: Document>(self, documents: &[D]) -> Self {
        let Self { server, user, bed, client, namespace } = self;
        let insert = async |store: &Store| {
            for document in documents {
                store.insert(document).await.unwrap();
            }
        };
        let server = server.after_with(&[D::COLLECTION], insert, at_home(&bed)).await;
        Self { server, user, bed, client, namespace }
    }

    /// The same stage, played by another user of the server.
    pub fn played_by(self, user: User) -> Self {
        Self { user, ..self }
    }

    /// A node in the namespace of this stage; its name is its id unless `data` says otherwise.
    pub fn node(&self, id: &str, kind: &str, data: Value) -> Value {
        let mut node = json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
            "data": {"name": id, "namespace": self.namespace}});
        merge(&mut node["data"], data);
        node
    }

    /// A deployment that serves port 8080.
    pub fn web(&self, id: &str, data: Value) -> Value {
        let mut web = self.node(id, "deployment", server_pod(8080));
        merge(&mut web["data"], data);
        web
    }

    /// A published workflow of this graph, on cluster `bed`.
    pub async fn workflow(&self, graph: &Value) -> String {
        self.workflow_on("bed", graph).await
    }

    pub async fn workflow_on(&self, cluster: &str, graph: &Value) -> String {
        let body = json!({"name": format!("shop on {cluster}"), "cluster_id": cluster});
        let made = self.server.post("/v1/api/workflows", &self.user, body).await.expect(201);
        let id = made["id"].as_str().unwrap().to_owned();
        self.save(&id, graph).await;
        self.set_status(&id, json!({"status": "published"})).await;
        id
    }

    pub async fn save(&self, id: &str, graph: &Value) {
        let path = format!("/v1/api/workflows/{id}/save");
        self.server.post(&path, &self.user, graph.clone()).await.expect(200);
    }

    /// The answer's `warning` comes back.
    pub async fn set_status(&self, id: &str, body: Value) -> Option<String> {
        let path = format!("/v1/api/workflows/{id}/status");
        let answer = self.server.put(&path, &self.user, body).await.expect(200);
        answer["warning"].as_str().map(str::to_owned)
    }

    pub async fn ask(&self, id: &str, verb: &str, trigger_data: Value) -> Answer {
        let path = format!("/v1/api/workflows/{id}/{verb}");
        self.server.post(&path, &self.user, json!({"trigger_data": trigger_data})).await
    }

    /// A run that must end well.
    pub async fn run(&self, id: &str, trigger_data: Value) -> Value {
        let answer = self.ask(id, "run", trigger_data).await.expect(200);
        assert_eq!(answer["status"], "completed", "{answer:#}");
        answer
    }

    /// A run that must be refused before anything is applied; its findings that are errors, as (node, code).
    pub async fn refused(&self, id: &str, trigger_data: Value) -> (Vec<(String, String)>, String) {
        let answer = self.ask(id, "run", trigger_data).await;
        let text = answer.text.clone();
        answer.refused(422, "run_refused");
        let body: Value = serde_json::from_str(&text).unwrap();
        (errors(&body), text)
    }

    pub async fn plan(&self, id: &str, trigger_data: Value) -> Value {
        self.ask(id, "plan", trigger_data).await.expect(200)
    }

    pub async fn document(&self, id: &str) -> Value {
        self.server.get(&format!("/v1/api/workflows/{id}"), &self.user).await.expect(200)
    }

    /// The newest run's record.
    pub async fn last_run(&self, id: &str) -> Value {
        let path = format!("/v1/api/workflows/{id}/runs?limit=1");
        self.server.get(&path, &self.user).await.expect(200)["runs"][0].clone()
    }

    /// The stored status of a node; null while there is none.
    pub async fn status(&self, id: &str, node: &str) -> Value {
        let document = self.document(id).await;
        let nodes = document["nodes"].as_array().unwrap();
        nodes
            .iter()
            .find(|found| found["id"] == node)
            .map_or(Value::Null, |node| node["data"]["_status"].clone())
    }

    /// The stream of a workflow, its snapshot read.
    pub async fn stream(&self, id: &str) -> EventStream {
        let mut stream =
            self.server.open_stream(&format!("/v1/api/workflows/{id}/status/stream"), &self.user).await;
        stream.expect("metadata").await;
        stream
    }

    /// Waits until a node has one of these states, and gives its status.
    pub async fn until_state(&self, id: &str, node: &str, states: &[&str]) -> Value {
        let mut seen = Value::Null;
        eventually(&format!("{node} is {states:?}"), async || {
            seen = self.status(id, node).await;
            seen["state"].as_str().is_some_and(|state| states.contains(&state))
        })
        .await;
        seen
    }

    pub async fn live(&self, kind: &str, name: &str) -> Option<Value> {
        self.client.find(&resource(kind), Some(&self.namespace), name).await.unwrap()
    }

    /// An object that must be there.
    pub async fn found(&self, kind: &str, name: &str) -> Value {
        self.live(kind, name).await.unwrap_or_else(|| panic!("there is no {kind} {name}"))
    }

    pub async fn create(&self, object: &Value) -> Value {
        let kind = object["kind"].as_str().unwrap();
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or(&self.namespace);
        self.client.create(&resource(kind), Some(namespace), object, false).await.unwrap()
    }

    pub async fn patch(&self, kind: &str, name: &str, change: Value) -> Value {
        let change = Patch::Merge(change);
        self.client.patch(&resource(kind), Some(&self.namespace), name, &change, false).await.unwrap()
    }

    /// Plays a controller the bed does not have: a JSON patch of the status.
    pub async fn patch_status(&self, kind: &str, name: &str, operations: Value) {
        let what = resource(kind);
        let path =
            format!("/apis/{}/namespaces/{}/{}/{name}/status", what.api_version, self.namespace, what.plural);
        let request = http::Request::patch(path)
            .header("content-type", "application/json-patch+json")
            .body(operations.to_string().into_bytes())
            .unwrap();
        self.client.kube().request::<Value>(request).await.unwrap();
    }

    /// What the pod of an app answers to a GET; the test reaches pods directly.
    pub async fn http_status(&self, app: &str, port: u16) -> u16 {
        let selector = Selector::labels(format!("app={app}"));
        let pods = self.client.list(&resource("Pod"), Some(&self.namespace), &selector).await.unwrap().items;
        let address =
            pods.iter().find_map(|pod| pod["status"]["podIP"].as_str()).expect("a pod with an address");
        reqwest::get(format!("http://{address}:{port}/")).await.expect("an answer").status().as_u16()
    }

    pub async fn delete(&self, kind: &str, name: &str) {
        let what = resource(kind);
        self.client.delete(&what, Some(&self.namespace), name, Precondition::None).await.unwrap();
    }

    /// Applies as another tool would.
    pub async fn apply_as(&self, manager: &str, object: &Value) -> Value {
        let how = Apply { manager, force: true, dry_run: false };
        let (kind, name) = (object["kind"].as_str().unwrap(), object["metadata"]["name"].as_str().unwrap());
        self.client.apply(&resource(kind), Some(&self.namespace), name, object, how).await.unwrap()
    }

    pub async fn until_gone(&self, kind: &str, name: &str) {
        eventually(&format!("{kind} {name} is gone"), async || self.live(kind, name).await.is_none()).await;
    }

    /// Deletes the namespace, and gives the bed's volumes back.
    pub async fn clear(self) {
        self.remove_namespace(&self.namespace).await;
        for volume in ["disk-1", "disk-2"] {
            let volumes = resource("PersistentVolume");
            eventually(&format!("{volume} is free"), async || {
                let found = self.client.get(&volumes, None, volume).await.unwrap();
                if found["status"]["phase"] == "Released" {
                    let unclaimed = Patch::Merge(json!({"spec": {"claimRef": null}}));
                    self.client.patch(&volumes, None, volume, &unclaimed, false).await.unwrap();
                }
                found["status"]["phase"] == "Available"
            })
            .await;
        }
        self.server.stop().await;
    }

    pub async fn remove_namespace(&self, name: &str) {
        self.client.delete(&resource("Namespace"), None, name, Precondition::None).await.unwrap();
        // Its pods ignore the polite signal; nobody waits for that.
        eventually(&format!("namespace {name} is gone"), async || {
            let path = format!("/api/v1/namespaces/{name}/pods?gracePeriodSeconds=0");
            let kill = http::Request::delete(path).body(Vec::new()).unwrap();
            let _ = self.client.kube().request::<Value>(kill).await;
            self.client.find(&resource("Namespace"), None, name).await.unwrap().is_none()
        })
        .await;
    }
}

/// The test's identity provider is at home on the bed, and signed by its authority.
fn at_home(bed: &Bed) -> impl FnOnce(&mut Settings) + use<> {
    let authority = bed.dir.join("pki/ca.crt");
    move |settings| {
        settings.outbound_allow = vec!["127.0.0.1".parse().unwrap()];
        settings.outbound_ca_file = Some(authority);
    }
}

/// Reads a stream until every node was seen in one of its states, and gives the last status of each.
pub async fn until_all(stream: &mut EventStream, states: &[(&str, &[&str])]) -> BTreeMap<String, Value> {
    let mut last: BTreeMap<String, Value> = BTreeMap::new();
    let is = |last: &BTreeMap<String, Value>, node: &str, states: &[&str]| {
        last.get(node)
            .and_then(|status| status["state"].as_str())
            .is_some_and(|state| states.contains(&state))
    };
    let read = async {
        while !states.iter().all(|(node, states)| is(&last, node, states)) {
            let event = stream.next().await.expect("the stream stays open");
            if event.name == "node_update" {
                let update = &event.data["data"];
                last.insert(update["node_id"].as_str().unwrap().to_owned(), update["status"].clone());
            }
        }
    };
    let came = tokio::time::timeout(PATIENCE, read).await.is_ok();
    assert!(came, "in {PATIENCE:?} not every node reached its state: {last:#?}");
    last
}

/// Asks again and again until the answer is yes.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, wait).await.is_ok(),
        "in {PATIENCE:?} it did not come about: {what}"
    );
}
