//! Core inside our own binary: a background `orchcli serve` (cli.md 3.2, 3.3).

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use jiff::Timestamp;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::process::{Ask, signal};
use super::record::{Supervisor, birth_of};
use super::{Places, Record};
use crate::dev::logs::file;

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take to end by itself.
const GRACE: Duration = Duration::from_secs(15);
/// How often it is looked at.
const PACE: Duration = Duration::from_millis(50);
/// Words of its log that are told when it fails.
const LAST: usize = 10;

/// How the server is run.
#[derive(Debug, Clone)]
pub struct Embedded {
    /// This program.
    pub program: PathBuf,
    /// Where the project lies.
    pub folder: PathBuf,
    /// Where the server keeps its data.
    pub data: PathBuf,
    /// Its port.
    pub port: u16,
    /// Port of the console, when the server provides it.
    pub console: Option<u16>,
    /// Variables beside those of the user.
    pub environment: Vec<(String, String)>,
    /// Who ends it; nobody does when it is to stay.
    pub supervisor: Option<Supervisor>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Its files cannot be written.
    #[error("the server's files cannot be written")]
    Files(#[from] io::Error),
    /// It ended instead of listening.
    #[error("the server ended with {status}")]
    Ended {
        /// How.
        status: String,
        /// Its last words.
        words: Vec<String>,
    },
    /// It did not listen in time.
    #[error("the server did not listen within {} s", PATIENCE.as_secs())]
    Slow,
}

impl Embedded {
    /// Starts the server in a session of its own, and waits until it listens.
    pub async fn start(&self, places: &Places) -> Result<Record, Failed> {
        fs::create_dir_all(&places.run)?;
        fs::create_dir_all(&places.logs)?;
        let ready = places.run.join("core.ready");
        // One that a killed server left behind says nothing.
        let _ = fs::remove_file(&ready);
        let log = File::options().create(true).append(true).open(file::path(&places.logs, "core"))?;
        let console = self.console.map_or_else(|| "off".to_owned(), |port| port.to_string());
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--own-session", "--host", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--console-port", &console, "--store", "sqlite"])
            .arg("--data-dir")
            .arg(&self.data)
            .arg("--ready-file")
            .arg(&ready)
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let mut child = command.spawn()?;
        let pid = child.id().unwrap_or_default();
        let until = Instant::now() + PATIENCE;
        while !ready.exists() {
            if let Some(status) = child.try_wait()? {
                let text = fs::read_to_string(file::path(&places.logs, "core")).unwrap_or_default();
                let mut words: Vec<String> = text.lines().rev().take(LAST).map(str::to_owned).collect();
                words.reverse();
                return Err(Failed::Ended { status: status.to_string(), words });
            }
            if Instant::now() > until {
                // Nobody waits for it any more.
                let _ = child.kill().await;
                return Err(Failed::Slow);
            }
            sleep(PACE).await;
        }
        let record = Record {
            service: "core".to_owned(),
            provider: "embedded".to_owned(),
            pid,
            birth: birth_of(pid),
            started_at: Timestamp::now(),
            command: "orchcli serve".to_owned(),
            port: Some(self.port),
            url: Some(format!("http://localhost:{}", self.port)),
            restarts: 0,
            supervisor: self.supervisor,
        };
        record.write(&places.run)?;
        Ok(record)
    }
}

/// Ends a process that nobody looks after.
pub async fn stop(record: &Record, places: &Places) {
    if record.is_alive() {
        // Its session is its group.
        signal(record.pid, Ask::End);
        let until = Instant::now() + GRACE;
        while record.is_alive() && Instant::now() < until {
            sleep(PACE).await;
        }
        if record.is_alive() {
            signal(record.pid, Ask::Kill);
        }
    }
    Record::remove(&places.run, &record.service);
}
