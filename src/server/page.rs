//! The page at `/`: a note for people who open the address in a browser.

use axum::Router;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use http::header;

/// Pages load nothing and run nothing; their style stands inside.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/", get(note))
}

async fn note() -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("page.html")))
}
