//! Signing in with email and password, and what guessing costs.

use std::num::NonZeroU32;

use reqwest::Method;
use serde_json::{Value, json};

use super::support::TestServer;
use super::{call, fields, retry_after};

fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// What [`TestServer::admin`] signs in with.
fn right() -> Value {
    credentials("admin@example.com", "correct horse")
}

fn wrong() -> Value {
    credentials("admin@example.com", "wrong horse")
}

#[tokio::test]
async fn email_and_password_open_a_session_of_their_own() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let spelled = credentials("  ADMIN@example.com", "correct horse");
    let session = call(&server, "login", &spelled).await.expect(200);
    assert_eq!(session["user"]["id"], *admin.id);
    assert_ne!(session["token"], *admin.token);
    server.call(Method::GET, "/v1/api/profile", session["token"].as_str(), None).await.expect(200);
}

#[tokio::test]
async fn a_failure_never_says_whether_the_account_exists() {
    let server = TestServer::start().await;
    server.admin().await;
    let known = call(&server, "login", &wrong()).await;
    let unknown = call(&server, "login", &credentials("nobody@example.com", "wrong horse")).await;
    assert_eq!(known.json, unknown.json);
    for answer in [known, unknown] {
        answer.refused(401, "wrong_credentials");
    }
}

#[tokio::test]
async fn a_form_that_no_account_can_have_is_no_attempt() {
    let server = TestServer::start().await;
    for (body, named) in [
        (json!({}), vec!["email", "password"]),
        (credentials("admin", "correct horse"), vec!["email"]),
        (credentials("admin@example.com", "12345"), vec!["password"]),
        (credentials("admin@example.com", &"x".repeat(129)), vec!["password"]),
    ] {
        let answer = call(&server, "login", &body).await;
        assert_eq!(fields(&answer), named);
        answer.refused(400, "invalid_field");
    }
}

#[tokio::test]
async fn a_password_shorter_than_what_may_be_chosen_today_still_signs_in() {
    let server = TestServer::start().await;
    let short = json!({"email": "admin@example.com", "password": "123456", "name": "Ada"});
    call(&server, "register", &short).await.expect(201);
    let data = server.stop().await;
    let server = TestServer::start_in(data, |settings| settings.password_min_length = 12).await;
    call(&server, "login", &credentials("admin@example.com", "123456")).await.expect(200);
}

#[tokio::test]
async fn five_failures_lock_one_account_and_a_success_clears_what_was_counted() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    server.sign_up("other@example.com", Some(&admin)).await;
    for _ in 0..2 {
        for _ in 0..4 {
            call(&server, "login", &wrong()).await.refused(401, "wrong_credentials");
        }
        call(&server, "login", &right()).await.expect(200);
    }
    for _ in 0..5 {
        call(&server, "login", &wrong()).await.refused(401, "wrong_credentials");
    }
    let locked = call(&server, "login", &right()).await;
    assert!((1..=60).contains(&retry_after(&locked)));
    locked.refused(429, "too_many_failures");
    call(&server, "login", &credentials("other@example.com", "correct horse")).await.expect(200);
}

#[tokio::test]
async fn no_limit_on_failures_is_none() {
    let server = TestServer::start_with(|settings| settings.rate_limits.auth_max_failures = None).await;
    server.admin().await;
    for _ in 0..7 {
        call(&server, "login", &wrong()).await.refused(401, "wrong_credentials");
    }
    call(&server, "login", &right()).await.expect(200);
}

#[tokio::test]
async fn calls_that_sign_in_share_one_allowance_of_the_address() {
    let server = TestServer::start_with(|settings| {
        settings.rate_limits.auth_per_minute = NonZeroU32::new(3);
    })
    .await;
    let admin = server.admin().await;
    // A body that is wrong was a call all the same.
    call(&server, "login", &json!({})).await.refused(400, "invalid_field");
    server.call(Method::POST, "/v1/api/auth/refresh", Some(&admin.token), None).await.expect(200);
    for operation in ["register", "login", "refresh"] {
        let refused = call(&server, operation, &right()).await;
        assert!((1..=60).contains(&retry_after(&refused)));
        refused.refused(429, "rate_limited");
    }
    // Everything else goes on, the way out included.
    server.call(Method::GET, "/v1/api/auth/methods", None, None).await.expect(200);
    server.get("/v1/api/profile", &admin).await.expect(200);
    server.call(Method::POST, "/v1/api/auth/logout", Some(&admin.token), None).await.expect(200);
}

#[tokio::test]
async fn the_address_is_the_sockets_unless_a_trusted_proxy_speaks() {
    let proxied = async |trusted: &[&str]| {
        let trusted = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let server = TestServer::start_with(|settings| {
            settings.rate_limits.auth_per_minute = NonZeroU32::new(1);
            settings.trusted_proxies = trusted;
        })
        .await;
        let mut seen = Vec::new();
        for client in ["198.51.100.1", "198.51.100.2"] {
            let request = server.request(Method::POST, "/v1/api/auth/login").json(&right());
            seen.push(server.send(request.header("x-forwarded-for", client)).await.status.as_u16());
        }
        seen
    };
    assert_eq!(proxied(&["127.0.0.0/8"]).await, [401, 401]);
    assert_eq!(proxied(&[]).await, [401, 429], "a forged header gives no second allowance");
}

#[tokio::test]
async fn the_pages_are_told_what_to_offer() {
    let methods = async |server: &TestServer| {
        server.call(Method::GET, "/v1/api/auth/methods", None, None).await.expect(200)
    };
    let offered = |enabled: bool, signup: bool, bootstrap: bool| json!({"builtin": {"enabled": enabled, "signupEnabled": signup, "bootstrap": bootstrap}, "providers": []});
    let server = TestServer::start().await;
    assert_eq!(methods(&server).await, offered(true, true, true));
    server.admin().await;
    assert_eq!(methods(&server).await, offered(true, true, false));
    let server = TestServer::start_with(|settings| settings.builtin_signup = false).await;
    assert_eq!(methods(&server).await, offered(true, false, true));
    let server = TestServer::start_with(|settings| settings.builtin_login = false).await;
    assert_eq!(methods(&server).await, offered(false, false, true));
}
