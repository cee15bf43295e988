//! `/v1/api/clusters` as clients see it, on an API server played over plain http.

#![allow(clippy::unwrap_used)]

mod support;

use orchcli::clock::Clock;
use orchcli::connection::{ClusterShare, Role};
use orchcli::id::ShareId;
use reqwest::Method;
use serde_json::{Value, json};
use support::{TestServer, User};
use wiremock::matchers::{header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

fn cluster(name: &str, server: &str) -> Value {
    json!({"name": name, "server": server, "authType": "token", "credentials": {"token": "t0ken", "insecure": true}})
}

async fn added(server: &TestServer, user: &User, name: &str, at: &str) -> Value {
    server.post("/v1/api/clusters", user, cluster(name, at)).await.expect(201)
}

/// An API server that takes one token, and shows nothing but its version and namespaces.
async fn api_server(accepted: &str) -> MockServer {
    let server = MockServer::start().await;
    let bearer = format!("Bearer {accepted}");
    let namespaces =
        json!({"metadata": {}, "items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]});
    for (at, body) in [("/version", json!({"gitVersion": "v1.34.0"})), ("/api/v1/namespaces", namespaces)] {
        Mock::given(path(at))
            .and(header("authorization", bearer.as_str()))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .mount(&server)
            .await;
    }
    // Everything else is forbidden to the token, and the API server knows no other.
    Mock::given(header("authorization", bearer.as_str()))
        .respond_with(ResponseTemplate::new(403))
        .with_priority(9)
        .mount(&server)
        .await;
    Mock::given(wiremock::matchers::any())
        .respond_with(
            ResponseTemplate::new(401).set_body_json(json!({"kind": "Status", "message": "Unauthorized"})),
        )
        .with_priority(10)
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn an_added_cluster_is_answered_as_the_console_reads_it() {
    let (server, kubernetes) = (TestServer::start().await, api_server("t0ken").await);
    let user = server.admin().await;
    let answer = added(&server, &user, "dev", &kubernetes.uri()).await;
    assert_eq!((&answer["status"], &answer["cluster"]["status"]), (&json!("connected"), &json!("connected")));
    assert_eq!(answer["cluster"]["metadata"]["namespaces"], json!(["a", "b"]));
    assert_eq!(
        (&answer["cluster"]["namespace"], &answer["cluster"]["insecure"]),
        (&json!("default"), &json!(true))
    );
    assert_eq!((&answer["cluster"]["role"], &answer["cluster"]["default"]), (&json!("owner"), &json!(false)));
    assert!(answer["cluster"].get("credentials").is_none());
    assert!(!answer.to_string().contains("t0ken"));
}

#[tokio::test]
async fn a_failed_test_is_still_201() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    assert_eq!(added(&server, &user, "far", NOWHERE).await["status"], "disconnected");
}

#[tokio::test]
async fn what_cannot_be_used_names_its_key() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    for (change, key) in [
        (json!({"name": "Default!"}), "name"),
        (json!({"name": "default"}), "name"),
        (json!({"server": "169.254.169.254"}), "server"),
        (json!({"server": "https://169.254.169.254"}), "server"),
        (json!({"server": ""}), "server"),
        (json!({"credentials": {"token": "t0ken"}}), "server"),
        (json!({"credentials": {"token": "  "}}), "credentials.token"),
        (json!({"credentials": {"token": "t", "insecure": true, "namespace": "A"}}), "credentials.namespace"),
        (json!({"authType": "certificate"}), "credentials.clientCertData"),
        (json!({"authType": "oidc"}), "credentials.oidcIssuerUrl"),
        (
            json!({"authType": "kubeconfig", "credentials": {"kubeconfig": "users: [{name: u, user: {exec: {command: id}}}]"}}),
            "credentials.kubeconfig",
        ),
        (json!({"description": "x".repeat(2049)}), "description"),
    ] {
        let mut body = cluster("dev", NOWHERE);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let words = server.post("/v1/api/clusters", &user, body).await.refused(400, "invalid_field");
        assert!(words.starts_with(&format!("{key}: ")), "{change}: {words}");
    }
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    added(&server, &user, "dev", NOWHERE).await;
    server.post("/v1/api/clusters", &user, cluster("dev", NOWHERE)).await.refused(409, "conflict");
}

#[tokio::test]
async fn release_mode_refuses_to_skip_tls_verification() {
    let server = TestServer::start_with(|settings| settings.release = true).await;
    let user = server.admin().await;
    server
        .post("/v1/api/clusters", &user, cluster("dev", NOWHERE))
        .await
        .refused(403, "insecure_tls_forbidden");
}

#[tokio::test]
async fn the_list_is_newest_first_and_names_the_default() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    assert_eq!(
        server.get("/v1/api/clusters", &user).await.expect(200),
        json!({"clusters": [], "default": ""})
    );
    server.get("/v1/api/clusters/default", &user).await.refused(404, "not_found");

    let old = added(&server, &user, "old", NOWHERE).await;
    added(&server, &user, "new", NOWHERE).await;
    server.put("/v1/api/clusters/old/default", &user, json!({})).await.expect(200);
    let list = server.get("/v1/api/clusters", &user).await.expect(200);
    assert_eq!((&list["clusters"][0]["name"], &list["clusters"][1]["name"]), (&json!("new"), &json!("old")));
    assert_eq!((&list["clusters"][1]["default"], &list["default"]), (&json!(true), &old["cluster"]["id"]));
    assert_eq!(server.get("/v1/api/clusters/default", &user).await.expect(200)["name"], "old");
}

#[tokio::test]
async fn a_test_tells_what_the_cluster_said() {
    let (server, kubernetes) = (TestServer::start().await, api_server("other").await);
    let user = server.admin().await;
    added(&server, &user, "dev", &kubernetes.uri()).await;
    let answer =
        server.call(Method::POST, "/v1/api/clusters/dev/test", Some(&user.token), None).await.expect(503);
    assert_eq!((&answer["cluster"], &answer["status"]), (&json!("dev"), &json!("failed")));
    let state = server.get("/v1/api/clusters/dev/status", &user).await.expect(200);
    assert_eq!(
        (&state["status"], &state["isOnline"], &state["isStale"]),
        (&json!("error"), &json!(false), &json!(false))
    );
    server.call(Method::POST, "/v1/api/clusters/dev/refresh", Some(&user.token), None).await.expect(503);

    let credentials = json!({"credentials": {"token": "other"}});
    server.put("/v1/api/clusters/dev/credentials", &user, credentials).await.expect(200);
    server.call(Method::POST, "/v1/api/clusters/dev/test", Some(&user.token), None).await.expect(200);
    let read =
        server.call(Method::POST, "/v1/api/clusters/dev/refresh", Some(&user.token), None).await.expect(200);
    assert_eq!(read["metadata"]["version"], "v1.34.0");
}

#[tokio::test]
async fn words_of_an_offline_cluster_can_be_edited() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    added(&server, &user, "dev", NOWHERE).await;
    let edit =
        json!({"description": "ours", "name": "ignored", "credentials": {"namespace": "team", "token": ""}});
    let answer = server.put("/v1/api/clusters/dev", &user, edit).await.expect(200);
    let view = &answer["cluster"];
    assert_eq!((&view["name"], &view["description"]), (&json!("dev"), &json!("ours")));
    assert_eq!((&view["namespace"], &view["insecure"]), (&json!("team"), &json!(true)));

    let cleared = server.put("/v1/api/clusters/dev", &user, json!({"description": ""})).await.expect(200);
    assert_eq!(cleared["cluster"]["description"], "");
    let moved = json!({"server": "http://127.0.0.1:2"});
    server.put("/v1/api/clusters/dev", &user, moved).await.refused(503, "cluster_unreachable");
}

#[tokio::test]
async fn a_removed_cluster_is_gone() {
    let server = TestServer::start().await;
    let user = server.admin().await;
    added(&server, &user, "dev", NOWHERE).await;
    assert_eq!(server.delete("/v1/api/clusters/dev", &user).await.expect(200)["cluster"], "dev");
    server.get("/v1/api/clusters/dev", &user).await.refused(404, "not_found");
}

#[tokio::test]
async fn roles_decide_and_strangers_see_nothing() {
    let (server, kubernetes) = (TestServer::start().await, api_server("t0ken").await);
    let owner = server.admin().await;
    let guest = server.sign_up("guest@example.com", Some(&owner)).await;
    let stranger = server.sign_up("stranger@example.com", Some(&owner)).await;
    let id =
        added(&server, &owner, "dev", &kubernetes.uri()).await["cluster"]["id"].as_str().unwrap().to_owned();

    let share = ClusterShare {
        id: ShareId::new(),
        cluster_id: id.parse().unwrap(),
        user_id: guest.id.parse().unwrap(),
        role: Role::Viewer,
        namespaces: vec!["a".to_owned()],
        granted_by: owner.id.parse().unwrap(),
        granted_at: Clock::system().now(),
    };
    let server = server.holding(&[share]).await;

    let view = server.get("/v1/api/clusters/dev", &guest).await.expect(200);
    assert_eq!((&view["role"], &view["metadata"]["namespaces"]), (&json!("viewer"), &json!(["a"])));
    server.put("/v1/api/clusters/dev", &guest, json!({"description": "x"})).await.refused(403, "forbidden");
    server.delete("/v1/api/clusters/dev", &guest).await.refused(403, "forbidden");
    server.put("/v1/api/clusters/dev/default", &guest, json!({})).await.expect(200);

    for (method, at) in
        [(Method::GET, ""), (Method::DELETE, ""), (Method::GET, "/status"), (Method::POST, "/test")]
    {
        let path = format!("/v1/api/clusters/dev{at}");
        server.call(method, &path, Some(&stranger.token), None).await.refused(404, "not_found");
    }
    for name in ["No%20such", "%FF", &"x".repeat(80)] {
        server.get(&format!("/v1/api/clusters/{name}"), &owner).await.refused(404, "not_found");
    }
}
