//! The guarded HTTP client against real servers on this machine, which it refuses until it is told otherwise.

#![allow(clippy::unwrap_used)]
use orchcli::outbound::{Client, Error, Request, Settings};
use wiremock::matchers::{header_exists, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn client(allow: &[&str]) -> Client {
    // The binary does this once at start; a second test in the same process finds it done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let allow = allow.iter().map(|entry| entry.parse().unwrap()).collect();
    Client::new(&Settings { allow, ca_file: None }).unwrap()
}

async fn answers(server: &MockServer, at: &str, response: ResponseTemplate) {
    Mock::given(path(at)).respond_with(response).mount(server).await;
}

#[tokio::test]
async fn a_private_address_is_refused_by_literal_and_by_name() {
    let server = MockServer::start().await;
    let port = server.address().port();
    for host in ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let request = Request::get(format!("http://{host}:{port}/")).plain_http(true);
        let error = client(&[]).send(request).await.unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{host}: {error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_allowed_network_is_called() {
    let server = MockServer::start().await;
    answers(&server, "/", ResponseTemplate::new(418).set_body_string("tea")).await;
    let response = client(&["127.0.0.0/8"]).send(Request::get(server.uri()).plain_http(true)).await.unwrap();
    assert_eq!((response.status.as_u16(), &*response.body), (418, b"tea".as_slice()));
}

#[tokio::test]
async fn plain_http_needs_leave() {
    let error = client(&["127.0.0.1"]).send(Request::get("http://127.0.0.1:1/")).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 must be called over https, not http");
}

#[tokio::test]
async fn what_is_not_a_web_url_is_refused_without_its_secrets() {
    for url in ["file:///etc/passwd", "unix:/run/x", "nonsense", "http://"] {
        let error = client(&[]).send(Request::get(url)).await.unwrap_err();
        assert!(matches!(error, Error::Url(_)), "{url}: {error}");
    }
    let error = client(&[]).send(Request::get("https://user:hunter2@example.com/")).await.unwrap_err();
    assert!(matches!(error, Error::UserInfo { .. }));
    assert!(!error.to_string().contains("hunter2"));
}

#[tokio::test]
async fn a_redirect_passes_the_same_checks() {
    let server = MockServer::start().await;
    answers(&server, "/", ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/"))
        .await;
    let error = client(&["127.0.0.1"]).send(Request::get(server.uri()).plain_http(true)).await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error}");
}

#[tokio::test]
async fn redirects_end() {
    let server = MockServer::start().await;
    answers(&server, "/", ResponseTemplate::new(302).insert_header("location", "/")).await;
    let error = client(&["127.0.0.1"]).send(Request::get(server.uri()).plain_http(true)).await.unwrap_err();
    assert!(matches!(error, Error::TooManyRedirects { .. }));
    assert_eq!(server.received_requests().await.unwrap().len(), 6);
}

#[tokio::test]
async fn credentials_stay_with_the_host_they_were_given_for() {
    let first = MockServer::start().await;
    let second = MockServer::start().await;
    let to_second = ResponseTemplate::new(307).insert_header("location", second.uri().as_str());
    answers(&first, "/", to_second).await;
    Mock::given(header_exists("authorization")).respond_with(ResponseTemplate::new(500)).mount(&second).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(204)).mount(&second).await;

    let request =
        Request::get(first.uri()).plain_http(true).authorization("Bearer", &"t0ken".into()).unwrap();
    let response = client(&["127.0.0.1"]).send(request).await.unwrap();
    assert_eq!(response.status.as_u16(), 204);
    assert!(first.received_requests().await.unwrap()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_post_is_not_sent_on() {
    let server = MockServer::start().await;
    answers(&server, "/", ResponseTemplate::new(307).insert_header("location", "/other")).await;
    let request = Request::post(server.uri()).plain_http(true).form([("refresh_token", "r1")]);
    let response = client(&["127.0.0.1"]).send(request).await.unwrap();
    assert_eq!(response.status.as_u16(), 307);
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_read() {
    let server = MockServer::start().await;
    answers(&server, "/", ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 2000])).await;
    let request = Request::get(server.uri()).plain_http(true).max_bytes(1999);
    let error = client(&["127.0.0.1"]).send(request).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 1999, .. }));
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let error = client(&["127.0.0.1"]).send(Request::get("https://127.0.0.1:1/")).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot reach 127.0.0.1: "), "{error}");
}
