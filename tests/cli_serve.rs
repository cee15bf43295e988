//! `orchcli serve` as a program: configuration, ports, files, signals.
#![allow(clippy::expect_used)]
#![cfg(unix)]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// A folder that is home, data folder and working folder of the commands in it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("the file can be written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// `orchcli serve --data-dir data` with these arguments, and nothing of this process's environment.
    fn serve(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orchcli"));
        command.args(["serve", "--data-dir", "data"]).args(arguments);
        command.current_dir(self.0.path()).env_clear().env("HOME", self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.serve(arguments).output().expect("orchcli runs")
    }

    /// A running server on a free port.
    fn start(&self, arguments: &[&str]) -> Server {
        self.start_with(arguments, |command| command)
    }

    fn start_with(&self, arguments: &[&str], change: impl FnOnce(&mut Command) -> &mut Command) -> Server {
        let ready = self.path("ready");
        let mut command = self.serve(&["--host", "127.0.0.1", "--port", "0", "--ready-file", "ready"]);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = change(&mut command).spawn().expect("orchcli runs");
        while !ready.exists() {
            if let Some(status) = child.try_wait().expect("the server can be asked") {
                let output = child.wait_with_output().expect("the server's output");
                panic!("the server ended with {status}: {}", text(&output.stderr));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let address = self.read("ready").trim().strip_prefix("http://").expect("a URL").to_owned();
        Server { child: Some(child), address }
    }
}

/// A server that does not outlive its test.
struct Server {
    child: Option<Child>,
    address: String,
}

impl Server {
    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("the server runs");
        kill_process(Pid::from_child(child), signal).expect("the server can be signalled");
    }

    fn end(mut self) -> Output {
        self.child.take().expect("the server runs").wait_with_output().expect("the server ends")
    }

    fn stop(self) -> Output {
        self.signal(Signal::TERM);
        self.end()
    }

    /// Sends a request as it is and returns the answer.
    fn ask(&self, request: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).expect("the server listens");
        connection.write_all(request.as_bytes()).expect("the request can be sent");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("the server answers");
        answer
    }

    fn preflight(&self, origin: &str) -> String {
        self.ask(&format!(
            "OPTIONS /v1/api/auth/login HTTP/1.1\r\nHost: x\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n"
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn the_configuration_is_shown_with_its_origins_and_without_its_secrets() {
    let place = Place::new();
    place.write("config.yaml", "JWT_SECRET: 0123456789abcdef0123456789abcdef\nPORT: 3100\nAVATARS: off\n");
    let output = place
        .serve(&["--print-config", "--host", "::1", "--log-level", "debug"])
        .env("KUBEORCH_MONGO_URI", "mongodb://ada:love@db/kubeorch")
        .env("SESSION_MAX_DAYS", "0")
        .output()
        .expect("orchcli runs");
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout));
    assert!(!place.path("data").exists(), "nothing is written");
}

#[test]
fn the_shown_configuration_has_a_machine_form() {
    let output = Place::new().run(&["--print-config", "-o", "json", "--port", "0"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(document["kind"], "Settings");
    let port = document["settings"].as_array().expect("a list").iter().find(|entry| entry["key"] == "PORT");
    assert_eq!(port, Some(&serde_json::json!({"key": "PORT", "value": "0", "origin": "flag --port"})));
}

#[test]
fn a_valid_configuration_is_said_to_be_so() {
    let place = Place::new();
    place.write("config.yaml", "PROT: 3100\n");
    let output = place.run(&["--check"]);
    assert_eq!((code(&output), text(&output.stdout).as_str()), (Some(0), "the configuration is valid\n"));
    assert_eq!(text(&output.stderr), "warning: PROT (config.yaml:1) is not a setting; did you mean PORT?\n");
    assert!(!place.path("data").exists(), "nothing is written");

    let output = place.run(&["--check", "--quiet"]);
    assert_eq!((code(&output), text(&output.stderr).as_str()), (Some(0), ""));
}

#[test]
fn every_problem_of_a_configuration_is_told() {
    let place = Place::new();
    place.write("other.yaml", "PORT: high\nLOG_LEVEL: loud\n");
    let output = place.run(&["--check", "--config", "other.yaml"]);
    assert_eq!(code(&output), Some(5));
    insta::assert_snapshot!(text(&output.stderr), @r#"
    error: the configuration has 2 problems
    cause: PORT: "high" is not a port (other.yaml:1); use a number from 0 to 65535; 0 takes any free port
    cause: LOG_LEVEL: "loud" is not a log level (other.yaml:2); use error, warn, info, debug or trace
    hint: correct them, then see orchcli serve --check
    "#);

    let output = place.run(&["--config", "missing.yaml"]);
    assert_eq!(code(&output), Some(5));
    assert!(
        text(&output.stderr).starts_with("error: missing.yaml cannot be read\n"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_wrong_flag_is_a_usage_error() {
    let output = Place::new().run(&["--shutdown-timeout", "soon"]);
    assert_eq!(code(&output), Some(2));
    let words = "invalid value 'soon' for '--shutdown-timeout <DURATION>': is not a span of time: use a form such as 500ms";
    assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
}

#[test]
fn release_mode_asks_for_secrets() {
    let place = Place::new();
    let output = place.run(&["--release"]);
    assert_eq!(code(&output), Some(5));
    let words = text(&output.stderr);
    for name in ["JWT_SECRET", "ENCRYPTION_KEY"] {
        assert!(
            words.contains(&format!("{name}: is not set, and release mode does not make one up")),
            "{words}"
        );
    }
    assert!(!place.path("data").exists(), "no secret is made");
}

#[test]
fn mongodb_is_refused_in_words() {
    for arguments in
        [&["--store", "mongodb://ada:love@db/kubeorch"][..], &["--check", "--store", "mongodb://db"]]
    {
        let output = Place::new().run(arguments);
        assert_eq!(code(&output), Some(5));
        assert_eq!(
            text(&output.stderr),
            "error: MongoDB is not built into this version; documents are kept in SQLite\n\
             hint: use --store sqlite, and leave out MONGO_URI\n"
        );
    }
}

#[test]
fn a_server_answers_says_where_and_stops_when_asked() {
    let place = Place::new();
    let server = place.start(&["--pid-file", "pid"]);
    assert_eq!(place.read("pid").trim(), server.child.as_ref().expect("it runs").id().to_string());
    let answer = server.ask("GET /v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

    let address = server.address.clone();
    let output = server.stop();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), format!("listening on http://{address}\n"));
    assert!(!place.path("ready").exists() && !place.path("pid").exists(), "its files go with it");
}

#[test]
fn the_console_may_have_a_port_of_its_own_or_none() {
    let page = |address: &str| {
        let mut connection = TcpStream::connect(address).expect("the server listens");
        connection.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("a request");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("the server answers");
        answer.get(9..12).map(str::to_owned).expect("a status")
    };
    let same = Place::new().start(&[]);
    assert_eq!(page(&same.address), "200");

    let off = Place::new().start(&["--console-port", "off"]);
    assert_eq!(page(&off.address), "404");

    let place = Place::new();
    let own = place.start(&["--console-port", "0"]);
    assert_eq!(page(&own.address), "404");
    let mut said = String::new();
    let stdout = own.child.as_ref().and_then(|child| child.stdout.as_ref()).expect("its output");
    while said.matches('\n').count() < 2 {
        let mut bytes = [0; 128];
        let read = rustix::io::read(stdout, &mut bytes).expect("its output can be read");
        said += &text(&bytes[..read]);
    }
    let console = said.lines().find_map(|line| line.strip_prefix("console on http://")).expect(&said);
    assert_eq!(page(console), "200");
}

#[test]
fn ctrl_c_stops_it_too() {
    let server = Place::new().start(&[]);
    server.signal(Signal::INT);
    assert_eq!(code(&server.end()), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let server = Place::new().start(&["--shutdown-timeout", "1h"]);
    let mut waiting = TcpStream::connect(&server.address).expect("the server listens");
    let head = "POST /v1/api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n";
    waiting.write_all(head.as_bytes()).expect("the request can be begun");
    server.ask("GET /v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    server.signal(Signal::TERM);
    while TcpStream::connect(&server.address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    server.signal(Signal::TERM);
    assert_eq!(code(&server.end()), Some(143));
}

#[test]
fn a_busy_port_is_told_with_who_has_it() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let place = Place::new();
    let output = place.run(&["--host", "127.0.0.1", "--port", &port]);
    assert_eq!(code(&output), Some(6));
    let words = text(&output.stderr);
    let holder = if cfg!(target_os = "linux") {
        format!("pid {}, started from", std::process::id())
    } else {
        String::new()
    };
    assert!(words.contains(&format!("error: port {port} is used by ")) && words.contains(&holder), "{words}");
    assert!(words.contains("--port 0 takes any free one"), "{words}");

    let output = place.run(&["--host", "127.0.0.1", "--port", &port, "-o", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(
        (&document["error"]["code"], &document["error"]["exitCode"]),
        (&"PORT_BUSY".into(), &6.into())
    );
}

#[test]
fn an_address_of_another_machine_is_refused() {
    let output = Place::new().run(&["--host", "192.0.2.1", "--port", "0"]);
    assert_eq!(code(&output), Some(5));
    assert!(text(&output.stderr).contains("error: cannot listen on 192.0.2.1\n"), "{}", text(&output.stderr));
}

#[test]
fn secrets_are_made_once_and_for_their_owner_only() {
    let place = Place::new();
    let first = text(&place.start(&[]).stop().stderr);
    let path = |name: &str| place.path("data/secrets").join(name);
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&place.path("data/secrets")), 0o700);
    let secrets = ["JWT_SECRET", "ENCRYPTION_KEY"].map(|name| {
        assert_eq!(mode(&path(name)), 0o600, "{name}");
        assert!(
            first.contains(&format!("{name} is not set: made one and keep it in data/secrets/{name}")),
            "{first}"
        );
        fs::read_to_string(path(name)).expect("a secret")
    });
    assert_ne!(secrets[0], secrets[1]);

    let second = text(&place.start(&["--log-level", "trace"]).stop().stderr);
    for (name, secret) in ["JWT_SECRET", "ENCRYPTION_KEY"].into_iter().zip(secrets) {
        assert!(
            second.contains(&format!("{name} is not set: using the one kept in data/secrets/{name}")),
            "{second}"
        );
        assert!(!first.contains(&secret) && !second.contains(&secret), "{name} is in the log");
        assert_eq!(fs::read_to_string(path(name)).expect("a secret"), secret);
    }
}

#[test]
fn two_servers_do_not_share_a_data_folder() {
    let place = Place::new();
    let server = place.start(&[]);
    let output = place.run(&["--host", "127.0.0.1", "--port", "0"]);
    assert_eq!(code(&output), Some(6));
    let words = text(&output.stderr);
    let pid = server.child.as_ref().expect("it runs").id();
    assert!(words.contains(&format!("error: data is in use by process {pid}")), "{words}");
    assert!(output.stdout.is_empty(), "it never said that it listens");
}

#[test]
fn a_damaged_store_is_told_with_the_way_out() {
    let place = Place::new();
    place.start(&[]).stop();
    let file = place.path("data/orchcli.db");
    let mut bytes = fs::read(&file).expect("the database");
    for byte in bytes.iter_mut().skip(100) {
        *byte = 0xA5;
    }
    fs::write(&file, bytes).expect("the database can be damaged");
    let output = place.run(&["--host", "127.0.0.1", "--port", "0"]);
    assert_eq!(code(&output), Some(1));
    let words = text(&output.stderr);
    assert!(words.contains("orchcli.db is damaged") && words.contains("backup"), "{words}");
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let place = Place::new();
    fs::create_dir(place.path("data")).expect("a folder");
    place.write("data/orchcli.db", "dear diary");
    let output = place.run(&["--host", "127.0.0.1", "--port", "0"]);
    assert_eq!(code(&output), Some(5));
    assert!(text(&output.stderr).contains("is not a database of orchcli"), "{}", text(&output.stderr));
    assert_eq!(place.read("data/orchcli.db"), "dear diary");
}

#[test]
fn the_log_is_json_when_asked_for() {
    let output = Place::new().start(&["--log-format", "json"]).stop();
    let words = text(&output.stderr);
    let lines: Vec<Value> = words.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().any(|line| line["message"] == "stopping" && line["level"] == "INFO"), "{words}");
}

#[test]
fn a_quiet_server_logs_only_errors() {
    let output = Place::new().start(&["--quiet"]).stop();
    assert_eq!((code(&output), text(&output.stderr).as_str()), (Some(0), ""));
}

#[test]
fn a_hang_up_takes_over_the_log_level_and_the_origins() {
    let place = Place::new();
    place.write("config.yaml", "CORS_ALLOWED_ORIGINS: http://before.example\nLOG_LEVEL: error\n");
    let server = place.start(&[]);
    assert!(
        server
            .preflight("http://before.example")
            .contains("access-control-allow-origin: http://before.example")
    );

    place.write("config.yaml", "CORS_ALLOWED_ORIGINS: http://after.example\nLOG_LEVEL: info\n");
    server.signal(Signal::HUP);
    while !server
        .preflight("http://after.example")
        .contains("access-control-allow-origin: http://after.example")
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!server.preflight("http://before.example").contains("access-control-allow-origin"));

    place.write("config.yaml", "CORS_ALLOWED_ORIGINS: nonsense\n");
    server.signal(Signal::HUP);
    assert!(
        server
            .preflight("http://after.example")
            .contains("access-control-allow-origin: http://after.example")
    );
    let words = text(&server.stop().stderr);
    assert!(words.contains("configuration read again"), "{words}");
}

#[test]
fn the_service_manager_is_told() {
    let place = Place::new();
    let socket = UnixDatagram::bind(place.path("notify")).expect("a socket");
    let server = place.start_with(&[], |command| command.env("NOTIFY_SOCKET", place.path("notify")));
    let heard = || {
        let mut bytes = [0; 64];
        let length = socket.recv(&mut bytes).expect("a message");
        text(&bytes[..length])
    };
    assert_eq!(heard(), "READY=1\n");
    server.stop();
    assert_eq!(heard(), "STOPPING=1\n");
}

#[test]
#[cfg(target_os = "linux")]
fn the_service_manager_may_have_an_abstract_socket() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    let place = Place::new();
    let name = format!("orchcli-test-{}", std::process::id());
    let socket =
        UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).expect("a name")).expect("a socket");
    let server = place.start_with(&[], |command| command.env("NOTIFY_SOCKET", format!("@{name}")));
    let mut bytes = [0; 64];
    let length = socket.recv(&mut bytes).expect("a message");
    assert_eq!(text(&bytes[..length]), "READY=1\n");
    server.stop();
}
