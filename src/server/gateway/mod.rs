//! The gateway of a local stack: one address for the console and the API behind it (cli.md 5.5).
//!
//! A page of the UI whose bundle was built without the address of the API asks its own origin. Here that origin has the
//! API as well: what is meant for core goes there, everything else to the UI's container or to the console of this
//! program.

mod forward;
mod way;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use http::Request;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::{ServiceExt as _, service_fn};

use super::edge::{self, Peer};
use super::{connections, page};
use forward::forward;
use way::{Way, way};

/// How long open requests may take to finish at the end.
const DRAIN: Duration = Duration::from_secs(2);

/// What stands behind a gateway.
#[derive(Debug, Clone)]
pub struct Behind {
    /// Host and port of core.
    pub core: String,
    /// Host and port of the UI; without one it is the console of this program.
    pub ui: Option<String>,
}

/// Answers from what stands behind until it is told to stop.
pub async fn run(listener: TcpListener, behind: Behind, stop: CancellationToken) {
    let console: Router = page::router().layer(from_fn(edge::security));
    let service = service_fn(move |request: Request<Body>| {
        let (behind, console) = (behind.clone(), console.clone());
        async move { Ok(answer(&behind, console, request).await) }
    });
    connections::answer(listener, Router::new().fallback_service(service), &stop, DRAIN).await;
}

async fn answer(behind: &Behind, console: Router, mut request: Request<Body>) -> Response {
    let peer = request.extensions().get().map(|Peer(peer): &Peer| *peer);
    let (name, to) = match (way(request.uri()), &behind.ui) {
        (Way::Core(target), _) => {
            *request.uri_mut() = target;
            ("core", &behind.core)
        }
        (Way::Ui(target), Some(ui)) => {
            *request.uri_mut() = target;
            ("the UI", ui)
        }
        (Way::Ui(_), None) => return console.oneshot(request).await.into_response(),
    };
    forward(to, request, peer).await.unwrap_or_else(|error| error.answer(name, to))
}
