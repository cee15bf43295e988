//! Connections: accept, answer, and stop without cutting anybody off.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::edge::Peer;

/// How long a request's head may take to arrive.
const HEAD_ARRIVAL: Duration = Duration::from_secs(30);
/// How long to wait when the system has no file handles left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Answers connections by `router` until `stop`, then lets open requests finish for at most `drain`.
///
/// Returns whether everything ended by itself.
pub(super) async fn answer(
    listener: TcpListener,
    router: Router,
    stop: &CancellationToken,
    drain: Duration,
) -> bool {
    let open = TaskTracker::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => {
                    open.spawn(answer_one(router.clone(), socket, peer, stop.clone()));
                }
                Err(cause) => {
                    tracing::warn!(%cause, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    open.close();
    tokio::time::timeout(drain, open.wait()).await.is_ok()
}

async fn answer_one(router: Router, socket: TcpStream, peer: SocketAddr, stop: CancellationToken) {
    // Small answers must not wait for more to say.
    let _ = socket.set_nodelay(true);
    let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        request.map(axum::body::Body::new)
    });
    // HTTP/1 alone: browsers and proxies speak nothing else without TLS, and finding out costs every stream 8 KiB.
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_ARRIVAL);
    let connection = server.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service));
    let mut connection = pin!(connection.with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(cause) = ended {
        tracing::debug!(%cause, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// A connection to `routes`, on which `said` was sent.
    async fn connect(routes: Router, said: &str) -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, peer) = listener.accept().await.unwrap();
        tokio::spawn(answer_one(routes, socket, peer, CancellationToken::new()));
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
        for said in ["", "P", "PRI * HTTP/2.0\r\n", "GET / HTTP/1.1\r\nhost: a\r\n"] {
            let client = connect(Router::new(), said).await;
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
        let asked = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let client = connect(Router::new().route("/", slow), asked).await;
        assert!(heard(client, HEAD_ARRIVAL * 3).await.unwrap().ends_with("at last"));
    }
}
