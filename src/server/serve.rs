//! Connections: accept, limit, answer, and stop without cutting anybody off.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
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
    // HTTP/1 alone: browsers and proxies speak nothing else without TLS, and finding out costs every stream 8 KiB.
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_ARRIVAL);
    let connection =
        open.watch(server.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service)));
    tokio::spawn(async move {
        if let Err(cause) = connection.await {
            tracing::debug!(%cause, "a connection ended early");
        }
    });
}

fn router(app: &App, routes: Router<App>) -> Router {
    // The last layer is the first a request meets. A panic is caught before the headers, which its answer needs too.
    routes
        .layer(from_fn(edge::catch_panic))
        .layer(edge::cors(app))
        .layer(from_fn(edge::security))
        .layer(from_fn_with_state(app.clone(), edge::observe))
        .layer(from_fn_with_state(app.clone(), edge::resolve_client))
        .with_state(app.clone())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::clock::Clock;
    use crate::server::assemble::{assemble, collections};
    use crate::settings::{self, Fresh, Machine, Sources};
    use crate::store::Store;
    use crate::supervisor::Supervisor;

    /// A connection to `routes`, on which `said` was sent.
    async fn connect(open: &GracefulShutdown, routes: Router, said: &str) -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, peer) = listener.accept().await.unwrap();
        answer(open, routes, socket, peer);
        client.write_all(said.as_bytes()).await.unwrap();
        client
    }

    /// What comes until the other end closes; `None` when it does not within the time.
    async fn heard(mut client: TcpStream, within: Duration) -> Option<String> {
        let mut text = String::new();
        tokio::time::timeout(within, client.read_to_string(&mut text)).await.ok()?.unwrap();
        Some(text)
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_asks_nothing_is_closed() {
        let open = GracefulShutdown::new();
        for said in ["", "P", "PRI * HTTP/2.0\r\n", "GET / HTTP/1.1\r\nhost: a\r\n"] {
            let client = connect(&open, Router::new(), said).await;
            let came = heard(client, HEAD_ARRIVAL * 2).await;
            assert!(came.is_some(), "{said:?} is still waited for");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_longer_than_a_question() {
        let slow = get(|| async {
            tokio::time::sleep(HEAD_ARRIVAL * 2).await;
            "at last"
        });
        let open = GracefulShutdown::new();
        let asked = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let client = connect(&open, Router::new().route("/", slow), asked).await;
        assert!(heard(client, HEAD_ARRIVAL * 3).await.unwrap().ends_with("at last"));
    }

    fn app(dir: &tempfile::TempDir) -> App {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let environment =
            [("DATA_DIR", dir.path().to_str().unwrap()), ("CORS_ALLOWED_ORIGINS", "https://a.example")];
        let sources = Sources {
            flags: Vec::new(),
            environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            file: None,
            machine: Machine::default(),
            fresh: Fresh { jwt_secret: "j".repeat(32).into(), encryption_key: "e".repeat(32).into() },
        };
        let settings = settings::load(&sources).unwrap().settings;
        let store = Store::open(dir.path(), Clock::system(), &collections()).unwrap();
        assemble(&settings, store, &Supervisor::new()).unwrap()
    }

    #[tokio::test]
    async fn the_answer_to_a_panic_has_the_headers_and_the_shape_of_every_other() {
        let dir = tempfile::TempDir::new().unwrap();
        let broken = get(|| async {
            panic!("a fault of ours");
            #[allow(unreachable_code)]
            ""
        });
        let routes = router(&app(&dir), Router::new().route("/", broken));
        let request = hyper::Request::get("/").header("origin", "https://a.example").body(Body::empty());
        let response = routes.oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), 500);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("access-control-allow-origin", "https://a.example"),
        ] {
            assert_eq!(response.headers()[name], value);
        }
        assert!(response.headers().contains_key("x-request-id"));
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], "internal");
        assert!(!body.to_string().contains("a fault of ours"));
    }
}
