//! A scripted engine, for what a real one of the test bed will not do: other versions, other systems, faults.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a broken harness fails the test")]
#![allow(missing_docs)]

use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio_rustls::TlsAcceptor;

/// What it answers to `GET /_ping` and the like: the bytes of a whole HTTP answer.
pub type Script = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

/// An HTTP answer that ends with its connection.
pub fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.extend([*name, ": ", *value, "\r\n"]);
    }
    (text + "\r\n" + body).into_bytes()
}

/// The answer to a ping.
pub fn pong(api: &str, os: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut headers = vec![("Api-Version", api), ("OSType", os)];
    headers.extend_from_slice(more);
    answer("200 OK", &headers, "OK")
}

/// A script that pings, answers `more`, and knows nothing else. What it was asked is kept in the second value.
pub fn script(
    ping: Vec<u8>,
    more: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> (Script, Arc<Mutex<Vec<String>>>) {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&asked);
    let script = move |line: &str| {
        heard.lock().expect("nobody panicked").push(line.to_owned());
        if line == "GET /_ping" {
            return ping.clone();
        }
        more(line).unwrap_or_else(|| answer("404 Not Found", &[], r#"{"message":"page not found"}"#))
    };
    (Arc::new(script), asked)
}

/// Serves at a socket.
pub fn at_socket(path: &Path, script: Script) {
    let listener = UnixListener::bind(path).expect("a socket");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&script)));
        }
    });
}

/// Serves at a port of loopback, by TLS when told how, and returns the port.
pub async fn at_port(script: Script, tls: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (script, tls) = (Arc::clone(&script), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => serve(stream, script).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, script).await;
                        }
                    }
                }
            });
        }
    });
    port
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: Script) {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&chunk[..count]),
        }
    }
    let head = String::from_utf8_lossy(&head);
    let line: Vec<&str> = head.lines().next().unwrap_or_default().split(' ').take(2).collect();
    let _ = stream.write_all(&script(&line.join(" "))).await;
    let _ = stream.shutdown().await;
}
