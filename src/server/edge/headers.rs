//! Headers that every answer carries, and the origins browsers may call from.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::server::App;

const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// `nosniff`, `Referrer-Policy`, CSP and `no-store`, unless the route set its own (design of the HTTP edge).
pub async fn security(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    default(headers, header::CONTENT_SECURITY_POLICY, API_POLICY);
    default(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

/// CORS for the configured origins, read anew for each request so that a reload counts at once.
pub fn cors(app: &App) -> CorsLayer {
    let app = app.clone();
    let allowed = move |origin: &HeaderValue, _: &http::request::Parts| {
        app.rules.load().cors_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("last-event-id"),
            HeaderName::from_static("x-request-id"),
        ])
        .expose_headers([
            HeaderName::from_static("x-request-id"),
            header::RETRY_AFTER,
            HeaderName::from_static("x-orchcli-warning"),
        ])
        .max_age(Duration::from_mins(10))
}
