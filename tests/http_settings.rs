//! `/v1/api/settings`: how administrators invite.

#![allow(clippy::unwrap_used)]

mod support;

use orchcli::store::Patch;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Answer, TestServer, User};

const CODE: &str = "/v1/api/settings/invite-code";
const GENERATE: &str = "/v1/api/settings/generate-invite-code";
const ROTATION: &str = "/v1/api/settings/regenerate-setting";

/// Crockford's base32.
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

async fn code(server: &TestServer, admin: &User) -> String {
    text(&server.get(CODE, admin).await.expect(200)["inviteCode"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn register(server: &TestServer, email: &str, code: &str) -> Answer {
    let form = json!({"email": email, "password": "correct horse", "name": "Bob", "inviteCode": code});
    server.call(Method::POST, "/v1/api/auth/register", None, Some(&form)).await
}

async fn rotates(server: &TestServer, admin: &User, on: bool) {
    let answer = server.put(ROTATION, admin, json!({"regenerateAfterSignup": on})).await.expect(200);
    assert_eq!(answer["regenerateAfterSignup"], on);
}

#[tokio::test]
async fn there_is_one_unmistakable_code_and_looking_does_not_change_it() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let first = code(&server, &admin).await;
    assert!(first.len() == 12 && first.chars().all(|letter| ALPHABET.contains(letter)), "{first}");
    assert_eq!(code(&server, &admin).await, first);
    let both = server.get(ROTATION, &admin).await.expect(200);
    assert_eq!(both, json!({"regenerateAfterSignup": true, "inviteCode": first}));
    let server = TestServer::start_in(server.stop().await, |_| ()).await;
    assert_eq!(code(&server, &admin).await, first, "a restart keeps it");
}

#[tokio::test]
async fn a_configured_code_counts_as_it_is_at_the_first_start_only() {
    let server = TestServer::start_with(|settings| settings.invite_code = Some("Let me in!".into())).await;
    let admin = server.admin().await;
    assert_eq!(code(&server, &admin).await, "Let me in!");
    register(&server, "b@example.com", "let me IN!").await.expect(201);
    let next = code(&server, &admin).await;
    let data = server.stop().await;
    let server =
        TestServer::start_in(data, |settings| settings.invite_code = Some("Let me in!".into())).await;
    assert_eq!(code(&server, &admin).await, next);
}

#[tokio::test]
async fn a_new_code_stops_the_old_one_at_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let old = code(&server, &admin).await;
    let answer = server.call(Method::POST, GENERATE, Some(&admin.token), None).await.expect(200);
    let new = text(&answer["inviteCode"]);
    assert_ne!(new, old);
    assert_eq!(code(&server, &admin).await, new);
    register(&server, "b@example.com", &old).await.refused(403, "invite_code_invalid");
    register(&server, "b@example.com", &new).await.expect(201);
}

#[tokio::test]
async fn an_admin_decides_whether_a_signup_replaces_the_code() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    rotates(&server, &admin, false).await;
    let shared = code(&server, &admin).await;
    register(&server, "b@example.com", &shared).await.expect(201);
    register(&server, "c@example.com", &shared).await.expect(201);
    assert_eq!(
        server.get(ROTATION, &admin).await.expect(200),
        json!({"regenerateAfterSignup": false, "inviteCode": shared})
    );

    // The decision outlives a restart and goes before the configuration.
    let data = server.stop().await;
    let server = TestServer::start_in(data, |settings| settings.regenerate_invite_after_signup = true).await;
    assert_eq!(server.get(ROTATION, &admin).await.expect(200)["regenerateAfterSignup"], false);

    rotates(&server, &admin, true).await;
    register(&server, "d@example.com", &shared).await.expect(201);
    register(&server, "e@example.com", &shared).await.refused(403, "invite_code_invalid");
}

#[tokio::test]
async fn the_configuration_decides_until_an_admin_does() {
    let server = TestServer::start_with(|settings| settings.regenerate_invite_after_signup = false).await;
    let admin = server.admin().await;
    let shared = code(&server, &admin).await;
    register(&server, "b@example.com", &shared).await.expect(201);
    register(&server, "c@example.com", &shared).await.expect(201);
}

#[tokio::test]
async fn a_missing_decision_is_not_a_no() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for body in [
        json!({}),
        json!({"regenerateAfterSignup": null}),
        json!({"regenerateAfterSignup": "false"}),
        json!({"regenerateAfterSignup": 0}),
    ] {
        let words = server.put(ROTATION, &admin, body).await.refused(400, "invalid_field");
        assert_eq!(words, "regenerateAfterSignup: must be true or false");
    }
    assert_eq!(server.get(ROTATION, &admin).await.expect(200)["regenerateAfterSignup"], true);
}

#[tokio::test]
async fn only_administrators_invite_and_the_store_says_who_that_is() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let user = server.sign_up("user@example.com", Some(&admin)).await;
    let operations =
        [(Method::GET, CODE), (Method::POST, GENERATE), (Method::GET, ROTATION), (Method::PUT, ROTATION)];
    let body = json!({"regenerateAfterSignup": false});
    for (method, path) in operations.clone() {
        let answer = server.call(method.clone(), path, Some(&user.token), Some(&body)).await;
        answer.refused(403, "forbidden");
        server.call(method, path, None, Some(&body)).await.refused(401, "unauthenticated");
    }

    // The admin's token goes on saying so; the account does not.
    let server = server.with_account(&admin, Patch::new().set("role", "user")).await;
    for (method, path) in operations {
        server.call(method, path, Some(&admin.token), Some(&body)).await.refused(403, "forbidden");
    }
}
