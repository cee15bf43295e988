//! A command that goes on until it is told to end, and all that it said by then.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::golden;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// A command that runs.
pub struct Going {
    child: Child,
    said: Receiver<(usize, String)>,
    /// What stdout and stderr had.
    lines: [Vec<String>; 2],
}

impl Going {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("orchcli runs");
        let (send, said) = mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("stdout")), Box::new(child.stderr.take().expect("stderr"))];
        for (index, stream) in streams.into_iter().enumerate() {
            let send = send.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = send.send((index, line));
                }
            });
        }
        Self { child, said, lines: Default::default() }
    }

    /// Reads on until each of these words was said.
    #[track_caller]
    pub fn until(&mut self, words: &[&str]) {
        let end = Instant::now() + PATIENCE;
        let has =
            |lines: &[Vec<String>; 2], word: &&&str| lines.iter().flatten().any(|line| line.contains(**word));
        while let Some(missing) = words.iter().find(|word| !has(&self.lines, word)) {
            let left = end.saturating_duration_since(Instant::now());
            let Ok((stream, line)) = self.said.recv_timeout(left) else {
                panic!("no {missing:?} in {:#?}", self.lines)
            };
            self.lines[stream].push(line);
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a pid");
        kill_process(pid, Signal::INT).expect("it gets the signal");
    }

    /// All that it said, once it has ended.
    pub fn ended(mut self) -> Output {
        for (stream, line) in &self.said {
            self.lines[stream].push(line);
        }
        let status = self.child.wait().expect("it ends");
        let whole = |lines: &Vec<String>| lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
        let [stdout, stderr] = self.lines.each_ref().map(whole).map(String::into_bytes);
        Output { status, stdout, stderr }
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        // One that a failed test leaves behind would keep its ports.
        if matches!(self.child.try_wait(), Ok(None)) {
            self.interrupt();
            let _ = self.child.wait();
        }
    }
}

/// Runs a command once a form, each time until these words were said and Ctrl-C ended it, and shows what it said. What
/// it tells of `services`, which run beside each other, is sorted by them.
pub fn shown(
    command: &dyn Fn() -> Command,
    arguments: &[&str],
    forms: &[&str],
    (words, services): (&[&str], &[&str]),
    hide: &[(String, &str)],
) -> String {
    let one = |form: &&str| {
        let mut going = Going::start(&mut golden::given(command, arguments, form));
        going.until(words);
        going.interrupt();
        golden::told(arguments, form, &sorted(&going.ended(), services))
    };
    golden::without(&forms.iter().map(one).collect::<String>(), hide)
}

/// Lines about services change places among themselves: how each is, then what it wrote, both in the order they came in.
fn sorted(output: &Output, services: &[&str]) -> Output {
    let sorted = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let place = |line: &str| {
            services.iter().enumerate().find_map(|(place, service)| Some((place, about(line, service)?)))
        };
        let mut moved: Vec<&str> = text.lines().filter(|line| place(line).is_some()).collect();
        moved.sort_by_key(|line| place(line));
        let mut moved = moved.into_iter();
        let line = |line| if place(line).is_some() { moved.next().unwrap_or_default() } else { line };
        text.lines().map(line).flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
    };
    Output { stdout: sorted(&output.stdout), stderr: sorted(&output.stderr), status: output.status }
}

/// How a line is about a service: 0 if it tells how that is, 1 if the service wrote it. In text these are on two streams.
fn about(line: &str, service: &str) -> Option<usize> {
    if let Ok(event) = serde_json::from_str::<Value>(line) {
        let way = ["health", "log"].iter().position(|name| event["event"] == **name);
        return way.filter(|_| event["service"] == service);
    }
    let rest = line.strip_prefix(service)?;
    if rest.starts_with(": ") { Some(0) } else { rest.trim_start().starts_with("| ").then_some(1) }
}
