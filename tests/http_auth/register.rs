//! Who gets an account, as what, and in which order refusals come.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::TestServer;
use super::{call, fields, retry_after};

fn form(email: &str) -> Value {
    json!({"email": email, "password": "correct horse", "name": "Ada Lovelace"})
}

fn with(mut form: Value, key: &str, value: impl Into<Value>) -> Value {
    form[key] = value.into();
    form
}

fn invited(email: &str, code: &str) -> Value {
    with(form(email), "inviteCode", code)
}

async fn invite_code(server: &TestServer, token: &str) -> String {
    let answer =
        server.call(Method::GET, "/v1/api/settings/invite-code", Some(token), None).await.expect(200);
    answer["inviteCode"].as_str().unwrap().to_owned()
}

/// A server with an admin, and the admin's token.
async fn inhabited() -> (TestServer, String) {
    let server = TestServer::start().await;
    let token = server.admin().await.token;
    (server, token)
}

#[tokio::test]
async fn the_first_user_is_the_admin_and_signed_in_whatever_code_they_send() {
    let server = TestServer::start().await;
    let mut form = invited(" MyEmailAddress@Example.com ", "made up");
    form["name"] = json!("  Ada Lovelace ");
    form["confirmPassword"] = json!("of no interest");
    let session = call(&server, "register", &form).await.expect(201);
    let user = &session["user"];
    assert_eq!((&user["role"], &user["email"]), (&json!("admin"), &json!("myemailaddress@example.com")));
    assert_eq!((&user["name"], &user["authProvider"]), (&json!("Ada Lovelace"), &json!("")));
    // The hash is the one in gravatar's own documentation.
    let picture = "https://www.gravatar.com/avatar/0bc83cb571cd1c50ba6f3e8a78ef1346?s=200&d=identicon";
    assert_eq!(user["avatarUrl"], picture);
    let token = session["token"].as_str().unwrap();
    let profile = server.call(Method::GET, "/v1/api/profile", Some(token), None).await.expect(200);
    assert_eq!(&profile["user"], user);
    assert_eq!(invite_code(&server, token).await.len(), 12, "there is a code to hand out");
}

#[tokio::test]
async fn a_code_admits_exactly_one_more_in_any_letter_case() {
    let (server, admin) = inhabited().await;
    let code = invite_code(&server, &admin).await;
    call(&server, "register", &form("b@example.com")).await.refused(403, "invite_code_invalid");
    call(&server, "register", &invited("b@example.com", "wrong")).await.refused(403, "invite_code_invalid");
    let form = invited("b@example.com", &format!(" {} ", code.to_lowercase()));
    assert_eq!(call(&server, "register", &form).await.expect(201)["user"]["role"], "user");
    call(&server, "register", &invited("c@example.com", &code)).await.refused(403, "invite_code_invalid");
    assert_ne!(invite_code(&server, &admin).await, code);
}

#[tokio::test]
async fn every_field_that_breaks_its_rule_is_named() {
    let server = TestServer::start_with(|settings| settings.password_min_length = 8).await;
    let good = || form("ada@example.com");
    for (body, named) in [
        (json!({}), vec!["email", "password", "name"]),
        (
            json!({"email": null, "password": null, "name": null, "inviteCode": null}),
            vec!["email", "password", "name"],
        ),
        (with(good(), "email", "ada"), vec!["email"]),
        (with(good(), "email", "Ada <ada@example.com>"), vec!["email"]),
        (with(good(), "email", format!("{}@example.com", "a".repeat(250))), vec!["email"]),
        (with(good(), "password", "1234567"), vec!["password"]),
        (with(good(), "password", "x".repeat(129)), vec!["password"]),
        (with(good(), "name", " \t"), vec!["name"]),
        (with(good(), "name", "x".repeat(101)), vec!["name"]),
        (with(good(), "inviteCode", "x".repeat(65)), vec!["inviteCode"]),
    ] {
        let answer = call(&server, "register", &body).await;
        assert_eq!(fields(&answer), named, "{body}");
        answer.refused(400, "invalid_field");
    }
    let longest = with(with(good(), "password", "ü".repeat(128)), "name", "ü".repeat(100));
    call(&server, "register", &longest).await.expect(201);
    let login = json!({"email": "ada@example.com", "password": "ü".repeat(128)});
    call(&server, "login", &login).await.expect(200);
}

#[tokio::test]
async fn what_is_not_the_json_of_a_form_is_refused_without_repeating_it() {
    let server = TestServer::start().await;
    for operation in ["register", "login"] {
        let path = format!("/v1/api/auth/{operation}");
        for (body, code) in [
            ("", "malformed_body"),
            ("{", "malformed_body"),
            (r#""481516""#, "malformed_body"),
            (r#"{"password": 481516}"#, "invalid_field"),
            (r#"{"password": ["481516"]}"#, "invalid_field"),
            (r#"{"email": {"password": "481516"}}"#, "invalid_field"),
        ] {
            let answer = server.send(server.request(Method::POST, &path).body(body)).await;
            assert!(!answer.text.contains("481516"), "{}", answer.text);
            answer.refused(400, code);
        }
        let large =
            server.request(Method::POST, &path).body(format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20)));
        server.send(large).await.refused(413, "body_too_large");
    }
}

#[tokio::test]
async fn a_body_needs_no_content_type() {
    let server = TestServer::start().await;
    for (kind, email) in [(None, "a@example.com"), (Some("text/plain"), "b@example.com")] {
        let mut request = server.request(Method::POST, "/v1/api/auth/register").body(form(email).to_string());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = server.send(request).await;
        // The second is asked for a code: the form was read.
        assert!([201, 403].contains(&answer.status.as_u16()), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_closed_door_says_so_before_it_looks_at_the_form() {
    let server = TestServer::start_with(|settings| settings.builtin_signup = false).await;
    call(&server, "register", &json!("no form")).await.refused(403, "login_disabled");
    let server = TestServer::start_with(|settings| settings.builtin_login = false).await;
    call(&server, "register", &json!("no form")).await.refused(403, "login_disabled");
    call(&server, "login", &json!("no form")).await.refused(403, "login_disabled");
}

#[tokio::test]
async fn only_allowed_domains_may_register() {
    let server = TestServer::start_with(|settings| {
        settings.allowed_email_domains = vec!["example.com".to_owned()];
    })
    .await;
    for outside in ["ada@elsewhere.test", "ada@mail.example.com", "ada@notexample.com"] {
        call(&server, "register", &form(outside)).await.refused(403, "domain_not_allowed");
    }
    // What only reads like the domain is no address.
    for disguised in ["ada@ex%61mple.com", "ada@exa\u{ad}mple.com", "ada@ｅxample.com", "ada@example.com."] {
        call(&server, "register", &form(disguised)).await.refused(400, "invalid_field");
    }
    // A form that is wrong is wrong before its domain is.
    let answer = call(&server, "register", &with(form("ada@elsewhere.test"), "name", "")).await;
    answer.refused(400, "invalid_field");
    call(&server, "register", &form("ada@Example.COM")).await.expect(201);
    // The domain is looked at before the code.
    call(&server, "register", &form("bob@elsewhere.test")).await.refused(403, "domain_not_allowed");
}

#[tokio::test]
async fn only_who_has_the_code_learns_that_an_email_is_taken() {
    let (server, admin) = inhabited().await;
    let stranger = call(&server, "register", &invited("admin@example.com", "wrong")).await;
    stranger.refused(403, "invite_code_invalid");
    let code = invite_code(&server, &admin).await;
    for spelled in ["admin@example.com", " ADMIN@Example.com"] {
        call(&server, "register", &invited(spelled, &code)).await.refused(409, "conflict");
    }
    assert_eq!(invite_code(&server, &admin).await, code, "a code that admitted nobody stays");
}

#[tokio::test]
async fn guessing_codes_is_stopped_and_the_right_one_waits_too() {
    let (server, admin) = inhabited().await;
    for _ in 0..5 {
        let refused = call(&server, "register", &invited("b@example.com", "wrong")).await;
        refused.refused(403, "invite_code_invalid");
    }
    let code = invite_code(&server, &admin).await;
    let locked = call(&server, "register", &invited("b@example.com", &code)).await;
    assert!((1..=60).contains(&retry_after(&locked)));
    locked.refused(429, "too_many_failures");
}

#[tokio::test]
async fn of_many_first_registrations_at_once_one_is_the_admin() {
    let server = TestServer::start().await;
    let forms: Vec<Value> = (0..8).map(|n| form(&format!("user{n}@example.com"))).collect();
    let answers = futures::future::join_all(forms.iter().map(|form| call(&server, "register", form))).await;
    let (admitted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(admitted.len(), 1);
    assert_eq!(admitted[0].json["user"]["role"], "admin");
    for answer in refused {
        answer.refused(403, "invite_code_invalid");
    }
}

#[tokio::test]
async fn an_unusual_address_is_taken_or_refused_but_never_answered_against_the_contract() {
    for (email, taken) in [
        ("a.b+c_d@mail.example.com", true),
        ("o'brien@example.com", true),
        ("grüße@example.com", false),
        ("ada@bücher.example", false),
        ("ada@xn--bcher-kva.example", true),
        ("ada@ex%61mple.com", false),
        ("ada@exa_mple.com", false),
        ("ada@-example.com", false),
        ("\"a b\"@example.com", true),
        ("ada@example.com\u{0}", false),
        ("ada@example.com\r\nbcc: all@example.com", false),
    ] {
        let server = TestServer::start().await;
        let answer = call(&server, "register", &form(email)).await;
        assert_eq!(answer.status.as_u16(), if taken { 201 } else { 400 }, "{email:?}: {}", answer.text);
    }
}
