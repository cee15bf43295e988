//! Live status from a real cluster: what a deployment goes through is what its node says.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{self, BoxFuture};
use orchcli::clock::Clock;
use orchcli::cluster::{self, AuthType, Credentials, Doors, Endpoint, Key, Precondition, Resource};
use orchcli::id::{ClusterId, WorkflowId};
use orchcli::live::ObjectRef;
use orchcli::live::resource::Sight;
use orchcli::live::status::{Kind, NodeStatus};
use orchcli::live::watch::{Clusters, Failure, Follower, Publish, Source, Watches};
use orchcli::outbound;
use orchcli::supervisor::Supervisor;
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long anything on the cluster may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A way to the API server that can be cut and opened again, as if the server were stopped and started.
struct Road {
    port: u16,
    server: String,
    traffic: Option<tokio::task::JoinHandle<()>>,
}

impl Road {
    async fn open(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let mut road = Self { port, server: server.to_owned(), traffic: None };
        road.serve(listener);
        road
    }

    fn serve(&mut self, listener: TcpListener) {
        let server = self.server.clone();
        self.traffic = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(server).await {
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        }));
    }

    /// Ends every connection and takes no new ones.
    async fn cut(&mut self) {
        let traffic = self.traffic.take().expect("the road is open");
        traffic.abort();
        let _ = traffic.await;
    }

    async fn mend(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("the same port");
        self.serve(listener);
    }
}

/// One cluster, reached over a road.
struct OneCluster(cluster::Client);

impl Clusters for OneCluster {
    fn source(&self, _cluster: ClusterId) -> BoxFuture<'_, Result<Arc<dyn Source>, Failure>> {
        let source: Arc<dyn Source> = Arc::new(self.0.clone());
        future::ready(Ok(source)).boxed()
    }
}

/// Says what is published.
struct Teller(mpsc::UnboundedSender<Value>);

impl Publish for Teller {
    type Error = String;

    fn publish<'a>(
        &'a self,
        _node: &'a Follower,
        status: &'a NodeStatus,
    ) -> BoxFuture<'a, Result<(), String>> {
        self.0.send(serde_json::to_value(status).expect("JSON")).expect("the test listens");
        future::ready(Ok(())).boxed()
    }

    fn record<'a>(&'a self, _: &'a ObjectRef, _: Option<&'a Sight>) -> BoxFuture<'a, Result<(), String>> {
        future::ready(Ok(())).boxed()
    }
}

struct Bed {
    road: Road,
    /// Straight to the API server.
    client: cluster::Client,
    namespace: String,
    watches: Watches<Teller>,
    published: mpsc::UnboundedReceiver<Value>,
}

fn client(kubeconfig: String) -> cluster::Client {
    let credentials = Credentials {
        secrets: BTreeMap::from([(Key::Kubeconfig, kubeconfig.into())]),
        ..Credentials::default()
    };
    let endpoint = Endpoint::resolve(AuthType::Kubeconfig, "", &credentials).expect("a kubeconfig");
    let settings = outbound::Settings { allow: Vec::new(), ca_file: None };
    let doors = Doors {
        outbound: outbound::Client::new(&settings).expect("an HTTP client"),
        clock: Clock::system(),
        keep_refresh_token: Arc::new(|_| future::ready(()).boxed()),
    };
    cluster::connect(endpoint, &doors).expect("a client")
}

impl Bed {
    async fn connect() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let path = std::env::var("ORCHCLI_TESTBED_KUBECONFIG").expect(
            "this test needs the test bed: run tests/run.sh, which starts it and sets ORCHCLI_TESTBED_KUBECONFIG",
        );
        let kubeconfig = std::fs::read_to_string(path).expect("the test bed's kubeconfig");
        let server = kubeconfig.split("https://").nth(1).and_then(|rest| rest.split(['"', '\n', ',']).next());
        let server = server.expect("a server in the kubeconfig").to_owned();
        let road = Road::open(&server).await;
        let over_the_road = kubeconfig.replace(&server, &format!("127.0.0.1:{}", road.port));
        let client = self::client(kubeconfig);
        let namespace = format!("status-{}", &WorkflowId::new().to_string()[14..]);
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        client
            .create(&Resource::known("v1", "Namespace", "namespaces", false), None, &object, false)
            .await
            .expect("a namespace");
        let (teller, published) = mpsc::unbounded_channel();
        let watches = Watches::new(
            Arc::new(OneCluster(self::client(over_the_road))),
            Arc::new(Teller(teller)),
            Supervisor::new(),
            Clock::system(),
            Arc::new(|| 0.0),
        );
        Self { road, client, namespace, watches, published }
    }

    async fn create(&self, image: &str, replicas: u32) {
        let object = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"terminationGracePeriodSeconds": 0, "containers": [{
                        "name": "web", "image": image, "imagePullPolicy": "IfNotPresent",
                        "command": ["/bin/busybox", "sleep", "3600"],
                    }]},
                },
            },
        });
        self.client
            .create(&deployments(), Some(&self.namespace), &object, false)
            .await
            .expect("a deployment");
    }

    async fn scale(&self, replicas: u32) {
        let change = cluster::Patch::Merge(json!({"spec": {"replicas": replicas}}));
        self.client
            .patch(&deployments(), Some(&self.namespace), "web", &change, false)
            .await
            .expect("scaled");
    }

    fn follow(&self) {
        let object = ObjectRef {
            cluster: ClusterId::new(),
            rules: Kind::Deployment,
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some(self.namespace.clone()),
            name: "web".to_owned(),
        };
        self.watches.follow(Follower { workflow: WorkflowId::new(), node: "node-1".to_owned() }, object);
    }

    /// Reads statuses until one is what the caller waits for; returns all of them.
    async fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut seen = Vec::new();
        let read = async {
            loop {
                let status = self.published.recv().await.expect("the watches run");
                let done = wanted(&status);
                seen.push(status);
                if done {
                    return;
                }
            }
        };
        let came = timeout(PATIENCE, read).await.is_ok();
        assert!(came, "{what} did not come about in {PATIENCE:?}: {seen:#?}");
        seen
    }

    async fn clear(self) {
        let namespaces = Resource::known("v1", "Namespace", "namespaces", false);
        self.client.delete(&namespaces, None, &self.namespace, Precondition::None).await.expect("deleted");
    }
}

fn deployments() -> Resource {
    Resource::known("apps/v1", "Deployment", "deployments", true)
}

#[tokio::test]
async fn a_deployment_goes_from_partial_to_healthy_and_is_missed_when_it_is_deleted() {
    let mut bed = Bed::connect().await;
    bed.create("testbed/busybox:1", 2).await;
    bed.follow();
    let seen = bed.until("healthy", |status| status["state"] == "healthy").await;
    assert_eq!(seen[0]["state"], "partial", "{seen:#?}");
    let healthy =
        json!({"state": "healthy", "message": "All 2 pods ready", "replicas": 2, "readyReplicas": 2});
    assert_eq!(seen.last(), Some(&healthy));

    bed.scale(0).await;
    let scaled = bed.until("scaled to zero", |status| status["message"] == "Scaled to 0").await;
    assert_eq!(scaled.last().unwrap()["state"], "healthy");

    let deployment = bed.client.delete(&deployments(), Some(&bed.namespace), "web", Precondition::None).await;
    deployment.expect("deleted");
    let missed = bed.until("deleted", |status| status["state"] == "error").await;
    assert_eq!(missed.last().unwrap()["message"], "Deployment no longer exists in the cluster");

    bed.create("testbed/busybox:1", 1).await;
    bed.until("healthy again", |status| status["message"] == "All 1 pods ready").await;
    bed.clear().await;
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_is_an_error_with_its_reason() {
    let mut bed = Bed::connect().await;
    bed.create("127.0.0.1:1/no/such/image:1", 1).await;
    bed.follow();
    let seen = bed.until("an error", |status| status["state"] == "error").await;
    let message = seen.last().unwrap()["message"].as_str().unwrap();
    assert!(message.starts_with("ErrImagePull: ") || message.starts_with("ImagePullBackOff: "), "{message}");
    bed.clear().await;
}

#[tokio::test]
async fn a_status_missed_while_the_api_server_was_gone_arrives_when_it_is_back() {
    let mut bed = Bed::connect().await;
    bed.create("testbed/busybox:1", 1).await;
    bed.follow();
    bed.until("healthy", |status| status["message"] == "All 1 pods ready").await;

    bed.road.cut().await;
    bed.scale(0).await;
    sleep(Duration::from_secs(2)).await;
    assert!(bed.published.is_empty(), "nobody can know yet");
    bed.road.mend().await;
    bed.until("the missed status", |status| status["message"] == "Scaled to 0").await;
    bed.clear().await;
}
