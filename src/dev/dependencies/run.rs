//! One program, whose lines are told and whose last ones are kept.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::Error;
use crate::dev::report::Event;
use crate::dev::task::Context;

/// How many lines of a failed program are shown.
const TAIL: usize = 40;
/// Longest line that is kept, in bytes.
const WIDEST: u64 = 2_000;
/// What npm and pnpm say when a lock file does not fit `package.json`; npm says a lot after it.
const OUT_OF_SYNC: [&str; 2] =
    ["package-lock.json or npm-shrinkwrap.json are in sync", "ERR_PNPM_OUTDATED_LOCKFILE"];
/// How long what a program left behind may go on writing after its end.
const ECHO: Duration = Duration::from_millis(500);

/// Where and how programs are run.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub folder: &'a Path,
    pub path: OsString,
    pub proxies: &'a [(String, String)],
    pub variables: &'a [(&'static str, &'static str)],
    /// The longest one may take.
    pub longest: Duration,
}

impl Job<'_> {
    /// Runs a command to its end; it ends with the task.
    pub(super) async fn run(&self, words: &[String], context: &Context) -> Result<(), Error> {
        let command = words.join(" ");
        let unstarted = |why| Error::Start { command: command.clone(), why };
        let (name, arguments) = words.split_first().ok_or_else(|| unstarted(missing()))?;
        let program =
            which::which_in(name, Some(&self.path), self.folder).map_err(|_| unstarted(missing()))?;
        let mut child = Command::new(program);
        child
            .args(arguments)
            .current_dir(self.folder)
            .env("PATH", &self.path)
            .envs(self.proxies.iter().map(|(name, value)| (name, value)))
            .envs(self.variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        child.process_group(0);
        let mut child = child.spawn().map_err(unstarted)?;
        let group = Group(child.id());
        let (lines, mut told) = mpsc::channel(64);
        let streams: [Option<Box<dyn AsyncRead + Unpin + Send>>; 2] = [
            child.stdout.take().map(|stream| Box::new(stream) as _),
            child.stderr.take().map(|stream| Box::new(stream) as _),
        ];
        for stream in streams.into_iter().flatten() {
            tokio::spawn(read(stream, lines.clone()));
        }
        drop(lines);
        let mut tail = Tail { context, lines: VecDeque::new(), out_of_sync: false };
        let end = Instant::now() + self.longest;
        let ended = loop {
            tokio::select! {
                biased;
                () = context.cancel.cancelled() => break None,
                () = sleep_until(end) => break None,
                Some(line) = told.recv() => tail.add(line),
                status = child.wait() => break Some(status),
            }
        };
        // What it started and left behind ends with it.
        drop(group);
        let finished = ended.is_some();
        let status = match ended {
            Some(status) => status,
            None => child.wait().await,
        };
        let rest = async {
            while let Some(line) = told.recv().await {
                tail.add(line);
            }
        };
        // Whoever left the group may keep the pipe open for good.
        let _ = timeout(ECHO, rest).await;
        let status = status.map_err(unstarted)?;
        let (folder, out_of_sync) = (self.folder.display().to_string(), tail.out_of_sync);
        let tail = tail.lines.into();
        if !finished && !context.cancel.is_cancelled() {
            return Err(Error::Slow { command, folder, after: self.longest, tail });
        }
        if status.success() {
            return Ok(());
        }
        Err(Error::Command { command, folder, how: how(status), out_of_sync, tail })
    }
}

fn missing() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::NotFound, "it is not installed")
}

fn how(status: ExitStatus) -> String {
    status.code().map_or_else(|| "was ended by a signal".to_owned(), |code| format!("ended with code {code}"))
}

/// The last lines.
struct Tail<'a> {
    context: &'a Context,
    lines: VecDeque<String>,
    out_of_sync: bool,
}

impl Tail<'_> {
    fn add(&mut self, text: String) {
        self.context.reporter.tell(Event::Line { step: self.context.step.clone(), text: text.clone() });
        self.out_of_sync |= OUT_OF_SYNC.iter().any(|words| text.contains(words));
        self.lines.push_back(text);
        if self.lines.len() > TAIL {
            self.lines.pop_front();
        }
    }
}

async fn read(stream: impl AsyncRead + Unpin, lines: mpsc::Sender<String>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut bytes = Vec::new();
        match (&mut stream).take(WIDEST).read_until(b'\n', &mut bytes).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = crate::redact::text(String::from_utf8_lossy(&bytes).trim_end());
        if lines.send(text).await.is_err() {
            return;
        }
    }
}

/// The processes that a command started; they are gone with this value.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.0.and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?)) {
            // A group that is gone hears nothing.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::dev::Reporter;

    fn context() -> Context {
        let reporter = Reporter::new(|_| ());
        Context { step: "deps.ui".to_owned(), cancel: CancellationToken::new(), reporter }
    }

    fn job(folder: &Path, longest: Duration) -> Job<'_> {
        Job {
            folder,
            path: "/usr/bin:/bin".into(),
            proxies: &[],
            variables: &[("GREETING", "hello")],
            longest,
        }
    }

    fn shell(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    #[tokio::test]
    async fn the_last_lines_of_a_failure_are_kept() {
        // On one stream, for the two are read beside each other.
        let script = "seq 100; echo $GREETING; exit 3";
        let error = job(Path::new("/"), Duration::from_mins(1)).run(&shell(script), &context()).await;
        let Err(Error::Command { how, tail, .. }) = error else { panic!("{error:?}") };
        assert_eq!((how.as_str(), tail.len()), ("ended with code 3", TAIL));
        assert!(tail.contains(&"hello".to_owned()), "{tail:?}");
    }

    #[tokio::test]
    async fn one_that_takes_too_long_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let (pid, hour) = (folder.path().join("pid"), Duration::from_hours(1));
        let words = shell("(sleep 6000; touch late) & echo $! >draft; mv draft pid; wait");
        let (job, context) = (job(folder.path(), hour), context());
        let running = job.run(&words, &context);
        let begun = async {
            while !pid.exists() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::pin!(running);
        tokio::select! {
            ended = &mut running => panic!("{ended:?}"),
            () = begun => {}
        }
        tokio::time::pause();
        tokio::time::advance(hour).await;
        let error = running.await;
        assert!(matches!(error, Err(Error::Slow { .. })), "{error:?}");
        let pid = std::fs::read_to_string(pid).unwrap();
        let runs = |stat: String| !stat.contains(") Z ");
        while std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).is_ok_and(runs) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[tokio::test]
    async fn what_it_leaves_behind_does_not_keep_the_task() {
        let job = job(Path::new("/"), Duration::from_mins(1));
        job.run(&shell("sleep 600 & echo done"), &context()).await.unwrap();
    }
}
