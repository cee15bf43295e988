//! Connected clusters, on an API server played over plain http: who sees what, what is stored, what is told.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use orchcli::clock::{Clock, Time};
use orchcli::cluster::{AuthType, Credentials, Key};
use orchcli::connection::{
    AddCluster, COLLECTIONS, Change, Cluster, ClusterShare, ClusterStatus, Connections, CredentialsChange,
    Error, Found, Ground, LogEntry, Monitor, Policy, Role, UpdateCluster,
};
use orchcli::id::{ShareId, UserId};
use orchcli::outbound::{self, Settings};
use orchcli::store::seal::Sealer;
use orchcli::store::{Filter, Order, Query, Store};
use orchcli::supervisor::Supervisor;
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::matchers::{header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

struct House {
    connections: Connections,
    store: Store,
    clock: Clock,
    owner: UserId,
    dir: TempDir,
}

impl House {
    fn new() -> Self {
        Self::with(true, "key", tempfile::tempdir().unwrap())
    }

    fn with(allow_insecure_tls: bool, key: &str, dir: TempDir) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Clock::manual(Time::from_millis(1_700_000_000_000));
        let store = Store::open(dir.path(), clock.clone(), COLLECTIONS).unwrap();
        let ground = Ground {
            store: store.clone(),
            sealer: Arc::new(Sealer::new(&key.into(), &[]).unwrap()),
            outbound: outbound::Client::new(&Settings::default()).unwrap(),
            clock: clock.clone(),
            supervisor: Supervisor::new(),
        };
        let policy = Policy { allow_insecure_tls, log_ttl: Duration::from_hours(24) };
        Self { connections: Connections::new(ground, policy), store, clock, owner: UserId::new(), dir }
    }

    /// The same house after a restart under another key.
    async fn rekeyed(self, key: &str) -> Self {
        let owner = self.owner;
        self.store.close().await.unwrap();
        let Self { dir, .. } = self;
        Self { owner, ..Self::with(true, key, dir) }
    }

    async fn add(&self, name: &str, server: &str) -> Found {
        self.connections.add(self.owner, request(name, server)).await.unwrap()
    }

    async fn record(&self, found: &Found) -> Cluster {
        self.store.get::<Cluster>(found.cluster.id).await.unwrap().unwrap()
    }

    async fn log(&self, found: &Found) -> Vec<(String, bool, String)> {
        let entries =
            Query::filter(Filter::eq("cluster_id", found.cluster.id)).sort("timestamp", Order::Ascending);
        let entries = self.store.find::<LogEntry>(entries).await.unwrap();
        let word =
            |entry: &LogEntry| serde_json::to_value(entry.action).unwrap().as_str().unwrap().to_owned();
        entries.into_iter().map(|entry| (word(&entry), entry.success, entry.error)).collect()
    }

    async fn share(&self, found: &Found, role: Role, namespaces: &[&str]) -> UserId {
        let user_id = UserId::new();
        let share = ClusterShare {
            id: ShareId::new(),
            cluster_id: found.cluster.id,
            user_id,
            role,
            namespaces: namespaces.iter().map(|&name| name.to_owned()).collect(),
            granted_by: self.owner,
            granted_at: self.clock.now(),
        };
        self.store.insert(&share).await.unwrap();
        user_id
    }
}

fn request(name: &str, server: &str) -> AddCluster {
    AddCluster {
        name: name.to_owned(),
        display_name: String::new(),
        description: String::new(),
        server: server.to_owned(),
        auth_type: AuthType::Token,
        credentials: Credentials {
            secrets: [(Key::Token, "t0ken".into())].into(),
            insecure: true,
            ..Credentials::default()
        },
        single_node: false,
        labels: BTreeMap::new(),
    }
}

fn token(text: &str) -> CredentialsChange {
    CredentialsChange { secrets: [(Key::Token, text.into())].into(), ..CredentialsChange::default() }
}

/// An API server that takes one token.
async fn api_server(accepted: &str) -> MockServer {
    let server = MockServer::start().await;
    accept(&server, accepted).await;
    server
}

async fn accept(server: &MockServer, accepted: &str) {
    let bearer = format!("Bearer {accepted}");
    let answers = [
        ("/version", json!({"gitVersion": "v1.34.0"})),
        (
            "/api/v1/nodes",
            list(&json!([{"metadata": {"name": "n1", "labels": {"kubernetes.io/os": "linux"}},
            "spec": {"providerID": "kind://docker/x"}, "status": {"capacity": {"cpu": "2", "memory": "4Gi"}}}])),
        ),
        (
            "/api/v1/namespaces",
            list(&json!([{"metadata": {"name": "default"}}, {"metadata": {"name": "team"}}])),
        ),
        ("/apis/storage.k8s.io/v1/storageclasses", list(&json!([]))),
        ("/apis/networking.k8s.io/v1/ingressclasses", list(&json!([{"metadata": {"name": "nginx"}}]))),
        ("/apis", json!({"groups": [{"name": "metrics.k8s.io"}]})),
    ];
    for (at, body) in answers {
        let mock = Mock::given(path(at)).and(header("authorization", bearer.as_str()));
        mock.respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(server).await;
    }
    let refusal = json!({"kind": "Status", "message": "who is Bearer t0ken?", "code": 401});
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(401).set_body_json(refusal))
        .with_priority(10)
        .mount(server)
        .await;
}

fn list(items: &Value) -> Value {
    json!({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": items})
}

#[tokio::test]
async fn an_added_cluster_is_tested_and_described() {
    let (house, server) = (House::new(), api_server("t0ken").await);
    let found = house.add("dev", &server.uri()).await;
    assert_eq!((found.cluster.status, found.role), (ClusterStatus::Connected, Role::Owner));
    let metadata = &found.cluster.metadata;
    assert_eq!((metadata.version.as_str(), metadata.provider.as_str()), ("v1.34.0", "kind"));
    assert_eq!((metadata.cpu_capacity.as_str(), metadata.memory_capacity.as_str()), ("2", "4Gi"));
    assert_eq!(metadata.capabilities, ["ingress", "metrics-server"]);
    assert_eq!(house.log(&found).await, [("cluster_added".to_owned(), true, String::new())]);
}

#[tokio::test]
async fn a_failed_test_still_adds_the_cluster_and_says_why() {
    let (house, server) = (House::new(), api_server("other").await);
    let refused = house.add("refused", &server.uri()).await;
    assert_eq!(refused.cluster.status, ClusterStatus::Error);
    let log = house.log(&refused).await;
    assert_eq!((log[0].0.as_str(), log[0].1), ("cluster_added", false));
    assert!(log[0].2.contains("who is Bearer ***"), "{log:?}");

    let unreachable = house.add("unreachable", "http://127.0.0.1:1").await;
    assert_eq!(unreachable.cluster.status, ClusterStatus::Disconnected);
}

#[tokio::test]
async fn nothing_secret_is_stored_in_the_clear() {
    let house = House::new();
    house.add("dev", "http://127.0.0.1:1").await;
    house.store.close().await.unwrap();
    let stored = std::fs::read(house.dir.path().join("orchcli.db")).unwrap();
    assert!(!stored.windows(5).any(|window| window == b"t0ken"));
}

#[tokio::test]
async fn a_name_is_taken_once_also_by_what_is_shared() {
    let (house, other) = (House::new(), UserId::new());
    let found = house.add("dev", "http://127.0.0.1:1").await;
    let again = house.connections.add(house.owner, request("dev", "http://127.0.0.1:1")).await;
    assert!(matches!(again.unwrap_err(), Error::NameTaken { .. }));
    house.connections.add(other, request("dev", "http://127.0.0.1:1")).await.unwrap();
    let guest = house.share(&found, Role::Viewer, &[]).await;
    let shared = house.connections.add(guest, request("dev", "http://127.0.0.1:1")).await;
    assert!(matches!(shared.unwrap_err(), Error::NameTaken { .. }));
}

#[tokio::test]
async fn skipping_tls_verification_is_the_administrators_decision() {
    let house = House::with(false, "key", tempfile::tempdir().unwrap());
    let refused = house.connections.add(house.owner, request("dev", "http://127.0.0.1:1")).await;
    assert!(matches!(refused.unwrap_err(), Error::InsecureTls));

    let kubeconfig = "{current-context: c, clusters: [{name: k, cluster: {server: 'https://127.0.0.1:1', \
        insecure-skip-tls-verify: true}}], users: [{name: u, user: {token: t}}], \
        contexts: [{name: c, context: {cluster: k, user: u}}]}";
    let credentials =
        Credentials { secrets: [(Key::Kubeconfig, kubeconfig.into())].into(), ..Credentials::default() };
    let by_file = AddCluster { auth_type: AuthType::Kubeconfig, credentials, ..request("dev", "") };
    assert!(matches!(house.connections.add(house.owner, by_file).await.unwrap_err(), Error::InsecureTls));
}

#[tokio::test]
async fn own_clusters_come_before_shared_ones_and_strangers_see_none() {
    let house = House::new();
    let shared = house.add("dev", "http://127.0.0.1:1").await;
    let guest = house.share(&shared, Role::Editor, &["team"]).await;
    let found = house.connections.find_for(guest, "dev").await.unwrap();
    assert_eq!((found.role, found.cluster.id), (Role::Editor, shared.cluster.id));
    assert!(found.sees_namespace("team") && !found.sees_namespace("default"));
    assert_eq!(house.connections.list(guest).await.unwrap().len(), 1);

    let stranger = UserId::new();
    assert!(matches!(house.connections.find_for(stranger, "dev").await.unwrap_err(), Error::NotFound { .. }));
    assert!(house.connections.list(stranger).await.unwrap().is_empty());
    assert!(house.connections.find_by_id(stranger, shared.cluster.id).await.unwrap().is_none());
}

#[tokio::test]
async fn the_default_is_each_users_own() {
    let house = House::new();
    let found = house.add("dev", "http://127.0.0.1:1").await;
    let guest = house.share(&found, Role::Viewer, &[]).await;
    assert!(matches!(house.connections.get_default(house.owner).await.unwrap_err(), Error::NoDefault));
    house.connections.set_default(guest, &found).await.unwrap();
    house.connections.set_default(guest, &found).await.unwrap();
    assert_eq!(house.connections.default_id(guest).await.unwrap(), Some(found.cluster.id));
    assert_eq!(house.connections.default_id(house.owner).await.unwrap(), None);
}

#[tokio::test]
async fn words_change_without_a_connection() {
    let house = House::new();
    let found = house.add("dev", "http://127.0.0.1:1").await;
    let update = UpdateCluster {
        description: Some("ours".into()),
        labels: Some([("team".to_owned(), "a".to_owned())].into()),
        credentials: Some(CredentialsChange { namespace: Some("team".into()), ..token("") }),
        ..UpdateCluster::default()
    };
    let updated = house.connections.update(house.owner, &found, update).await.unwrap().cluster;
    assert_eq!((updated.description.as_str(), updated.credentials.default_namespace()), ("ours", "team"));
    assert_eq!((updated.labels["team"].as_str(), updated.status), ("a", ClusterStatus::Disconnected));
}

#[tokio::test]
async fn a_new_connection_is_saved_only_when_it_works() {
    let (house, server) = (House::new(), api_server("new").await);
    let found = house.add("dev", "http://127.0.0.1:1").await;
    let moved = UpdateCluster { server: Some(server.uri()), ..UpdateCluster::default() };
    let error = house.connections.update(house.owner, &found, moved.clone()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    assert_eq!(house.record(&found).await.server, "http://127.0.0.1:1");

    let mut changes = house.connections.subscribe();
    let with_token = UpdateCluster { credentials: Some(token("new")), ..moved };
    let updated = house.connections.update(house.owner, &found, with_token).await.unwrap().cluster;
    assert_eq!((updated.server, updated.status), (server.uri(), ClusterStatus::Connected));
    assert_eq!(changes.recv().await.unwrap(), Change::Reconnected { cluster: found.cluster.id });
    let log = house.log(&found).await;
    assert_eq!(log.iter().map(|(_, success, _)| *success).collect::<Vec<_>>(), [false, false, true]);
}

#[tokio::test]
async fn another_auth_type_asks_for_its_own_keys() {
    let house = House::new();
    let found = house.add("dev", "http://127.0.0.1:1").await;
    let update = UpdateCluster { auth_type: Some(AuthType::Certificate), ..UpdateCluster::default() };
    let Error::Invalid(invalid) = house.connections.update(house.owner, &found, update).await.unwrap_err()
    else {
        panic!("not refused")
    };
    assert_eq!(invalid.key, "clientCertData");
}

#[tokio::test]
async fn replaced_credentials_reach_the_next_client() {
    let (house, server) = (House::new(), api_server("new").await);
    let found = house.add("dev", &server.uri()).await;
    assert_eq!(found.cluster.status, ClusterStatus::Error);
    let wrong = house.connections.replace_credentials(house.owner, &found, token("wrong")).await;
    assert!(matches!(wrong.unwrap_err(), Error::Unavailable { .. }));
    let cluster = house.connections.replace_credentials(house.owner, &found, token("new")).await.unwrap();
    assert_eq!(cluster.status, ClusterStatus::Connected);
    assert!(cluster.credentials.is_insecure(), "what is absent keeps its value");
    house.connections.test(house.owner, &cluster).await.unwrap();
}

#[tokio::test]
async fn rights_are_kept() {
    let house = House::new();
    let found = house.add("dev", "http://127.0.0.1:1").await;
    for (role, may_remove) in [(Role::Viewer, false), (Role::Editor, false), (Role::Admin, true)] {
        let user = house.share(&found, role, &[]).await;
        let seen = house.connections.find_for(user, "dev").await.unwrap();
        let update = house.connections.update(user, &seen, UpdateCluster::default()).await;
        assert!(matches!(update.unwrap_err(), Error::NotAllowed { .. }), "{role:?}");
        let replaced = house.connections.replace_credentials(user, &seen, token("x")).await;
        assert!(matches!(replaced.unwrap_err(), Error::NotAllowed { .. }), "{role:?}");
        assert_eq!(house.connections.remove(user, &seen).await.is_ok(), may_remove, "{role:?}");
    }
}

#[tokio::test]
async fn a_removed_cluster_leaves_nothing_behind() {
    let house = House::new();
    let found = house.add("dev", "http://127.0.0.1:1").await;
    let guest = house.share(&found, Role::Viewer, &[]).await;
    house.connections.set_default(guest, &found).await.unwrap();
    let mut changes = house.connections.subscribe();
    house.connections.remove(house.owner, &found).await.unwrap();
    let removed = Change::Removed { cluster: found.cluster.id, owner: house.owner };
    assert_eq!(changes.recv().await.unwrap(), removed);
    assert_eq!(house.store.count::<ClusterShare>(Filter::all()).await.unwrap(), 0);
    assert_eq!(house.store.count::<LogEntry>(Filter::all()).await.unwrap(), 0);
    assert_eq!(house.connections.default_id(guest).await.unwrap(), None);
}

#[tokio::test]
async fn one_failure_does_not_end_connected_and_two_do() {
    let (house, server) = (House::new(), api_server("t0ken").await);
    let found = house.add("dev", &server.uri()).await;
    let monitor = Monitor::new(house.connections.clone());
    let mut changes = house.connections.subscribe();
    server.reset().await;
    Mock::given(path("/version")).respond_with(ResponseTemplate::new(503)).mount(&server).await;

    house.clock.advance(Duration::from_mins(1));
    monitor.round().await.unwrap();
    let record = house.record(&found).await;
    assert_eq!((record.status, record.last_check), (ClusterStatus::Connected, house.clock.now()));
    assert!(changes.try_recv().is_err());

    house.clock.advance(Duration::from_mins(1));
    monitor.round().await.unwrap();
    assert_eq!(house.record(&found).await.status, ClusterStatus::Disconnected);
    let Change::Status { old, new, .. } = changes.try_recv().unwrap() else { panic!("no change of status") };
    assert_eq!((old, new), (ClusterStatus::Connected, ClusterStatus::Disconnected));

    server.reset().await;
    accept(&server, "t0ken").await;
    house.clock.advance(Duration::from_mins(1));
    monitor.round().await.unwrap();
    assert_eq!(house.record(&found).await.status, ClusterStatus::Connected);
    let checks: Vec<_> =
        house.log(&found).await.into_iter().filter(|(action, ..)| action == "health_check").collect();
    assert_eq!(checks.iter().map(|(_, success, _)| *success).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn a_cluster_that_was_just_checked_is_left_alone() {
    let (house, server) = (House::new(), api_server("t0ken").await);
    house.add("dev", &server.uri()).await;
    let asked = server.received_requests().await.unwrap().len();
    house.clock.advance(Duration::from_secs(29));
    Monitor::new(house.connections.clone()).round().await.unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), asked);
}

#[tokio::test]
async fn old_log_entries_are_swept() {
    let house = House::new();
    let found = house.add("dev", "http://127.0.0.1:1").await;
    house.clock.advance(Duration::from_hours(24));
    Monitor::new(house.connections.clone()).round().await.unwrap();
    assert!(house.log(&found).await.iter().all(|(action, ..)| action != "cluster_added"));
}

#[tokio::test]
async fn credentials_of_another_key_are_an_error_of_that_cluster_alone() {
    let server = api_server("t0ken").await;
    let house = House::new();
    let lost = house.add("lost", &server.uri()).await;
    let house = house.rekeyed("another key").await;
    let kept = house.add("kept", &server.uri()).await;
    house.clock.advance(Duration::from_mins(1));
    let monitor = Monitor::new(house.connections.clone());
    monitor.round().await.unwrap();
    house.clock.advance(Duration::from_mins(1));
    monitor.round().await.unwrap();
    assert_eq!(house.record(&lost).await.status, ClusterStatus::Error);
    assert_eq!(house.record(&kept).await.status, ClusterStatus::Connected);
    assert!(house.log(&lost).await.last().unwrap().2.contains("ENCRYPTION_KEY"));

    let lost = house.connections.find_for(house.owner, "lost").await.unwrap();
    let update = UpdateCluster { credentials: Some(token("t0ken")), ..UpdateCluster::default() };
    let updated = house.connections.update(house.owner, &lost, update).await.unwrap();
    assert_eq!(updated.cluster.status, ClusterStatus::Connected);
}
