//! What every request meets before its route, and every answer carries.

mod support;

use std::num::NonZeroU32;

use orchcli::settings::Rate;
use reqwest::Method;
use support::{TestServer, contract};

#[test]
fn public_operations_are_the_ones_openapi_opens() {
    for route in orchcli::server::routes::table() {
        let operation = &contract::DOCUMENT["paths"][route.path][route.method.as_str().to_lowercase()];
        let described_open = operation["security"].as_array().is_some_and(Vec::is_empty);
        // These two read the token themselves: an expired one is still worth something to them.
        let reads_token_itself = ["/v1/api/auth/refresh", "/v1/api/auth/logout"].contains(&route.path);
        let open = ["public", "exempt"].contains(&route.policy);
        assert_eq!(open, described_open || reads_token_itself, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn the_greeting_answers_get_and_head_with_and_without_a_slash() {
    let server = TestServer::start().await;
    for path in ["/v1", "/v1/"] {
        let greeting = server.call(Method::GET, path, None, None).await.expect(200);
        assert_eq!(greeting["status"], "success");
        assert_eq!(greeting["name"], "orchcli");
        let head = server.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(head.status(), 200);
        assert_eq!(head.text().await.unwrap(), "");
    }
}

#[tokio::test]
async fn a_harmless_request_id_comes_back_and_any_other_is_replaced() {
    let server = TestServer::start().await;
    let kept = server.send(server.request(Method::GET, "/v1").header("x-request-id", "trace.1-a_B")).await;
    assert_eq!(kept.headers["x-request-id"], "trace.1-a_B");
    let replaced = server.send(server.request(Method::GET, "/v1").header("x-request-id", "two words")).await;
    assert_ne!(replaced.headers["x-request-id"], "two words");
}

#[tokio::test]
async fn api_answers_are_closed_to_frames_and_caches() {
    let server = TestServer::start().await;
    let answer = server.call(Method::GET, "/v1", None, None).await;
    assert_eq!(answer.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(answer.headers["referrer-policy"], "same-origin");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(!answer.headers.contains_key("strict-transport-security"), "this is plain HTTP");
}

#[tokio::test]
async fn only_configured_origins_may_call_from_a_browser() {
    let server = TestServer::start_with(|settings| {
        settings.cors_allowed_origins = vec!["https://console.example".into()];
    })
    .await;
    let preflight = |origin: &'static str| {
        server
            .request(Method::OPTIONS, "/v1/api/workflows")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
    };
    let allowed = preflight("https://console.example").await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://console.example");
    assert!(!allowed.headers().contains_key("access-control-allow-credentials"));
    let list = |name: &str| {
        let mut names: Vec<_> = allowed.headers()[name].to_str().unwrap().split(',').map(str::trim).collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(list("access-control-allow-headers"), "authorization content-type last-event-id x-request-id");
    assert_eq!(list("access-control-allow-methods"), "DELETE GET PATCH POST PUT");
    for evil in
        ["https://evil.example", "https://console.example.evil.example", "http://console.example", "null"]
    {
        let refused = preflight(evil).await.unwrap();
        assert!(!refused.headers().contains_key("access-control-allow-origin"), "{evil}");
    }

    // A refusal has to be readable too.
    let request = server.request(Method::GET, "/v1/api/profile").header("origin", "https://console.example");
    let answer = server.send(request).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "https://console.example");
    assert_eq!(answer.headers["access-control-expose-headers"], "x-request-id,retry-after,x-orchcli-warning");
    answer.refused(401, "unauthenticated");
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405_with_allow() {
    let server = TestServer::start().await;
    let words =
        server.call(Method::GET, "/v1/api/nothing-here", None, None).await.refused(404, "no_such_route");
    assert!(words.contains("/v1/api/nothing-here"));
    let answer = server.call(Method::DELETE, "/v1", None, None).await;
    assert_eq!(answer.headers["allow"], "GET,HEAD");
    answer.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn strangers_are_limited_by_address_and_told_when_to_come_back() {
    let one = NonZeroU32::new(1).unwrap();
    let server = TestServer::start_with(|settings| {
        settings.rate_limits.anonymous = Some(Rate { per_second: one, burst: one });
    })
    .await;
    server.call(Method::GET, "/v1", None, None).await.expect(200);
    let mut answer = server.call(Method::GET, "/v1", None, None).await;
    for _ in 0..50 {
        if answer.status == 429 {
            break;
        }
        answer = server.call(Method::GET, "/v1", None, None).await;
    }
    assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    answer.refused(429, "rate_limited");
    // The documents and the metrics are exempt.
    server.call(Method::GET, "/v1/api-docs", None, None).await.expect(200);
    server.call(Method::GET, "/metrics", None, None).await.expect(200);
}

#[tokio::test]
async fn every_user_has_an_allowance_of_their_own() {
    let one = NonZeroU32::new(1).unwrap();
    let server = TestServer::start_with(|settings| {
        settings.rate_limits.user = Some(Rate { per_second: one, burst: one });
    })
    .await;
    let admin = server.admin().await;
    let other = server.sign_up("other@example.com", Some(&admin)).await;
    let mut codes = Vec::new();
    for _ in 0..50 {
        codes.push(server.get("/v1/api/profile", &admin).await.json["code"].clone());
    }
    assert!(codes.iter().any(|seen| seen == "rate_limited"), "{codes:?}");
    server.get("/v1/api/profile", &other).await.expect(200);
    server.call(Method::GET, "/v1", None, None).await.expect(200);
}

#[tokio::test]
async fn what_no_operation_answers_counts_like_everything_else() {
    let one = NonZeroU32::new(1).unwrap();
    let server = TestServer::start_with(|settings| {
        settings.rate_limits.anonymous = Some(Rate { per_second: one, burst: one });
    })
    .await;
    let user = server.admin().await;
    for (method, path, code) in
        [(Method::GET, "/nothing-here", "no_such_route"), (Method::DELETE, "/v1", "method_not_allowed")]
    {
        let mut codes = Vec::new();
        for _ in 0..50 {
            codes.push(server.call(method.clone(), path, None, None).await.json["code"].clone());
        }
        assert!(codes.iter().any(|seen| seen == "rate_limited"), "{codes:?}");
        // Somebody who is signed in has a share of their own.
        let answer = server.call(method, path, Some(&user.token), None).await;
        assert_eq!(answer.json["code"], code);
    }
}

#[tokio::test]
async fn metrics_ask_for_their_token_when_one_is_set() {
    let server = TestServer::start_with(|settings| settings.metrics_token = Some("scrape-me".into())).await;
    server.call(Method::GET, "/metrics", None, None).await.refused(401, "unauthenticated");
    server.call(Method::GET, "/metrics", Some("wrong"), None).await.refused(401, "unauthenticated");
    assert_eq!(server.call(Method::GET, "/metrics", Some("scrape-me"), None).await.status, 200);
}

#[tokio::test]
async fn the_api_describes_itself_in_yaml_and_json() {
    let server = TestServer::start().await;
    let json = server.call(Method::GET, "/v1/api-docs/json", None, None).await.expect(200);
    assert_eq!(json["info"]["title"], "orchcli API");
    let yaml = server.call(Method::GET, "/v1/api-docs", None, None).await;
    assert_eq!(yaml.headers["content-type"], "application/yaml");
    assert_eq!(serde_saphyr::from_str::<serde_json::Value>(&yaml.text).unwrap(), json);
}
