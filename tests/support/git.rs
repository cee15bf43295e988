//! Git hosts of this machine: bare repositories, and a smart-HTTP server before them that can be told to misbehave.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;

/// Runs git in a folder, with nothing of whoever runs the tests.
#[track_caller]
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@a"),
            ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"),
        ])
        .envs([
            ("GIT_COMMITTER_NAME", "A"),
            ("GIT_COMMITTER_EMAIL", "a@a"),
            ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
        ])
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// A bare repository `folder/name.git` with these files on `main`, a tag `v1` one commit before its tip, and a
/// branch `dev` with a file of its own.
pub fn bare(folder: &Path, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let work = folder.join(format!("{name}.work"));
    std::fs::create_dir_all(&work).expect("a folder");
    git(&work, &["init", "-q", "-b", "main"]);
    std::fs::write(work.join("README.md"), name).expect("a file");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "first"]);
    git(&work, &["tag", "-a", "v1", "-m", "v1"]);
    for (path, content) in files {
        let path = work.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "second", "--allow-empty"]);
    git(&work, &["checkout", "-q", "-b", "dev"]);
    std::fs::write(work.join("DEV"), "dev").expect("a file");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "dev"]);
    git(&work, &["checkout", "-q", "main"]);
    let bare = folder.join(format!("{name}.git"));
    git(folder, &["clone", "-q", "--bare", &work.to_string_lossy(), &bare.to_string_lossy()]);
    bare
}

/// How a server behaves.
#[derive(Debug, Clone)]
pub enum Manner {
    /// Well.
    Good,
    /// It lets in only this user with this password.
    Login(&'static str, &'static str),
    /// It sends everybody from `/old/` to `/`.
    Moved,
    /// It closes the connection in the middle of the pack, this many times.
    Truncated(usize),
    /// It says nothing any more in the middle of the pack.
    Silent,
    /// It knows nothing.
    Missing,
}

/// A server on a port of its own, until the test ends.
pub struct Server {
    pub url: String,
    /// How often somebody came with a login.
    pub logins: Arc<AtomicUsize>,
    /// The logins they came with.
    pub seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves the bare repositories in `folder`.
    pub fn start(folder: &Path, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (logins, seen) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let truncations = Arc::new(AtomicUsize::new(0));
        let folder = folder.to_owned();
        let state = (Arc::clone(&logins), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, manner) = (folder.clone(), manner.clone());
                let (state, truncations) = (state.clone(), Arc::clone(&truncations));
                // A client that leaves in the middle ends its thread, and nothing else.
                thread::spawn(move || serve(&stream, &folder, &manner, &state, &truncations));
            }
        });
        Self { url, logins, seen }
    }
}

type State = (Arc<AtomicUsize>, Arc<Mutex<Vec<String>>>);

fn serve(
    stream: &TcpStream,
    folder: &Path,
    manner: &Manner,
    state: &State,
    truncations: &AtomicUsize,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut out = stream.try_clone().ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut words = line.split_whitespace();
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let header =
            |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if header("expect") == Some("100-continue") {
            out.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
        }
        let body = body(&mut reader, header("content-length"), header("transfer-encoding"))?;
        match manner {
            Manner::Login(user, password) => {
                let wanted = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                let given = header("authorization").and_then(|value| value.strip_prefix("Basic "));
                if let Some(given) = given {
                    state.0.fetch_add(1, Ordering::SeqCst);
                    state.1.lock().expect("no panic").push(given.to_owned());
                }
                if given != Some(&wanted) {
                    let answer = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\n\r\n";
                    out.write_all(answer.as_bytes()).ok()?;
                    continue;
                }
            }
            Manner::Moved => {
                if let Some(rest) = target.strip_prefix("/old/") {
                    let answer =
                        format!("HTTP/1.1 301 Moved\r\nLocation: /{rest}\r\nContent-Length: 0\r\n\r\n");
                    out.write_all(answer.as_bytes()).ok()?;
                    continue;
                }
            }
            Manner::Missing => {
                out.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").ok()?;
                continue;
            }
            Manner::Good | Manner::Truncated(_) | Manner::Silent => {}
        }
        let answer = backend(folder, &method, &target, &headers, &body)?;
        if target.ends_with("/git-upload-pack") {
            match manner {
                Manner::Truncated(times) if truncations.fetch_add(1, Ordering::SeqCst) < *times => {
                    out.write_all(&answer[..answer.len() / 2]).ok()?;
                    return None;
                }
                Manner::Silent => {
                    out.write_all(&answer[..answer.len() / 2]).ok()?;
                    thread::sleep(Duration::from_hours(1));
                }
                _ => {}
            }
        }
        out.write_all(&answer).ok()?;
    }
}

fn body(reader: &mut impl BufRead, length: Option<&str>, encoding: Option<&str>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    if encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("chunked")) {
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let size = usize::from_str_radix(line.trim(), 16).ok()?;
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).ok()?;
            body.extend_from_slice(&chunk[..size]);
            if size == 0 {
                return Some(body);
            }
        }
    }
    body.resize(length.unwrap_or("0").parse().ok()?, 0);
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

/// What `git http-backend` answers, as HTTP.
fn backend(
    folder: &Path,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Option<Vec<u8>> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    // The name may come with or without .git.
    let path = ["/info/refs", "/git-upload-pack"].iter().find_map(|end| {
        let name = path.strip_suffix(end)?;
        let name = name.strip_suffix(".git").unwrap_or(name);
        Some(format!("{name}.git{end}"))
    })?;
    let mut child = Command::new("git")
        .arg("http-backend")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("GIT_PROJECT_ROOT", folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let input = body.to_vec();
    thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().ok()?.stdout;
    let end = output.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, content) = (String::from_utf8(output[..end].to_vec()).ok()?, &output[end + 4..]);
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    let rest: Vec<&str> = head.lines().filter(|line| !line.starts_with("Status:")).collect();
    let head =
        format!("HTTP/1.1 {status}\r\n{}\r\nContent-Length: {}\r\n\r\n", rest.join("\r\n"), content.len());
    Some([head.as_bytes(), content].concat())
}
