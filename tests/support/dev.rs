//! A `dev` that runs, and what it says on both streams.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A `dev` that runs.
pub struct Dev {
    pub child: Child,
    said: Receiver<String>,
    seen: Vec<String>,
}

impl Dev {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("orchcli runs");
        let (send, said) = mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("stdout")), Box::new(child.stderr.take().expect("stderr"))];
        for stream in streams {
            let send = send.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = send.send(line);
                }
            });
        }
        Self { child, said, seen: Vec::new() }
    }

    /// Reads on until a line has these words.
    #[track_caller]
    pub fn until(&mut self, words: &str) {
        let end = Instant::now() + Duration::from_mins(3);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = self.said.recv_timeout(left) else {
                panic!("no {words:?} in {}", self.seen.join("\n"))
            };
            self.seen.push(line);
            if self.seen.last().is_some_and(|line| line.contains(words)) {
                return;
            }
        }
    }

    /// Reads on until each of these words was said, in whatever order: the two streams are not one.
    #[track_caller]
    pub fn until_all(&mut self, words: &[&str]) {
        let begin = self.seen.len();
        for word in words {
            if !self.seen[begin..].iter().any(|line| line.contains(word)) {
                self.until(word);
            }
        }
    }

    /// What it said so far.
    pub fn said(&mut self) -> String {
        self.seen.extend(self.said.try_iter());
        self.seen.join("\n")
    }

    /// Ctrl-C, and the code it ends with.
    pub fn end(&mut self) -> i32 {
        self.signal();
        self.code()
    }

    /// Ctrl-C.
    pub fn signal(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a pid");
        kill_process(pid, Signal::INT).expect("it gets the signal");
    }

    /// The code it ends with; all that it said is there then.
    pub fn code(&mut self) -> i32 {
        let status = self.child.wait().expect("it ends");
        self.seen.extend(self.said.iter());
        status.code().expect("a code")
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // One that a failed test leaves behind would keep its ports.
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end();
        }
    }
}

/// What a server on this machine answers.
pub fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}
