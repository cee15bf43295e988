//! What benches of a running server share: the program as a process of its own, and a client that costs little.
#![allow(dead_code, reason = "each bench uses its part")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench that cannot run tells and ends"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// `orchcli serve` on a fresh folder and a free port, without limits; it ends with this value.
pub struct Server {
    child: Child,
    /// `127.0.0.1:port`
    pub address: String,
    /// How long it took from its start until it answered the first request.
    pub first_answer: Duration,
    _folder: TempDir,
}

/// How much of its memory is in RAM, and how much of that no other process shares, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    pub resident: u64,
    pub anonymous: u64,
}

impl Server {
    /// Starts it, and asks until it answers.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("127.0.0.1:{}", free_port());
        let (_, port) = address.split_once(':').expect("a port");
        let began = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_orchcli"))
            .args(["serve", "--host", "127.0.0.1", "--port", port, "--log-level", "warn", "--data-dir"])
            .arg(folder.path().join("data"))
            .current_dir(folder.path())
            .env_clear()
            .envs([
                ("KUBEORCH_RATE_LIMIT_RPS", "0"),
                ("KUBEORCH_RATE_LIMIT_USER_RPS", "0"),
                ("KUBEORCH_AUTH_RATE_LIMIT_PER_MINUTE", "0"),
                ("KUBEORCH_STREAMS_PER_USER", "0"),
            ])
            .stdout(Stdio::null())
            .spawn()
            .expect("orchcli starts");
        while try_get(&address).is_none() {
            assert!(began.elapsed() < Duration::from_mins(1), "the server does not answer");
        }
        Self { child, address, first_answer: began.elapsed(), _folder: folder }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it holds in memory now.
    pub fn memory(&self) -> Memory {
        let status = std::fs::read_to_string(Path::new("/proc").join(self.pid().to_string()).join("status"));
        let status = status.expect("the process is there");
        let kib = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
            line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default()
        };
        Memory { resident: kib("VmRSS") << 10, anonymous: kib("RssAnon") << 10 }
    }

    /// One request with a JSON body and its JSON answer.
    pub fn call(&self, method: &str, path: &str, token: Option<&str>, body: &Value) -> Value {
        let text = body.to_string();
        let authorization =
            token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n{authorization}\
             content-type: application/json\r\ncontent-length: {}\r\n",
            text.len()
        );
        let mut socket = TcpStream::connect(&self.address).expect("a connection");
        socket.write_all(format!("{head}\r\n{text}").as_bytes()).expect("the request is sent");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        serde_json::from_str(body).unwrap_or_else(|fault| panic!("{fault}: {body}"))
    }

    /// A signed-in user's token, and the id of a saved workflow of `nodes` nodes.
    pub fn with_workflow(&self, nodes: usize) -> (String, String) {
        let form = json!({"email": "bench@example.com", "password": "correct horse", "name": "Bench"});
        let session = self.call("POST", "/v1/api/auth/register", None, &form);
        let token = text(&session["token"]);
        let made = self.call(
            "POST",
            "/v1/api/workflows",
            Some(&token),
            &json!({"name": "shop", "cluster_id": "dev"}),
        );
        let id = text(&made["id"]);
        let canvas = json!({"nodes": (0..nodes).map(node).collect::<Vec<_>>(), "edges": []});
        self.call("POST", &format!("/v1/api/workflows/{id}/save"), Some(&token), &canvas);
        (token, id)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A deployment as a canvas draws it.
pub fn node(number: usize) -> Value {
    json!({
        "id": format!("node-{number}"), "type": "deployment", "position": {"x": 100, "y": number * 80},
        "data": {"name": format!("service-{number}"), "image": "nginx:1.27", "replicas": 2, "port": 8080},
    })
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("an address").port()
}

fn try_get(address: &str) -> Option<()> {
    let mut socket = TcpStream::connect(address).ok()?;
    socket.write_all(b"GET /v1 HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.1 200").then_some(())
}

/// The value below which this share of the sorted values lies.
pub fn quantile<T: Copy>(sorted: &[T], share: f64) -> T {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let at = (sorted.len() as f64 * share) as usize;
    sorted[at.min(sorted.len() - 1)]
}

/// `12.3 MiB`
pub fn mebibytes(bytes: u64) -> String {
    format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20)
}
