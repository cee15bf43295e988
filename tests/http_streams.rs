//! `/v1/api/workflows/{id}/status/stream` as clients read it.

#![allow(clippy::unwrap_used)]

mod support;

use std::num::NonZeroU32;

use reqwest::Method;
use serde_json::json;
use support::{TestServer, User, workflow};

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
    let metrics = server.call(Method::GET, "/metrics", None, None).await.text;
    assert!(metrics.contains("orchcli_stream_clients{kind=\"workflow\"} 2"), "{metrics}");
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
