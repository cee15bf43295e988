//! The gateway before the UI of a local stack: what goes where, and how (cli.md 5.5).
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/ports.rs"]
mod ports;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A server that answers each connection by a function of what was asked and the connection.
fn server(answer: impl Fn(&str, TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, answer) = (stream.unwrap(), answer.clone());
            std::thread::spawn(move || answer(&head(&stream), stream));
        }
    });
    address
}

/// The head of what comes on a connection, read byte by byte: what follows is left there.
fn head(mut stream: &TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Answers with what was asked, and whose answer it is.
fn says(name: &str, asked: &str, mut stream: TcpStream) {
    let body = format!("{name}\n{asked}");
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
}

fn core(asked: &str, stream: TcpStream) {
    says("core", asked, stream);
}

fn ui(asked: &str, stream: TcpStream) {
    says("ui", asked, stream);
}

fn nobody() -> String {
    format!("127.0.0.1:{}", ports::free_port())
}

struct Gateway {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Gateway {
    fn before(core: &str, ui: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ready: PathBuf = folder.path().join("ready");
        let port = ports::free_port().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
        command.args(["gateway", "--host", "127.0.0.1", "--port", &port, "--core", core]);
        command.args(ui.iter().flat_map(|ui| ["--ui", ui])).arg("--ready-file").arg(&ready);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        while !ready.exists() {
            assert_eq!(child.try_wait().unwrap(), None, "it ended");
            std::thread::sleep(Duration::from_millis(10));
        }
        let address = std::fs::read_to_string(&ready).unwrap();
        let address = address.trim().strip_prefix("http://").unwrap().to_owned();
        Self { child, address, folder }
    }

    fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }

    /// The whole answer to a request for a path.
    fn ask(&self, path: &str, headers: &str) -> String {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address);
        let mut answer = String::new();
        self.send(&request).read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_api_is_cores_with_its_prefix_or_bare_and_the_rest_is_the_uis() {
    let gateway = Gateway::before(&server(core), Some(&server(ui)));
    for (asked, name, at) in [
        ("/v1/api/workflows?page=2", "core", "/v1/api/workflows?page=2"),
        ("/v1/", "core", "/v1/"),
        ("/auth/login", "core", "/v1/api/auth/login"),
        ("/workflows/7/runs?limit=1", "core", "/v1/api/workflows/7/runs?limit=1"),
        ("/", "ui", "/"),
        ("/dashboard/workflow/7?_rsc=1", "ui", "/dashboard/workflow/7?_rsc=1"),
        ("/auth/callback?code=a%2Fb", "ui", "/auth/callback?code=a%2Fb"),
    ] {
        let answer = gateway.ask(asked, "Authorization: Bearer token\r\nTE: trailers\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{asked}: {answer}");
        assert!(answer.contains(&format!("\r\n\r\n{name}\nGET {at} HTTP/1.1\r\n")), "{asked}: {answer}");
        assert!(answer.contains(&format!("host: {}\r\n", gateway.address)), "{answer}");
        assert!(answer.contains("authorization: Bearer token\r\n"), "{answer}");
        assert!(!answer.contains("te: trailers"), "that is between two ends: {answer}");
        assert!(answer.contains("x-forwarded-for: 127.0.0.1\r\n"), "{answer}");
        assert_eq!(answer.matches("onnection: close").count(), 1, "that of either end is its own: {answer}");
    }
}

#[test]
fn a_body_goes_through_as_it_comes() {
    let (sender, parts) = mpsc::channel();
    let counts = move |asked: &str, mut stream: TcpStream| {
        let length = asked.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse::<usize>().unwrap() / 2];
        for _ in 0..2 {
            stream.read_exact(&mut body).unwrap();
            sender.send(body.iter().map(|byte| u64::from(*byte)).sum::<u64>()).unwrap();
        }
        says("core", asked, stream);
    };
    let gateway = Gateway::before(&server(counts), None);
    let half = "\u{1}".repeat(1_500_000);
    let mut stream = gateway.send(&format!(
        "POST /v1/api/import/upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{half}",
        2 * half.len()
    ));
    assert_eq!(
        parts.recv_timeout(Duration::from_secs(20)),
        Ok(1_500_000),
        "the second half is not there yet"
    );
    stream.write_all(half.as_bytes()).unwrap();
    assert_eq!(parts.recv_timeout(Duration::from_secs(20)), Ok(1_500_000));
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\r\n\r\ncore\nPOST /v1/api/import/upload "), "{answer}");
}

#[test]
fn a_body_without_a_length_stays_one() {
    fn reads(asked: &str, mut stream: TcpStream) {
        assert!(asked.contains("transfer-encoding: chunked\r\n"), "{asked}");
        let mut body = Vec::new();
        let mut byte = [0];
        while !body.ends_with(b"0\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
            body.push(byte[0]);
        }
        says(&String::from_utf8_lossy(&body).replace("\r\n", "|"), asked, stream);
    }
    let gateway = Gateway::before(&server(reads), None);
    let mut stream = gateway.send(
        "GET /v1/api/search HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         3\r\nabc\r\n0\r\n\r\n",
    );
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\r\n\r\n3|abc|0||\nGET "), "{answer}");
}

#[test]
fn another_protocol_that_nobody_asked_for_is_no_answer() {
    fn switches(_: &str, mut stream: TcpStream) {
        stream
            .write_all(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
            .unwrap();
    }
    let gateway = Gateway::before(&server(switches), None);
    let answer = gateway.ask("/v1/", "");
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("core broke off its answer"), "{answer}");
}

#[test]
fn an_event_is_handed_on_before_the_next_one_is_there() {
    fn events(_: &str, mut stream: TcpStream) {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").unwrap();
        stream.write_all(b"data: first\n\n").unwrap();
        // The next one never comes: who waits for it waits forever.
        let _ = stream.read(&mut [0]);
    }
    let gateway = Gateway::before(&server(events), None);
    let stream = gateway.send("GET /workflows/7/status/stream HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "data: first"));
}

#[test]
fn who_stops_listening_is_told_behind() {
    let (sender, ended) = mpsc::channel();
    let events = move |_: &str, mut stream: TcpStream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n").unwrap();
        let read = stream.read(&mut [0]);
        sender.send(matches!(read, Ok(0) | Err(_))).unwrap();
    };
    let gateway = Gateway::before(&server(events), None);
    let stream = gateway.send("GET /v1/api/alerts/stream HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut lines = BufReader::new(&stream).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "data: 1"));
    drop(lines);
    drop(stream);
    assert!(ended.recv_timeout(Duration::from_secs(20)).unwrap());
}

#[test]
fn another_protocol_is_spoken_through_it() {
    fn echoes(asked: &str, mut stream: TcpStream) {
        assert!(
            asked.contains("upgrade: websocket\r\n") && asked.contains("connection: upgrade\r\n"),
            "{asked}"
        );
        stream
            .write_all(
                b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            )
            .unwrap();
        let mut bytes = [0; 64];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            stream.write_all(&bytes[..count].to_ascii_uppercase()).unwrap();
        }
    }
    let gateway = Gateway::before(&server(echoes), None);
    let mut stream = gateway.send(
        "GET /v1/api/resources/7/exec HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    assert!(head(&stream).starts_with("HTTP/1.1 101 "));
    for word in ["abc", "def"] {
        stream.write_all(word.as_bytes()).unwrap();
        let mut back = [0; 3];
        stream.read_exact(&mut back).unwrap();
        assert_eq!(back, word.to_ascii_uppercase().as_bytes());
    }
}

#[test]
fn what_does_not_answer_is_named() {
    let (core, ui) = (nobody(), nobody());
    let gateway = Gateway::before(&core, Some(&ui));
    for (path, name, at) in [("/v1/api/profile", "core", core), ("/login", "the UI", ui)] {
        let answer = gateway.ask(path, "");
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        assert!(answer.contains(&format!("{name} does not answer at {at}")), "{answer}");
        assert!(answer.contains("\"code\":\"bad_gateway\"") && answer.contains("orchcli status"), "{answer}");
    }
}

#[test]
fn without_a_container_the_page_is_that_of_this_program() {
    let gateway = Gateway::before(&server(core), None);
    let answer = gateway.ask("/", "");
    assert!(answer.contains("<h1>orchcli is running</h1>") && answer.contains("nosniff"), "{answer}");
    assert!(gateway.ask("/v1/api-docs", "").contains("\r\n\r\ncore\nGET /v1/api-docs "));
    assert!(gateway.ask("/nothing", "").starts_with("HTTP/1.1 404 "));
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_asked_to_and_leaves_no_sign() {
    let mut gateway = Gateway::before(&server(core), None);
    let asked = Command::new("kill").arg(gateway.child.id().to_string()).status().unwrap();
    assert!(asked.success());
    assert_eq!(gateway.child.wait().unwrap().code(), Some(0));
    assert!(!gateway.folder.path().join("ready").exists());
}
