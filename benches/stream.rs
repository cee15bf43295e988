//! One event to many readers of a status stream, over loopback: from the request that causes it until a reader has it.
//!
//! The event is the `workflow_sync` of a workflow that is archived: it needs no cluster. Readers and server share the
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
use tokio::sync::mpsc;

const NODES: usize = 3;
/// How many readers connect at once.
const WAVE: usize = 200;
/// How many events are sent.
const EVENTS: usize = 11;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for readers in [1_000, 10_000] {
        runtime.block_on(events_to(readers));
    }
}

async fn events_to(readers: usize) {
    let server = Server::start();
    let (token, id) = server.with_workflow(NODES);
    let before = server.memory();
    let mut open = Vec::with_capacity(readers);
    while open.len() < readers {
        let wave = (0..WAVE.min(readers - open.len())).map(|_| subscribe(&server.address, &token, &id));
        open.extend(futures::future::join_all(wave).await);
    }
    let grown = server.memory().resident.saturating_sub(before.resident);
    let (arrived, mut arrivals) = mpsc::channel(readers);
    for socket in open {
        tokio::spawn(listen(socket, arrived.clone()));
    }

    let mut times: Vec<Duration> = Vec::with_capacity(readers * EVENTS);
    for _ in 0..EVENTS {
        set_status(&server.address, &token, &id, "draft").await;
        let sent = Instant::now();
        let archiving = set_status(&server.address, &token, &id, "archived");
        let arriving = async {
            for _ in 0..readers {
                times.push(arrivals.recv().await.expect("a reader").duration_since(sent));
            }
        };
        futures::future::join(archiving, arriving).await;
    }
    times.sort_unstable();
    println!(
        "{EVENTS} events to {readers} readers: median {:?}, p99 {:?}, slowest {:?}",
        quantile(&times, 0.5),
        quantile(&times, 0.99),
        quantile(&times, 1.0)
    );
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
    let mut seen = Vec::with_capacity(1 << 12);
    while !holds(&seen, b"event: metadata") {
        assert_ne!(socket.read_buf(&mut seen).await.expect("the stream"), 0, "the server hung up");
    }
    socket
}

/// Tells when each event came.
async fn listen(mut socket: TcpStream, arrived: mpsc::Sender<Instant>) {
    let mut seen = Vec::with_capacity(1 << 12);
    while socket.read_buf(&mut seen).await.is_ok_and(|read| read > 0) {
        if holds(&seen, b"event: workflow_sync") && seen.ends_with(b"\n\r\n") {
            seen.clear();
            if arrived.send(Instant::now()).await.is_err() {
                return;
            }
        }
    }
}

async fn set_status(address: &str, token: &str, id: &str, status: &str) {
    let body = format!("{{\"status\":\"{status}\"}}");
    let request = format!(
        "PUT /v1/api/workflows/{id}/status HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(request.as_bytes()).await.expect("the request is sent");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

fn holds(seen: &[u8], wanted: &[u8]) -> bool {
    seen.windows(wanted.len()).any(|bytes| bytes == wanted)
}
