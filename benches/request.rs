//! `GET /v1/api/workflows/{id}` with a token, over loopback, by 64 connections that never pause.
//!
//! Client and server share the machine, so what is told is the least the server can do.
//!
//!     cargo bench --bench request
#![allow(clippy::expect_used, clippy::print_stdout, reason = "the outcome is what it prints")]

#[path = "support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use support::{Server, mebibytes, quantile};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 64;
const NODES: usize = 10;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);

fn main() {
    let server = Server::start();
    let (token, id) = server.with_workflow(NODES);
    let request = format!(
        "GET /v1/api/workflows/{id} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(load(&server.address, request.as_bytes().into(), WARM_UP));
    let began = Instant::now();
    let mut times = runtime.block_on(load(&server.address, request.as_bytes().into(), MEASURED));
    let seconds = began.elapsed().as_secs_f64();
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = times.len() as f64 / seconds;
    println!(
        "GET /v1/api/workflows/{{id}}, {NODES} nodes, {CONNECTIONS} connections: {rate:.0} a second, median {:?}, p99 {:?}",
        quantile(&times, 0.5),
        quantile(&times, 0.99)
    );
    println!("memory after {} requests: {} resident", times.len(), mebibytes(server.memory().resident));
}

/// How long each request took, by connections that ask again as soon as they are answered.
async fn load(address: &str, request: Arc<[u8]>, span: Duration) -> Vec<Duration> {
    let end = Instant::now() + span;
    let connections = (0..CONNECTIONS).map(|_| {
        let (address, request) = (address.to_owned(), Arc::clone(&request));
        tokio::spawn(async move { ask_until(&address, &request, end).await })
    });
    let connections: Vec<_> = connections.collect();
    let mut times = Vec::new();
    for connection in connections {
        times.append(&mut connection.await.expect("no panic"));
    }
    times
}

async fn ask_until(address: &str, request: &[u8], end: Instant) -> Vec<Duration> {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.set_nodelay(true).expect("a socket");
    let (mut times, mut buffer) = (Vec::with_capacity(1 << 14), Vec::with_capacity(1 << 14));
    while Instant::now() < end {
        let asked = Instant::now();
        socket.write_all(request).await.expect("the request is sent");
        buffer.clear();
        while !is_whole(&buffer) {
            assert_ne!(socket.read_buf(&mut buffer).await.expect("an answer"), 0, "the server hung up");
        }
        assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer));
        times.push(asked.elapsed());
    }
    times
}

/// Whether the answer has all the bytes its head announces.
fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let text = std::str::from_utf8(&answer[..head]).expect("a head is text");
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.expect("answers tell their length").parse().expect("a length");
    answer.len() >= head + 4 + length
}
