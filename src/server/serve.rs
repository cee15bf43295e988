//! Connections: accept, limit, answer, and stop without cutting anybody off.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::app::App;
use super::edge::{self, Peer};

/// How long a request's head may take to arrive.
const HEAD_ARRIVAL: Duration = Duration::from_secs(30);
/// How long to wait when the system has no file handles left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How often idle rate-limit buckets are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(30);

/// Answers connections from `routes` until `stop`, then lets open requests finish for at most `drain`.
///
/// Returns whether everything ended by itself.
pub async fn serve(
    app: App,
    routes: Router<App>,
    listener: TcpListener,
    stop: CancellationToken,
    drain: Duration,
) -> bool {
    let service = router(&app, routes);
    let open = GracefulShutdown::new();
    let mut forget = tokio::time::interval(FORGET_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = forget.tick() => app.limits.forget_idle(),
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => answer(&open, service.clone(), socket, peer),
                Err(cause) => {
                    tracing::warn!(%cause, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    tokio::time::timeout(drain, open.shutdown()).await.is_ok()
}

fn answer(open: &GracefulShutdown, router: Router, socket: TcpStream, peer: SocketAddr) {
    // Small answers must not wait for more to say.
    let _ = socket.set_nodelay(true);
    let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        request.map(axum::body::Body::new)
    });
    let mut server = Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_ARRIVAL);
    server.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEAD_ARRIVAL));
    let connection =
        server.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service)).into_owned();
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(cause) = connection.await {
            tracing::debug!(%cause, "a connection ended early");
        }
    });
}

fn router(app: &App, routes: Router<App>) -> Router {
    // The last layer is the first a request meets.
    routes
        .layer(edge::cors(app))
        .layer(from_fn(edge::security))
        .layer(from_fn(edge::catch_panic))
        .layer(from_fn_with_state(app.clone(), edge::observe))
        .layer(from_fn_with_state(app.clone(), edge::resolve_client))
        .with_state(app.clone())
}
