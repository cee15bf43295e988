//! `/v1/api/workflows/{id}/status/stream` as clients read it.

#![allow(clippy::unwrap_used)]

mod support;

use std::num::NonZeroU32;

use orchcli::clock::Clock;
use orchcli::id::RunId;
use orchcli::live::resource::ResourceKind;
use orchcli::workflow::{Run, Status, Workflow};
use reqwest::Method;
use serde_json::{Value, json};
use support::cluster::Cluster;
use support::{TestServer, User, eventually, workflow};

fn path(workflow: &str) -> String {
    format!("/v1/api/workflows/{workflow}/status/stream")
}

/// A server with a workflow of its first user that has never run.
async fn with_workflow() -> (TestServer, User, String) {
    let server = TestServer::start().await;
    let user = server.admin().await;
    let drawn = workflow(
        &user,
        &json!([{
            "id": "web", "type": "deployment", "position": {"x": 0, "y": 0},
            "data": {"name": "web\r\nlines", "_status": {"state": "healthy", "message": "All 1 pods ready"}},
        }]),
    );
    let id = drawn.id.to_string();
    (server.holding(&[drawn]).await, user, id)
}

#[tokio::test]
async fn the_first_block_is_the_workflow_with_the_status_of_its_nodes() {
    let (server, user, id) = with_workflow().await;
    let mut stream = server.open_stream(&path(&id), &user).await;
    let snapshot = stream.expect("metadata").await;
    assert_eq!(snapshot["id"], id.as_str());
    assert_eq!(snapshot["nodes"][0]["data"]["_status"]["state"], "healthy");
}

#[tokio::test]
async fn a_last_event_id_is_taken_and_answered_by_the_snapshot() {
    let (server, user, id) = with_workflow().await;
    let request =
        server.request(Method::GET, &path(&id)).bearer_auth(&user.token).header("last-event-id", "7");
    let mut response = request.send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"event: metadata\nid: "), "{first:?}");
}

#[tokio::test]
async fn only_the_owner_reads_it_and_refusals_are_plain_answers() {
    let (server, owner, id) = with_workflow().await;
    let stranger = server.sign_up("stranger@example.com", Some(&owner)).await;
    server.call(Method::GET, &path(&id), None, None).await.refused(401, "unauthenticated");
    let by_query = format!("{}?token={}", path(&id), owner.token);
    server.call(Method::GET, &by_query, None, None).await.refused(401, "unauthenticated");
    server.get(&path(&id), &stranger).await.refused(403, "forbidden");
    server.get(&path("nonsense"), &owner).await.refused(400, "invalid_id");
    server.get(&path("0123456789abcdef01234567"), &owner).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_logout_ends_the_streams_of_its_session_alone() {
    let (server, user, id) = with_workflow().await;
    let login = json!({"email": user.email, "password": "correct horse"});
    let session =
        server.call(Method::POST, "/v1/api/auth/login", None, Some(&login)).await.expect(200)["token"]
            .clone();
    let elsewhere = User { token: session.as_str().unwrap().to_owned(), ..user.clone() };
    let mut ended = server.open_stream(&path(&id), &user).await;
    let mut kept = server.open_stream(&path(&id), &elsewhere).await;
    ended.expect("metadata").await;
    kept.expect("metadata").await;

    server.call(Method::POST, "/v1/api/auth/logout", Some(&user.token), None).await.expect(200);
    assert_eq!(ended.expect("complete").await, "the session ended");
    assert!(ended.next().await.is_none());

    let change = json!({"currentPassword": "correct horse", "newPassword": "battery staple"});
    let new = server.call(Method::POST, "/v1/api/auth/login", None, Some(&login)).await.expect(200)["token"]
        .clone();
    server.call(Method::PUT, "/v1/api/profile/password", new.as_str(), Some(&change)).await.expect(200);
    assert_eq!(
        kept.expect("complete").await,
        "the session ended",
        "a changed password ends all other sessions"
    );
}

#[tokio::test]
async fn a_server_that_stops_says_so_and_does_not_wait_for_readers() {
    let (server, user, id) = with_workflow().await;
    let mut stream = server.open_stream(&path(&id), &user).await;
    stream.expect("metadata").await;
    server.stop().await;
    assert_eq!(stream.expect("complete").await, "the server stops");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_user_has_so_many_streams_until_one_is_closed_or_the_limit_is_raised() {
    let (server, user, id) = with_workflow().await;
    let other = server.sign_up("other@example.com", Some(&user)).await;
    server.reload(|settings| settings.streams_per_user = NonZeroU32::new(1));
    let mut first = server.open_stream(&path(&id), &user).await;
    first.expect("metadata").await;
    let words = until_refused(&server, &path(&id), &user).await;
    assert!(words.contains("1 streams open"), "{words}");
    // Somebody else's seats are not taken; what they may read is another question.
    server.get(&path(&id), &other).await.refused(403, "forbidden");

    server.reload(|settings| settings.streams_per_user = None);
    let mut second = until_open(&server, &path(&id), &user).await;
    second.expect("metadata").await;
    // Those that were left are counted until that is noticed.
    let two = async || {
        let metrics = server.call(Method::GET, "/metrics", None, None).await.text;
        metrics.contains("orchcli_stream_clients{kind=\"workflow\"} 2").then_some(())
    };
    eventually("the count of the streams", two).await;
}

/// A reload is taken over in the background.
async fn until_refused(server: &TestServer, path: &str, user: &User) -> String {
    loop {
        let answer = server.request(Method::GET, path).bearer_auth(&user.token).send().await.unwrap();
        if answer.status() == 429 {
            return server.get(path, user).await.refused(429, "too_many_streams");
        }
        tokio::task::yield_now().await;
    }
}

async fn until_open(server: &TestServer, path: &str, user: &User) -> support::stream::EventStream {
    loop {
        let answer = server.request(Method::HEAD, path).bearer_auth(&user.token).send().await.unwrap();
        if answer.status() == 200 {
            return server.open_stream(path, user).await;
        }
        tokio::task::yield_now().await;
    }
}

/// The record of a run that applied a deployment of the name `web` for each of these nodes.
fn run(workflow: &Workflow, nodes: &[&str]) -> Run {
    let applied = json!({
        "applied_resources": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "namespace": "shop"}],
        "failed": false,
    });
    let output: serde_json::Map<_, _> =
        nodes.iter().map(|node| ((*node).to_owned(), applied.clone())).collect();
    serde_json::from_value(json!({
        "_id": RunId::new(), "workflow_id": workflow.id, "version": 1, "status": "completed",
        "started_at": Clock::system().now(), "output": output, "trigger_data": {"user_id": workflow.owner_id},
    }))
    .unwrap()
}

fn web(id: &str) -> Value {
    let data = json!({"name": "web", "namespace": "shop", "image": "nginx:1"});
    json!({"id": id, "type": "deployment", "position": {"x": 0, "y": 0}, "data": data})
}

/// A workflow with a deployment `web` on `cluster` that has run, and its run.
fn deployed(user: &User, cluster: &str, status: Status) -> (Workflow, Run) {
    let drawn = workflow(user, &json!([web("web")]));
    let drawn = Workflow { run_count: 1, cluster_id: cluster.to_owned(), status, ..drawn };
    let run = run(&drawn, &["web"]);
    (drawn, run)
}

async fn holding(server: TestServer, (workflow, run): (Workflow, Run)) -> (TestServer, String) {
    let id = workflow.id.to_string();
    (server.holding(&[run]).await.holding(&[workflow]).await, id)
}

fn ready(replicas: u32) -> Value {
    json!({
        "spec": {"replicas": 2},
        "status": {"readyReplicas": replicas, "updatedReplicas": 2, "replicas": 2},
    })
}

#[tokio::test]
async fn opening_the_stream_of_a_workflow_that_has_run_makes_its_nodes_follow_again() {
    let (server, cluster) = (TestServer::start().await, Cluster::start().await);
    let user = server.admin().await;
    cluster.put(ResourceKind::Deployment, "shop", "web", ready(1));
    cluster.connect(&server, &user, "dev").await;
    // A draft is not followed when the server starts.
    let (server, id) = holding(server, deployed(&user, "dev", Status::Draft)).await;
    let mut stream = server.open_stream(&path(&id), &user).await;
    assert!(stream.expect("metadata").await["nodes"][0]["data"].get("_status").is_none());
    let status = stream.status("web", |_| true).await;
    assert_eq!((&status["state"], &status["message"]), (&json!("partial"), &json!("1/2 pods ready")));

    cluster.put(ResourceKind::Deployment, "shop", "web", ready(2));
    stream.status("web", |status| status["state"] == "healthy").await;
    cluster.remove(ResourceKind::Deployment, "shop", "web");
    let mut late = server.open_stream(&path(&id), &user).await;
    let stored = late.expect("metadata").await;
    assert_eq!(stored["nodes"][0]["data"]["_status"]["message"], "All 2 pods ready");
}

#[tokio::test]
async fn a_server_that_starts_follows_what_is_published_though_nobody_looks() {
    let (server, cluster) = (TestServer::start().await, Cluster::start().await);
    let user = server.admin().await;
    cluster.put(ResourceKind::Deployment, "shop", "web", ready(2));
    cluster.connect(&server, &user, "dev").await;
    let (server, id) = holding(server, deployed(&user, "dev", Status::Published)).await;
    let healthy = async || {
        let stored = server.get(&format!("/v1/api/workflows/{id}"), &user).await.expect(200);
        (stored["nodes"][0]["data"]["_status"]["state"] == "healthy").then_some(())
    };
    eventually("the status of the node", healthy).await;
}

#[tokio::test]
async fn an_unreachable_cluster_holds_up_neither_the_start_nor_other_workflows() {
    let (server, cluster, gone) = (TestServer::start().await, Cluster::start().await, Cluster::start().await);
    let user = server.admin().await;
    cluster.put(ResourceKind::Deployment, "shop", "web", ready(2));
    cluster.connect(&server, &user, "dev").await;
    gone.connect(&server, &user, "gone").await;
    drop(gone);
    let (server, far) = holding(server, deployed(&user, "gone", Status::Published)).await;
    let (server, near) = holding(server, deployed(&user, "dev", Status::Draft)).await;
    let mut waits = server.open_stream(&path(&far), &user).await;
    waits.expect("metadata").await;
    let mut follows = server.open_stream(&path(&near), &user).await;
    follows.expect("metadata").await;
    follows.status("web", |status| status["state"] == "healthy").await;
}

#[tokio::test]
async fn watches_start_anew_where_the_cluster_is_reached_in_another_way() {
    let (server, old, new) = (TestServer::start().await, Cluster::start().await, Cluster::start().await);
    let user = server.admin().await;
    old.put(ResourceKind::Deployment, "shop", "web", ready(1));
    new.put(ResourceKind::Deployment, "shop", "web", ready(2));
    // Nothing ends these watches but the server itself.
    old.silence_watches();
    old.connect(&server, &user, "dev").await;
    let (server, id) = holding(server, deployed(&user, "dev", Status::Published)).await;
    let mut stream = server.open_stream(&path(&id), &user).await;
    stream.status("web", |status| status["state"] == "partial").await;
    server.put("/v1/api/clusters/dev", &user, json!({"server": new.url()})).await.expect(200);
    stream.status("web", |status| status["state"] == "healthy").await;
}

#[tokio::test]
async fn a_sync_that_finds_out_a_status_sends_every_node() {
    let (server, cluster) = (TestServer::start().await, Cluster::start().await);
    let user = server.admin().await;
    let (drawn, _) = deployed(&user, "dev", Status::Draft);
    let drawn =
        Workflow { nodes: serde_json::from_value(json!([web("web"), web("never-ran")])).unwrap(), ..drawn };
    let mut object = ready(2);
    object["metadata"] = json!({"labels": {"orchcli.dev/workflow-id": drawn.id}});
    cluster.put(ResourceKind::Deployment, "shop", "web", object);
    // Lists are allowed and watches are not, so that only a sync can know.
    cluster.lists_only();
    cluster.connect(&server, &user, "dev").await;
    let run = run(&drawn, &["web"]);
    let (server, id) = holding(server, (drawn, run)).await;

    let mut stream = server.open_stream(&path(&id), &user).await;
    stream.status("web", |status| status["message"] == "not allowed to watch deployment").await;
    cluster.reconnect(&server, &user, "dev").await;
    let sync = stream.until(|event| event.name == "workflow_sync").await;
    let nodes = sync["data"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 2, "{sync}");
    assert_eq!(nodes[0]["data"]["_status"]["message"], "All 2 pods ready");
}

#[tokio::test]
async fn deleting_the_workflow_ends_its_streams() {
    let (server, user, id) = with_workflow().await;
    let mut stream = server.open_stream(&path(&id), &user).await;
    stream.expect("metadata").await;
    server.delete(&format!("/v1/api/workflows/{id}"), &user).await.expect(200);
    let reason = stream.until(|event| event.name == "complete").await;
    assert_eq!(reason, "the workflow was deleted");
    assert!(stream.next().await.is_none());
    server.get(&path(&id), &user).await.refused(404, "not_found");
}
