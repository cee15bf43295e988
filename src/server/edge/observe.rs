//! Request ids, one log line a request, and the request metrics.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header};
use rand::RngExt as _;
use tracing::Instrument as _;

use super::address::client_address;
use crate::server::App;

const REQUEST_ID: &str = "x-request-id";

/// Gives the request its id, follows it, and says how it went.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id(request.headers());
    let method = countable(request.method());
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unknown".to_owned(), |path| colon_style(path.as_str()));
    let (parts, body) = request.into_parts();
    let client = client_address(&parts);
    let request = Request::from_parts(parts, body);

    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let in_flight = InFlight::enter(&app);
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);

    response.headers_mut().insert(REQUEST_ID, id);
    let elapsed = start.elapsed();
    let status = response.status();
    if path != "/metrics" {
        let timed = (!is_stream(response.headers())).then_some(elapsed.as_secs_f64());
        app.metrics.answered(&method, &path, status, timed);
    }
    span.in_scope(|| {
        tracing::info!(%method, path, status = status.as_u16(), ms = millis(elapsed), %client, "answered");
    });
    response
}

/// Milliseconds, to the microsecond: what a clock's noise adds behind that helps nobody.
fn millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}

/// The caller's id when it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let harmless = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=128).contains(&bytes.len())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    headers.get(REQUEST_ID).filter(harmless).cloned().unwrap_or_else(|| {
        let id = format!("{:032x}", rand::rng().random::<u128>());
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"))
    })
}

/// Methods are a label: anybody may send any word, so unknown ones share one.
fn countable(method: &Method) -> Method {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if known.contains(method) { method.clone() } else { Method::TRACE }
}

/// `/workflows/{id}` as the reference writes it: `/workflows/:id`.
fn colon_style(path: &str) -> String {
    path.replace('{', ":").replace('}', "")
}

fn is_stream(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// One request being answered; it stops counting even when its client leaves in the middle.
struct InFlight(prometheus::IntGauge);

impl InFlight {
    fn enter(app: &App) -> Self {
        let gauge = app.metrics.in_flight().clone();
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echoed(sent: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, sent.parse().unwrap());
        request_id(&headers) == sent
    }

    #[test]
    fn a_harmless_request_id_is_kept() {
        assert!(echoed("a"));
        assert!(echoed(&"Ab1._-".repeat(21)));
    }

    #[test]
    fn any_other_is_replaced() {
        for sent in ["", "two words", "a\tb", "<script>", &"a".repeat(129)] {
            assert!(!echoed(sent), "{sent:?}");
        }
    }

    #[test]
    fn paths_are_labelled_as_the_reference_does() {
        assert_eq!(
            colon_style("/v1/api/workflows/{id}/versions/{version}"),
            "/v1/api/workflows/:id/versions/:version"
        );
    }
}
