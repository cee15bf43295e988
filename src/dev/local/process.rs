//! One process in a group of its own, whose output is read line by line.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::Sender;

use super::news::News;
use crate::dev::logs::{Entry, Log, Origin};
use crate::docker::{Line, Stdio as Stream};

/// Longest line that is read in one piece, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Where the lines of a service go: into its log, and to whoever listens.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub(super) origin: Arc<Origin>,
    pub(super) log: Arc<Mutex<Log>>,
    pub(super) news: Sender<News>,
}

impl Lines {
    pub(super) async fn tell(&self, stream: Stream, text: String) {
        let time = Timestamp::now();
        // A log that cannot be written does not stop the process that writes it.
        let _ = self.log.lock().unwrap_or_else(PoisonError::into_inner).write(time, stream, &text);
        let line = Line { time, stream, text: text.into_bytes() };
        // With nobody left to listen the log is still written.
        let _ = self.news.send(News::Line(Entry { origin: Arc::clone(&self.origin), line })).await;
    }

    async fn read(self, stream: Stream, from: impl AsyncRead + Unpin) {
        let mut from = BufReader::new(from);
        loop {
            let mut line = Vec::new();
            match (&mut from).take(LONGEST).read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            let text = String::from_utf8_lossy(&line);
            self.tell(stream, text.trim_end_matches(['\n', '\r']).to_owned()).await;
        }
    }
}

/// A process and those it started.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// Its id, which is the id of its group.
    pub(super) pid: u32,
}

impl Process {
    /// Starts it.
    pub(super) fn start(
        command: &[String],
        folder: &Path,
        environment: &[(String, String)],
        lines: &Lines,
    ) -> io::Result<Self> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(folder)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        if let Some(out) = child.stdout.take() {
            tokio::spawn(lines.clone().read(Stream::Out, out));
        }
        if let Some(err) = child.stderr.take() {
            tokio::spawn(lines.clone().read(Stream::Err, err));
        }
        let pid = child.id().unwrap_or_default();
        Ok(Self { child, pid })
    }

    /// Waits for its end. What it started and left behind ends with it.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        signal(self.pid, Ask::Kill);
        status
    }

    /// Asks it to end, and makes it end after a while.
    pub(super) async fn stop(mut self, grace: Duration) {
        signal(self.pid, Ask::End);
        if tokio::time::timeout(grace, self.child.wait()).await.is_err() {
            signal(self.pid, Ask::Kill);
            // It cannot refuse.
            let _ = self.child.wait().await;
        }
        signal(self.pid, Ask::Kill);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.id().is_some() {
            signal(self.pid, Ask::Kill);
        }
    }
}

/// What a group is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// To end.
    End,
    /// To be gone.
    Kill,
}

/// Asks one process to end; one that is gone hears nothing.
#[cfg(unix)]
pub(super) fn terminate(process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, Signal::TERM);
    }
}

/// Elsewhere nobody can be asked.
#[cfg(not(unix))]
pub(super) fn terminate(_process: u32) {}

/// Tells a group of processes; one that is gone hears nothing.
#[cfg(unix)]
pub(super) fn signal(group: u32, ask: Ask) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = match ask {
        Ask::End => Signal::TERM,
        Ask::Kill => Signal::KILL,
    };
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

/// Elsewhere only the process itself is ended, when it is dropped.
#[cfg(not(unix))]
pub(super) fn signal(_group: u32, _ask: Ask) {}
