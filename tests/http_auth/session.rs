//! From the first token to the logout.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Answer, JWT_SECRET, TestServer, User, contract};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn claims(token: &str) -> Value {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(JWT_SECRET.as_bytes());
    decode(token, &key, &validation).unwrap().claims
}

fn signed(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

/// The same token with other claims, signed as the server would; `null` leaves one out.
fn altered(token: &str, change: &Value) -> String {
    let mut claims = claims(token);
    let all = claims.as_object_mut().unwrap();
    for (name, value) in change.as_object().unwrap() {
        all.insert(name.clone(), value.clone());
    }
    all.retain(|_, value| !value.is_null());
    signed(&claims, Algorithm::HS256, JWT_SECRET)
}

/// The same token, as it would be had it been issued that many seconds earlier.
fn aged(token: &str, seconds: i64) -> String {
    let claims = claims(token);
    let earlier = |claim: &str| claims[claim].as_i64().unwrap() - seconds;
    altered(token, &json!({"iat": earlier("iat"), "nbf": earlier("nbf"), "exp": earlier("exp")}))
}

async fn profile(server: &TestServer, token: &str) -> Answer {
    server.call(Method::GET, "/v1/api/profile", Some(token), None).await
}

async fn refresh(server: &TestServer, token: &str) -> Answer {
    server.call(Method::POST, "/v1/api/auth/refresh", Some(token), None).await
}

async fn logout(server: &TestServer, token: &str) -> Answer {
    server.call(Method::POST, "/v1/api/auth/logout", Some(token), None).await
}

async fn sign_in(server: &TestServer, user: &User) -> String {
    let form = json!({"email": user.email, "password": "correct horse"});
    super::call(server, "login", &form).await.expect(200)["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_holds_what_the_contract_says() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let claims = claims(&admin.token);
    contract::conforms("#/components/schemas/AuthJwtClaims", &claims, "a token");
    assert_eq!((&claims["user_id"], &claims["email"]), (&json!(admin.id), &json!(admin.email)));
    let issued = claims["iat"].as_i64().unwrap();
    assert_eq!((&claims["nbf"], &claims["exp"]), (&json!(issued), &json!(issued + DAY)));
    assert_eq!(claims["auth_time"], issued);
}

#[tokio::test]
async fn only_a_bearer_header_with_a_token_of_this_server_counts() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let claims = claims(&admin.token);
    let with =
        |header: String| server.request(Method::GET, "/v1/api/profile").header("authorization", header);
    for good in [format!("Bearer {}", admin.token), format!("bearer   {}  ", admin.token)] {
        server.send(with(good)).await.expect(200);
    }
    for bad in [
        admin.token.clone(),
        format!("Basic {}", admin.token),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer x.y.z".to_owned(),
        format!("Bearer {}x", admin.token),
        format!("Bearer {}", signed(&claims, Algorithm::HS256, "another secret")),
        format!("Bearer {}", signed(&claims, Algorithm::HS512, JWT_SECRET)),
        format!("Bearer {}", "a".repeat(4000)),
    ] {
        server.send(with(bad)).await.refused(401, "unauthenticated");
    }
    // Nowhere else: addresses end up in logs.
    let path = format!("/v1/api/profile?token={}", admin.token);
    server.call(Method::GET, &path, None, None).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_counts_from_its_beginning_to_its_end() {
    let server = TestServer::start().await;
    let token = server.admin().await.token;
    profile(&server, &aged(&token, DAY - HOUR)).await.expect(200);
    // Clocks may be a minute apart.
    profile(&server, &aged(&token, DAY + 30)).await.expect(200);
    profile(&server, &aged(&token, -30)).await.expect(200);
    profile(&server, &aged(&token, DAY + HOUR)).await.refused(401, "unauthenticated");
    for early in [profile(&server, &aged(&token, -HOUR)).await, refresh(&server, &aged(&token, -HOUR)).await]
    {
        early.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn an_expired_token_is_traded_within_the_window_for_one_of_the_same_session() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let old = aged(&admin.token, DAY + 7 * DAY - HOUR);
    profile(&server, &old).await.refused(401, "unauthenticated");
    let answer = refresh(&server, &old).await.expect(200);
    assert_eq!(answer["user"]["authProvider"], "");
    let token = answer["token"].as_str().unwrap();
    profile(&server, token).await.expect(200);
    let (before, after) = (claims(&admin.token), claims(token));
    assert_eq!((&after["sid"], &after["auth_time"]), (&before["sid"], &before["auth_time"]));
    assert_eq!(after["exp"].as_i64().unwrap() - after["iat"].as_i64().unwrap(), DAY);

    refresh(&server, &aged(&admin.token, DAY + 7 * DAY + HOUR)).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_that_still_counts_can_be_traded_too_and_the_body_is_ignored() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for body in ["", "{}", "no JSON at all"] {
        let request =
            server.request(Method::POST, "/v1/api/auth/refresh").bearer_auth(&admin.token).body(body);
        server.send(request).await.expect(200);
    }
    // The one that was traded goes on until its end.
    profile(&server, &admin.token).await.expect(200);
}

#[tokio::test]
async fn a_window_of_another_length_counts() {
    let server =
        TestServer::start_with(|settings| settings.token_refresh_max_age = std::time::Duration::ZERO).await;
    let token = server.admin().await.token;
    refresh(&server, &aged(&token, HOUR)).await.expect(200);
    refresh(&server, &aged(&token, DAY + HOUR)).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_logout_ends_every_token_of_the_session_at_once_and_no_other_session() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let second = refresh(&server, &admin.token).await.expect(200)["token"].as_str().unwrap().to_owned();
    let other = sign_in(&server, &admin).await;
    // What is known about a session is kept for a while, but not past its end.
    profile(&server, &second).await.expect(200);
    logout(&server, &admin.token).await.expect(200);
    for token in [&admin.token, &second] {
        profile(&server, token).await.refused(401, "unauthenticated");
        refresh(&server, token).await.refused(401, "unauthenticated");
        logout(&server, token).await.expect(200);
    }
    profile(&server, &other).await.expect(200);
}

#[tokio::test]
async fn an_ended_session_stays_ended_after_a_restart() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let other = sign_in(&server, &admin).await;
    logout(&server, &admin.token).await.expect(200);
    let server = TestServer::start_in(server.stop().await, |_| ()).await;
    profile(&server, &admin.token).await.refused(401, "unauthenticated");
    profile(&server, &other).await.expect(200);
}

#[tokio::test]
async fn an_expired_token_logs_out_as_long_as_it_could_be_refreshed() {
    let server = TestServer::start().await;
    let token = server.admin().await.token;
    logout(&server, &aged(&token, 8 * DAY + HOUR)).await.refused(401, "unauthenticated");
    logout(&server, &aged(&token, 8 * DAY - HOUR)).await.expect(200);
    profile(&server, &token).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn without_a_token_there_is_nothing_to_trade_or_to_end() {
    let server = TestServer::start().await;
    for operation in ["refresh", "logout"] {
        super::call(&server, operation, &json!({})).await.refused(401, "unauthenticated");
        let path = format!("/v1/api/auth/{operation}");
        let request = server.request(Method::POST, &path).header("authorization", "Basic YTpi");
        server.send(request).await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_token_that_names_no_session_counts_for_a_refresh_only() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    // As the reference made them.
    let old = altered(&admin.token, &json!({"sid": null, "auth_time": null}));
    profile(&server, &old).await.refused(401, "unauthenticated");
    let token = refresh(&server, &old).await.expect(200)["token"].as_str().unwrap().to_owned();
    profile(&server, &token).await.expect(200);
    logout(&server, &old).await.expect(200);
    profile(&server, &token).await.refused(401, "unauthenticated");
    refresh(&server, &old).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn what_a_token_says_about_its_user_does_not_count() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let user = server.sign_up("user@example.com", Some(&admin)).await;
    let promoted = altered(&user.token, &json!({"role": "admin", "email": admin.email}));
    let path = "/v1/api/settings/invite-code";
    server.call(Method::GET, path, Some(&promoted), None).await.refused(403, "forbidden");
    let refreshed = refresh(&server, &promoted).await.expect(200);
    assert_eq!(
        (&refreshed["user"]["role"], &refreshed["user"]["email"]),
        (&json!("user"), &json!(user.email))
    );
    // The session of one user is no session of another.
    for stolen in [json!({"user_id": admin.id}), json!({"sid": claims(&admin.token)["sid"]})] {
        let token = altered(&user.token, &stolen);
        profile(&server, &token).await.refused(401, "unauthenticated");
        refresh(&server, &token).await.refused(401, "unauthenticated");
    }
}
