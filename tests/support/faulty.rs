//! The engine of the test bed behind somebody who lets most calls through, and spoils some.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a broken harness fails the test")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// Long enough for a client to act on one event before the next.
const MOMENT: Duration = Duration::from_millis(100);

/// What is done with a call.
pub enum Fault {
    /// The engine answers it.
    Passes,
    /// The engine never hears of it, and this is the answer.
    Answered(Vec<u8>),
    /// The engine does it, and this is the answer all the same.
    Lied(Vec<u8>),
    /// The engine answers it, and the first of these texts reads as the second, which is as long.
    Reworded(&'static str, &'static str),
    /// The answer comes in these pieces, with a pause before each; then the connection ends.
    Trickled(Vec<Vec<u8>>, Duration),
    /// The engine answers it, and each piece comes this much later.
    Late(Duration),
    /// The engine's events are held back this long, and come backwards then, each of them twice.
    Muddled(Duration),
    /// The engine's events of the first action come only after the next one of the second.
    Overtaken(&'static str, &'static str),
}

/// Runs until the test ends.
pub struct Faulty {
    folder: TempDir,
}

impl Faulty {
    /// Before the engine at `socket`. `fault` is given each call as `METHOD /path?query`, without the API's version.
    pub fn before(socket: PathBuf, fault: impl Fn(&str) -> Fault + Send + Sync + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = UnixListener::bind(folder.path().join("s")).expect("a socket");
        let fault = Arc::new(fault);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (fault, socket) = (Arc::clone(&fault), socket.clone());
                // A client that leaves ends its thread, and nothing else.
                thread::spawn(move || serve(client, &socket, fault.as_ref()));
            }
        });
        Self { folder }
    }

    /// Its address.
    pub fn host(&self) -> String {
        format!("unix://{}/s", self.folder.path().display())
    }
}

/// A whole answer with a body of JSON.
pub fn answer(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = "Content-Type: application/json\r\nConnection: close\r\n";
    format!("HTTP/1.1 {status}\r\n{head}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// The beginning of a streamed answer.
pub fn stream() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec()
}

/// A piece of a streamed answer; an empty one ends it.
pub fn piece(text: &str) -> Vec<u8> {
    format!("{:x}\r\n{text}\r\n", text.len()).into_bytes()
}

/// One call: the client takes a new connection for each.
fn serve(mut client: UnixStream, socket: &Path, fault: &dyn Fn(&str) -> Fault) -> io::Result<()> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    let end = loop {
        if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        match client.read(&mut chunk)? {
            0 => return Ok(()),
            count => head.extend_from_slice(&chunk[..count]),
        }
    };
    let line = String::from_utf8_lossy(&head[..end]).lines().next().unwrap_or_default().to_owned();
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.strip_prefix("/v1").and_then(|rest| Some(&rest[rest.find('/')?..])).unwrap_or(path);
    match fault(&format!("{method} {path}")) {
        Fault::Passes => {
            let mut engine = UnixStream::connect(socket)?;
            engine.write_all(&head)?;
            let (mut from, mut to) = (client.try_clone()?, engine.try_clone()?);
            thread::spawn(move || {
                let _ = io::copy(&mut from, &mut to);
                to.shutdown(Shutdown::Write)
            });
            io::copy(&mut engine, &mut client)?;
        }
        Fault::Answered(answer) => client.write_all(&answer)?,
        Fault::Lied(answer) => {
            whole(socket, &head[..end])?;
            client.write_all(&answer)?;
        }
        Fault::Reworded(from, to) => {
            let answer = String::from_utf8_lossy(&whole(socket, &head[..end])?).replace(from, to);
            client.write_all(answer.as_bytes())?;
        }
        Fault::Trickled(pieces, pause) => {
            for piece in pieces {
                thread::sleep(pause);
                client.write_all(&piece)?;
            }
        }
        Fault::Late(pause) => {
            let mut engine = UnixStream::connect(socket)?;
            engine.write_all(&head)?;
            let mut chunk = [0; 4096];
            while let count @ 1.. = engine.read(&mut chunk)? {
                thread::sleep(pause);
                client.write_all(&chunk[..count])?;
            }
        }
        Fault::Muddled(pause) => {
            let mut told = events(socket, &head)?;
            client.write_all(&stream())?;
            let (send, events) = mpsc::channel();
            thread::spawn(move || told.try_for_each(|event| send.send(event)));
            while let Ok(first) = events.recv() {
                thread::sleep(pause);
                let batch: Vec<String> = [first].into_iter().chain(events.try_iter()).collect();
                for event in batch.iter().rev().flat_map(|event| [event, event]) {
                    client.write_all(&piece(&format!("{event}\n")))?;
                }
            }
        }
        Fault::Overtaken(action, by) => {
            let is = |event: &str, action: &str| event.contains(&format!("\"Action\":\"{action}\""));
            let told = events(socket, &head)?;
            client.write_all(&stream())?;
            let mut kept = Vec::new();
            for event in told {
                if is(&event, action) {
                    kept.push(event);
                    continue;
                }
                client.write_all(&piece(&format!("{event}\n")))?;
                if is(&event, by) {
                    thread::sleep(MOMENT);
                    kept.drain(..).try_for_each(|event| client.write_all(&piece(&format!("{event}\n"))))?;
                }
            }
        }
    }
    client.shutdown(Shutdown::Both)
}

/// The engine's events as it tells them: the lines of its answer that are documents.
fn events(socket: &Path, head: &[u8]) -> io::Result<impl Iterator<Item = String> + use<>> {
    let mut engine = UnixStream::connect(socket)?;
    engine.write_all(head)?;
    let lines = BufReader::new(engine).lines().map_while(Result::ok);
    Ok(lines.filter(|line| line.starts_with('{')))
}

/// The whole answer of the engine to a call without a body.
fn whole(socket: &Path, head: &[u8]) -> io::Result<Vec<u8>> {
    let mut engine = UnixStream::connect(socket)?;
    engine.write_all(head)?;
    engine.write_all(b"\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    engine.read_to_end(&mut answer)?;
    Ok(answer)
}
