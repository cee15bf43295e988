//! Connected clusters on a real one: what only a real API server and a real identity provider show.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/bed.rs"]
mod bed;
#[path = "support/issuer.rs"]
mod issuer;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bed::{Bed, credentials};
use issuer::Issuer;
use orchcli::clock::Clock;
use orchcli::cluster::{AuthType, Client, Credentials, Error, Key, Patch, Precondition, Resource};
use orchcli::connection::{
    AddCluster, COLLECTIONS, ClusterStatus, Connections, Found, Ground, Policy, UpdateCluster,
};
use orchcli::id::UserId;
use orchcli::store::Store;
use orchcli::store::seal::Sealer;
use orchcli::supervisor::Supervisor;
use serde_json::{Value, json};

const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

struct House {
    connections: Connections,
    store: Store,
    owner: UserId,
    dir: tempfile::TempDir,
}

impl House {
    fn new(bed: &Bed) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Clock::system(), COLLECTIONS).unwrap();
        Self { connections: connections(bed, &store), store, owner: UserId::new(), dir }
    }

    async fn add(&self, bed: &Bed, auth_type: AuthType, credentials: Credentials) -> Found {
        let request = AddCluster {
            name: "bed".to_owned(),
            display_name: String::new(),
            description: String::new(),
            server: bed.server(),
            auth_type,
            credentials,
            single_node: false,
            labels: BTreeMap::new(),
        };
        self.connections.add(self.owner, request).await.unwrap()
    }
}

fn connections(bed: &Bed, store: &Store) -> Connections {
    let ground = Ground {
        store: store.clone(),
        sealer: Arc::new(Sealer::new(&"key".into(), &[]).unwrap()),
        outbound: bed.doors().outbound,
        clock: Clock::system(),
        supervisor: Supervisor::new(),
    };
    Connections::new(ground, Policy { allow_insecure_tls: false, log_ttl: Duration::from_hours(24) })
}

#[tokio::test]
async fn a_kubeconfig_names_its_own_server() {
    let bed = Bed::new();
    let house = House::new(&bed);
    let given = credentials([(Key::Kubeconfig, bed.kubeconfig.as_str())]);
    let found = house.add(&bed, AuthType::Kubeconfig, given).await;
    assert_eq!((found.cluster.status, &found.cluster.server), (ClusterStatus::Connected, &bed.server()));
    assert_eq!(found.cluster.metadata.node_count, 1);
}

#[tokio::test]
async fn a_replaced_refresh_token_outlives_a_restart() {
    let bed = Bed::new();
    let issuer = Issuer::start(&bed.dir).await;
    let house = House::new(&bed);
    let given = credentials([
        (Key::OidcIssuerUrl, issuer.url()),
        (Key::OidcClientId, "orchcli"),
        (Key::OidcClientSecret, "s3cret"),
        (Key::OidcRefreshToken, "refresh-1"),
        (Key::CaData, &bed.authority()),
    ]);
    let found = house.add(&bed, AuthType::Oidc, given).await;
    assert_ne!(issuer.refresh_token(), "refresh-1");

    // Nothing is in memory any more: only the stored token can sign in.
    let restarted = connections(&bed, &house.store);
    let stored = restarted.find_for(house.owner, &found.cluster.name).await.unwrap();
    let mut answer = restarted.test(house.owner, &stored.cluster).await;
    for _ in 0..60 {
        if answer.is_ok() {
            break;
        }
        // The API server asks a new issuer for its keys every ten seconds only.
        tokio::time::sleep(Duration::from_millis(500)).await;
        answer = restarted.test(house.owner, &stored.cluster).await;
    }
    assert!(answer.is_ok(), "{answer:?}");
    drop(house.dir);
}

#[tokio::test]
async fn switching_to_one_node_takes_taints_off_and_puts_them_back() {
    let bed = Bed::new();
    let (house, client, nodes) =
        (House::new(&bed), bed.admin(), Resource::known("v1", "Node", "nodes", false));
    let name = "tainted-by-test";
    client.delete(&nodes, None, name, Precondition::None).await.unwrap();
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {CONTROL_PLANE: ""}},
        "spec": {"unschedulable": true, "taints": [{"key": CONTROL_PLANE, "effect": "NoSchedule"}, {"key": "gpu", "effect": "NoSchedule"}]}});
    client.create(&nodes, None, &node, false).await.unwrap();

    let given = credentials([(Key::Kubeconfig, bed.kubeconfig.as_str())]);
    let found = house.add(&bed, AuthType::Kubeconfig, given).await;
    let switch = |on| UpdateCluster { single_node: Some(on), ..UpdateCluster::default() };
    let on = house.connections.update(house.owner, &found, switch(true)).await.unwrap();
    let taints = taints(&client, &nodes, name).await.unwrap();
    assert!(!taints.contains(&CONTROL_PLANE.to_owned()) && taints.contains(&"gpu".to_owned()), "{taints:?}");

    // A node that never had a list of taints.
    let without = Patch::Json(json!([{"op": "remove", "path": "/spec/taints"}]));
    client.patch(&nodes, None, name, &without, false).await.unwrap();
    house.connections.update(house.owner, &on, switch(false)).await.unwrap();
    let taints = self::taints(&client, &nodes, name).await.unwrap();
    client.delete(&nodes, None, name, Precondition::None).await.unwrap();
    assert!(taints.contains(&CONTROL_PLANE.to_owned()), "{taints:?}");
}

async fn taints(client: &Client, nodes: &Resource, name: &str) -> Result<Vec<String>, Error> {
    let node = client.get(nodes, None, name).await?;
    let list = node.pointer("/spec/taints").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(list.iter().map(|taint| taint["key"].as_str().unwrap_or_default().to_owned()).collect())
}
