//! One event to many readers of a status stream, over loopback: from the request that causes it until a reader has it.
//!
//! The event is the `complete` of a workflow that is deleted: it needs no cluster. Readers and server share the
//! machine, so what is told is the most the server takes.
//!
//!     cargo bench --bench stream
#![allow(clippy::expect_used, clippy::print_stdout, reason = "the outcome is what it prints")]

#[path = "support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use support::{Server, mebibytes, quantile};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const NODES: usize = 3;
/// How many readers connect at once.
const WAVE: usize = 200;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for readers in [1_000, 10_000] {
        runtime.block_on(one_event_to(readers));
    }
}

async fn one_event_to(readers: usize) {
    let server = Server::start();
    let (token, id) = server.with_workflow(NODES);
    let before = server.memory();
    let mut open = Vec::with_capacity(readers);
    while open.len() < readers {
        let wave = (0..WAVE.min(readers - open.len())).map(|_| subscribe(&server.address, &token, &id));
        open.extend(futures::future::join_all(wave).await);
    }
    let after = server.memory();
    let mut arrivals: JoinSet<Instant> = open.into_iter().map(completed).collect();
    tokio::task::yield_now().await;

    let sent = Instant::now();
    let address = server.address.clone();
    let request = format!(
        "DELETE /v1/api/workflows/{id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(request.as_bytes()).await.expect("the request is sent");
    let mut times: Vec<Duration> = Vec::with_capacity(readers);
    while let Some(arrived) = arrivals.join_next().await {
        times.push(arrived.expect("no panic").duration_since(sent));
    }
    times.sort_unstable();
    println!(
        "one event to {readers} readers: median {:?}, p99 {:?}, last {:?}",
        quantile(&times, 0.5),
        quantile(&times, 0.99),
        quantile(&times, 1.0)
    );
    let grown = after.resident.saturating_sub(before.resident);
    println!(
        "memory for {readers} readers: {} more, {} bytes each",
        mebibytes(grown),
        grown / u64::try_from(readers).unwrap_or(u64::MAX)
    );
}

/// Opens a stream and reads its snapshot.
async fn subscribe(address: &str, token: &str, id: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET /v1/api/workflows/{id}/status/stream HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.expect("the request is sent");
    read_until(&mut socket, b"event: metadata").await;
    socket
}

async fn completed(mut socket: TcpStream) -> Instant {
    read_until(&mut socket, b"event: complete").await;
    Instant::now()
}

async fn read_until(socket: &mut TcpStream, wanted: &[u8]) {
    let mut seen = Vec::with_capacity(1 << 12);
    while !seen.windows(wanted.len()).any(|bytes| bytes == wanted) {
        assert_ne!(socket.read_buf(&mut seen).await.expect("the stream"), 0, "the server hung up");
    }
}
