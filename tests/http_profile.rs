//! `/v1/api/profile`: what users see and change of their own account.

#![allow(clippy::unwrap_used)]

mod support;

use orchcli::clock::Clock;
use orchcli::store::Patch;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Answer, TestServer, User};

const PROFILE: &str = "/v1/api/profile";
const PASSWORD: &str = "/v1/api/profile/password";
const OLD: &str = "correct horse";
const NEW: &str = "battery staple";

async fn login(server: &TestServer, user: &User, password: &str) -> Answer {
    let form = json!({"email": user.email, "password": password});
    server.call(Method::POST, "/v1/api/auth/login", None, Some(&form)).await
}

async fn sign_in(server: &TestServer, user: &User) -> User {
    let token = login(server, user, OLD).await.expect(200)["token"].as_str().unwrap().to_owned();
    User { token, ..user.clone() }
}

fn change(current: &str, new: &str) -> Value {
    json!({"currentPassword": current, "newPassword": new})
}

/// The members that an answer complains about.
fn fields(answer: &Answer) -> Vec<&str> {
    answer.json["details"].as_array().unwrap().iter().map(|fault| fault["field"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_user_sees_their_own_account() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let other = server.sign_up("other@example.com", Some(&admin)).await;
    for (user, role) in [(&admin, "admin"), (&other, "user")] {
        let profile = server.get(PROFILE, user).await.expect(200)["user"].clone();
        assert_eq!((&profile["id"], &profile["email"]), (&json!(user.id), &json!(user.email)));
        assert_eq!((&profile["role"], &profile["authProvider"]), (&json!(role), &json!("")));
        assert!(profile["avatarUrl"].as_str().unwrap().starts_with("https://www.gravatar.com/avatar/"));
    }
}

#[tokio::test]
async fn nothing_is_told_to_a_third_party_when_avatars_are_off() {
    let server = TestServer::start_with(|settings| settings.avatars = false).await;
    let admin = server.admin().await;
    assert_eq!(server.get(PROFILE, &admin).await.expect(200)["user"]["avatarUrl"], "");
    assert_eq!(login(&server, &admin, OLD).await.expect(200)["user"]["avatarUrl"], "");
}

#[tokio::test]
async fn a_deleted_account_is_signed_out_not_missing() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let gone = Patch::new().set("deleted_at", Clock::system().now());
    let server = server.with_account(&admin, gone).await;
    server.get(PROFILE, &admin).await.refused(401, "unauthenticated");
    server.put(PROFILE, &admin, json!({"name": "Ghost"})).await.refused(401, "unauthenticated");
    login(&server, &admin, OLD).await.refused(401, "wrong_credentials");
    for operation in ["refresh", "logout"] {
        let path = format!("/v1/api/auth/{operation}");
        server.call(Method::POST, &path, Some(&admin.token), None).await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn only_the_name_can_be_changed_and_it_is_trimmed() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let before = server.get(PROFILE, &admin).await.expect(200)["user"].clone();
    let body = json!({"name": "  Grace Hopper\t", "email": "grace@example.com", "role": "user", "id": "x"});
    let answer = server.put(PROFILE, &admin, body).await.expect(200);
    let mut expected = before;
    expected["name"] = json!("Grace Hopper");
    assert_eq!(answer["user"], expected);
    assert_eq!(server.get(PROFILE, &admin).await.expect(200), answer);
    let longest = json!({"name": "ü".repeat(100)});
    server.put(PROFILE, &admin, longest).await.expect(200);
}

#[tokio::test]
async fn a_name_is_neither_blank_nor_endless() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for body in [
        json!({}),
        json!({"name": null}),
        json!({"name": ""}),
        json!({"name": " \u{a0}\n"}),
        json!({"name": "x".repeat(101)}),
        json!({"name": ["Grace"]}),
    ] {
        let answer = server.put(PROFILE, &admin, body).await;
        assert_eq!(fields(&answer), ["name"]);
        answer.refused(400, "invalid_field");
    }
    assert_eq!(server.get(PROFILE, &admin).await.expect(200)["user"]["name"], "Test User");
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_keeps_this_one() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let bystander = server.sign_up("other@example.com", Some(&admin)).await;
    let this = sign_in(&server, &admin).await;
    server.get(PROFILE, &admin).await.expect(200);
    server.put(PASSWORD, &this, change(OLD, NEW)).await.expect(200);

    server.get(PROFILE, &admin).await.refused(401, "unauthenticated");
    let refresh = "/v1/api/auth/refresh";
    server.call(Method::POST, refresh, Some(&admin.token), None).await.refused(401, "unauthenticated");
    server.get(PROFILE, &this).await.expect(200);
    server.call(Method::POST, refresh, Some(&this.token), None).await.expect(200);
    server.get(PROFILE, &bystander).await.expect(200);

    login(&server, &admin, OLD).await.refused(401, "wrong_credentials");
    login(&server, &admin, NEW).await.expect(200);
}

#[tokio::test]
async fn a_wrong_current_password_is_a_wrong_field_and_never_signs_out() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let answer = server.put(PASSWORD, &admin, change("wrong horse", NEW)).await;
    assert_eq!(fields(&answer), ["currentPassword"]);
    assert!(!answer.text.contains("wrong horse"));
    answer.refused(400, "invalid_field");
    server.get(PROFILE, &admin).await.expect(200);
    login(&server, &admin, OLD).await.expect(200);
}

#[tokio::test]
async fn both_passwords_keep_their_rules() {
    let server = TestServer::start_with(|settings| settings.password_min_length = 10).await;
    let admin = server.admin().await;
    for (body, named) in [
        (json!({}), vec!["currentPassword", "newPassword"]),
        (change("", ""), vec!["currentPassword", "newPassword"]),
        (change(OLD, "123456789"), vec!["newPassword"]),
        (change(OLD, &"x".repeat(129)), vec!["newPassword"]),
        (change(&"x".repeat(129), NEW), vec!["currentPassword"]),
        (json!({"currentPassword": 481_516, "newPassword": NEW}), vec!["currentPassword"]),
    ] {
        let answer = server.put(PASSWORD, &admin, body).await;
        assert_eq!(fields(&answer), named);
        assert!(!answer.text.contains("481516"));
        answer.refused(400, "invalid_field");
    }
    server.put(PASSWORD, &admin, change(OLD, &"ü".repeat(128))).await.expect(200);
}

#[tokio::test]
async fn guessing_the_current_password_counts_like_failed_logins() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for _ in 0..3 {
        server.put(PASSWORD, &admin, change("wrong horse", NEW)).await.refused(400, "invalid_field");
    }
    for _ in 0..2 {
        login(&server, &admin, "wrong horse").await.refused(401, "wrong_credentials");
    }
    let locked = server.put(PASSWORD, &admin, change(OLD, NEW)).await;
    let seconds: u64 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    locked.refused(429, "too_many_failures");
    login(&server, &admin, OLD).await.refused(429, "too_many_failures");
    // The session that is there goes on.
    server.get(PROFILE, &admin).await.expect(200);
}

#[tokio::test]
async fn an_account_that_signs_in_elsewhere_has_no_password_to_change() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let linked = Patch::new().set("password", "").set("auth_provider", "github");
    let server = server.with_account(&admin, linked).await;
    assert_eq!(server.get(PROFILE, &admin).await.expect(200)["user"]["authProvider"], "github");
    let words = server.put(PASSWORD, &admin, change(OLD, NEW)).await.refused(400, "wrong_state");
    assert!(words.contains("github"), "{words}");
    login(&server, &admin, OLD).await.refused(401, "wrong_credentials");
}

#[tokio::test]
async fn an_account_is_nobodys_without_a_token() {
    let server = TestServer::start().await;
    server.admin().await;
    for (method, path) in [(Method::GET, PROFILE), (Method::PUT, PROFILE), (Method::PUT, PASSWORD)] {
        server.call(method, path, None, Some(&json!({}))).await.refused(401, "unauthenticated");
    }
}
