//! `/v1/api/resources` as clients see it, with clusters that are played over plain http.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use orchcli::clock::Clock;
use orchcli::connection::{ClusterShare, Role};
use orchcli::id::{ClusterId, ShareId};
use orchcli::live::resource::{Access, ResourceKind};
use orchcli::store::{Filter, Store};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::cluster::Cluster;
use support::{TestServer, User, eventually, workflow};

const LIST: &str = "/v1/api/resources";

fn replicas(ready: u32) -> Value {
    json!({
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "web", "image": "nginx:1"}]}}},
        "status": {"readyReplicas": ready, "availableReplicas": ready},
    })
}

/// A cluster with a shop in it.
async fn shop() -> Cluster {
    let cluster = Cluster::start().await;
    cluster.put(ResourceKind::Deployment, "shop", "web", replicas(2));
    cluster.put(ResourceKind::Service, "shop", "web", json!({"spec": {"type": "ClusterIP"}}));
    cluster.put(ResourceKind::ConfigMap, "shop", "kube-root-ca.crt", json!({}));
    cluster.put(ResourceKind::Pod, "kube-system", "etcd", json!({"status": {"phase": "Running"}}));
    cluster.put(ResourceKind::Namespace, "", "shop", json!({}));
    cluster.put(ResourceKind::Node, "", "node-a", json!({}));
    cluster
}

async fn listed(server: &TestServer, user: &User, query: &str) -> Value {
    server.get(&format!("{LIST}?{query}"), user).await.expect(200)
}

fn names(list: &Value) -> Vec<&str> {
    list["resources"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

/// The list once it is as long as this; a sync writes one object after the other.
async fn until_there_are(server: &TestServer, user: &User, count: u64) -> Value {
    eventually(&format!("{count} resources"), async || {
        Some(listed(server, user, "").await).filter(|list| list["total"] == count)
    })
    .await
}

async fn id_of(server: &TestServer, user: &User, kind: &str, name: &str) -> String {
    let list = listed(server, user, &format!("type={kind}&search={name}")).await;
    list["resources"][0]["id"].as_str().unwrap().to_owned()
}

async fn until_history_begins_with(server: &TestServer, user: &User, id: &str, message: &str) -> Value {
    eventually(message, async || {
        let answer = server.get(&format!("{LIST}/{id}"), user).await.expect(200);
        Some(answer).filter(|answer| answer["history"][0]["message"] == message)
    })
    .await
}

#[tokio::test]
async fn nothing_was_synced_yet() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let list = server.get(LIST, &user).await.expect(200);
    let facets = json!({"clusters": [], "namespaces": [], "types": []});
    assert_eq!(
        list,
        json!({"resources": [], "total": 0, "limit": 25, "offset": 0, "facets": facets, "lastSyncedAt": null})
    );
}

#[tokio::test]
async fn a_cluster_that_connects_is_synced_without_being_asked() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let user = server.admin().await;
    cluster.connect(&server, &user, "dev").await;
    let list = until_there_are(&server, &user, 6).await;
    assert!(list["lastSyncedAt"].is_string(), "{list}");
    assert_eq!(
        list["facets"],
        json!({
            "clusters": ["dev"], "namespaces": ["kube-system", "shop"],
            "types": ["Deployment", "Pod", "Service", "ConfigMap", "Node", "Namespace"],
        })
    );
}

#[tokio::test]
async fn sync_waits_for_the_one_that_runs_and_does_not_repeat_the_one_that_ended_just_now() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let user = server.admin().await;
    cluster.delay_deployments(Duration::from_millis(500));
    cluster.connect(&server, &user, "dev").await;
    assert_eq!(listed(&server, &user, "sync=true").await["total"], 6);
    for query in ["sync=true", "sync=true&cluster=dev", "sync=true&cluster=all", "sync=yes"] {
        listed(&server, &user, query).await;
    }
    assert_eq!(cluster.lists_of_deployments(), 1);
}

#[tokio::test]
async fn a_cluster_that_takes_its_time_is_not_waited_for() {
    let (server, slow, fast) = (TestServer::start().await, shop().await, Cluster::start().await);
    let user = server.admin().await;
    slow.delay_deployments(Duration::from_mins(10));
    slow.connect(&server, &user, "slow").await;
    fast.put(ResourceKind::Pod, "shop", "quick", json!({}));
    fast.connect(&server, &user, "fast").await;
    let list = listed(&server, &user, "sync=true").await;
    assert_eq!(names(&list), ["quick"], "the other one is still at its first kind");
}

#[tokio::test]
async fn a_kind_that_cannot_be_listed_keeps_its_records_and_the_others_go_on() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let user = server.admin().await;
    cluster.connect(&server, &user, "dev").await;
    until_there_are(&server, &user, 6).await;
    cluster.refuse(ResourceKind::Deployment, StatusCode::INTERNAL_SERVER_ERROR);
    cluster.remove(ResourceKind::Deployment, "shop", "web");
    cluster.remove(ResourceKind::Node, "", "node-a");
    cluster.reconnect(&server, &user, "dev").await;
    let list = until_there_are(&server, &user, 5).await;
    assert!(!names(&list).contains(&"node-a"), "{list}");
}

#[tokio::test]
async fn filters_pages_and_orders_are_those_of_the_query() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let user = server.admin().await;
    cluster.connect(&server, &user, "dev").await;
    until_there_are(&server, &user, 6).await;
    for (query, expected) in [
        ("cluster=dev&namespace=all&type=", 6),
        ("cluster=other", 0),
        ("namespace=shop", 3),
        ("type=Deployment", 1),
        ("type=Nonsense", 0),
        ("search=WEB", 2),
        ("search=w.b", 0),
        ("search=%25", 0),
        ("search=kube-sys", 1),
        ("hideSystem=true", 3),
        ("hideSystem=1", 6),
    ] {
        let list = listed(&server, &user, query).await;
        assert_eq!(list["total"], expected, "{query}: {list}");
        assert_eq!(list["facets"]["clusters"], json!(["dev"]), "{query}");
    }
    let sorted = listed(&server, &user, "sort_by=name&sort_order=desc").await;
    assert!(names(&sorted).is_sorted_by(|a, b| a >= b), "{sorted}");
    let up = listed(&server, &user, "sort_by=name&sort_order=sideways").await;
    assert!(names(&up).is_sorted(), "{up}");

    // Everything was created at the same moment: the id breaks the tie, and pages neither overlap nor leave out.
    let mut paged = Vec::new();
    for offset in 0..6 {
        let page = listed(&server, &user, &format!("limit=1&offset={offset}")).await;
        assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(6), &json!(1), &json!(offset)));
        paged.push(page["resources"][0]["id"].clone());
    }
    let whole = listed(&server, &user, "").await;
    let ids: Vec<Value> =
        whole["resources"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(paged, ids);
    for query in ["limit=0&offset=-1", "limit=101&offset=x", "limit=ten", "limit="] {
        let list = listed(&server, &user, query).await;
        assert_eq!((&list["limit"], &list["offset"]), (&json!(25), &json!(0)), "{query}");
    }
    assert_eq!(listed(&server, &user, "offset=100").await["resources"], json!([]));
    assert_eq!(listed(&server, &user, &format!("search={}", "x".repeat(5000))).await["total"], 0);
}

#[tokio::test]
async fn one_resource_comes_with_its_history_and_what_the_cluster_says_about_it() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let user = server.admin().await;
    cluster.tell(json!({
        "type": "Warning", "reason": "BackOff", "message": "password=hunter2 refused", "count": 2,
        "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:01:00Z", "source": {"component": "kubelet"},
    }));
    cluster.connect(&server, &user, "dev").await;
    until_there_are(&server, &user, 6).await;
    let id = id_of(&server, &user, "Deployment", "web").await;
    let answer = server.get(&format!("{LIST}/{id}"), &user).await.expect(200);
    let resource = &answer["resource"];
    assert_eq!((&resource["id"], &resource["userId"]), (&json!(id), &json!(user.id)));
    assert_eq!((&resource["clusterName"], &resource["status"]), (&json!("dev"), &json!("running")));
    assert_eq!(resource["spec"]["containers"][0]["image"], "nginx:1");
    let event = &resource["metadata"]["events"][0];
    assert_eq!((&event["reason"], &event["source"]), (&json!("BackOff"), &json!("kubelet")));
    assert!(!event.to_string().contains("hunter2"), "{event}");
    let history = answer["history"].as_array().unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(
        (&history[0]["action"], &history[0]["message"], &history[0]["resourceId"]),
        (&json!("created"), &json!("Deployment discovered in namespace shop"), &json!(id))
    );
}

#[tokio::test]
async fn a_resource_that_is_gone_leaves_the_list_and_still_answers() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let user = server.admin().await;
    cluster.connect(&server, &user, "dev").await;
    until_there_are(&server, &user, 6).await;
    let id = id_of(&server, &user, "Service", "web").await;
    cluster.remove(ResourceKind::Service, "shop", "web");
    cluster.reconnect(&server, &user, "dev").await;
    until_there_are(&server, &user, 5).await;
    let gone =
        until_history_begins_with(&server, &user, &id, "Service no longer exists in the cluster").await;
    assert_eq!(
        (&gone["resource"]["status"], &gone["history"][0]["action"]),
        (&json!("deleted"), &json!("deleted"))
    );
    assert!(gone["resource"]["deletedAt"].is_string());

    cluster.put(ResourceKind::Service, "shop", "web", json!({}));
    cluster.reconnect(&server, &user, "dev").await;
    until_there_are(&server, &user, 6).await;
    let back = until_history_begins_with(&server, &user, &id, "Service rediscovered in namespace shop").await;
    assert!(back["resource"].get("deletedAt").is_none());
}

#[tokio::test]
async fn a_resource_is_its_users_alone_and_reading_it_is_written_down() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let owner = server.admin().await;
    let stranger = server.sign_up("stranger@example.com", Some(&owner)).await;
    cluster.connect(&server, &owner, "dev").await;
    until_there_are(&server, &owner, 6).await;
    let id = id_of(&server, &owner, "Deployment", "web").await;
    let path = format!("{LIST}/{id}");
    server.get(&path, &stranger).await.refused(404, "not_found");
    server.get(&format!("{LIST}/0123456789abcdef01234567"), &owner).await.refused(404, "not_found");
    server.get(&format!("{LIST}/nonsense"), &owner).await.refused(400, "invalid_id");
    server.call(reqwest::Method::GET, &path, None, None).await.refused(401, "unauthenticated");
    assert_eq!(listed(&server, &stranger, "").await["total"], 0);
    server.get(&path, &owner).await.expect(200);

    let data = server.stop().await;
    let store = Store::open(data.path(), Clock::system(), orchcli::live::COLLECTIONS).unwrap();
    let accesses = store.find::<Access>(Filter::all()).await.unwrap();
    assert_eq!(accesses.len(), 1, "what was refused was no access");
    assert_eq!((accesses[0].resource_id.to_string(), accesses[0].user_id.to_string()), (id, owner.id));
}

#[tokio::test]
async fn who_shares_a_cluster_has_records_of_their_own_of_what_they_may_see() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let owner = server.admin().await;
    let guest = server.sign_up("guest@example.com", Some(&owner)).await;
    let connected = cluster.connect(&server, &owner, "dev").await;
    until_there_are(&server, &owner, 6).await;
    let share = ClusterShare {
        id: ShareId::new(),
        cluster_id: connected["id"].as_str().unwrap().parse::<ClusterId>().unwrap(),
        user_id: guest.id.parse().unwrap(),
        role: Role::Viewer,
        namespaces: vec!["shop".to_owned()],
        granted_by: owner.id.parse().unwrap(),
        granted_at: Clock::system().now(),
    };
    // A server that starts compares every connected cluster.
    let server = server.holding(&[share]).await;
    let list = until_there_are(&server, &guest, 4).await;
    assert!(!names(&list).contains(&"etcd") && !names(&list).contains(&"node-a"), "{list}");
    let own = id_of(&server, &owner, "Deployment", "web").await;
    assert_ne!(id_of(&server, &guest, "Deployment", "web").await, own);
    server.get(&format!("{LIST}/{own}"), &guest).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_a_workflow_deployed_names_it_to_its_owner() {
    let (server, cluster) = (TestServer::start().await, Cluster::start().await);
    let user = server.admin().await;
    let stored = workflow(&user, &json!([]));
    let label = json!({"metadata": {"labels": {"orchcli.dev/workflow-id": stored.id}}});
    let server = server.holding(std::slice::from_ref(&stored)).await;
    cluster.put(ResourceKind::Deployment, "shop", "web", label);
    cluster.connect(&server, &user, "dev").await;
    until_there_are(&server, &user, 1).await;
    let id = id_of(&server, &user, "Deployment", "web").await;
    let resource = server.get(&format!("{LIST}/{id}"), &user).await.expect(200)["resource"].clone();
    assert_eq!((&resource["workflowId"], &resource["workflowName"]), (&json!(stored.id), &json!("shop")));
}

#[tokio::test]
async fn the_records_of_a_removed_cluster_are_gone_with_their_history() {
    let (server, cluster, other) = (TestServer::start().await, shop().await, shop().await);
    let user = server.admin().await;
    cluster.connect(&server, &user, "dev").await;
    other.connect(&server, &user, "other").await;
    until_there_are(&server, &user, 12).await;
    let id = id_of(&server, &user, "Node", "node-a").await;
    server.delete("/v1/api/clusters/dev", &user).await.expect(200);
    server.delete("/v1/api/clusters/other", &user).await.expect(200);
    until_there_are(&server, &user, 0).await;
    server.get(&format!("{LIST}/{id}"), &user).await.refused(404, "not_found");

    // A server that dies before that is done does it when it starts.
    let cluster = shop().await;
    let added = cluster.connect(&server, &user, "dev").await;
    until_there_are(&server, &user, 6).await;
    let data = server.stop().await;
    let store = Store::open(data.path(), Clock::system(), orchcli::connection::COLLECTIONS).unwrap();
    let added: ClusterId = added["id"].as_str().unwrap().parse().unwrap();
    assert!(store.delete::<orchcli::connection::Cluster>(added).await.unwrap());
    store.close().await.unwrap();
    drop(store);
    let server = TestServer::start_in(data, |_| ()).await;
    until_there_are(&server, &user, 0).await;
}

#[tokio::test]
async fn an_unreachable_cluster_does_not_hold_up_the_others() {
    let (server, cluster) = (TestServer::start().await, shop().await);
    let user = server.admin().await;
    let gone = Cluster::start().await;
    gone.connect(&server, &user, "gone").await;
    drop(gone);
    cluster.connect(&server, &user, "dev").await;
    let list = eventually("the reachable cluster", async || {
        Some(listed(&server, &user, "sync=true").await).filter(|list| list["total"] == 6)
    });
    assert_eq!(list.await["facets"]["clusters"], json!(["dev"]));
}
