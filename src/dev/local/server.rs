//! A server of this program in the background: core inside our own binary, or the gateway before a UI (cli.md 3.2, 3.3,
//! 5.5).

use std::fs::{self, File};
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::Places;
use super::process::{Ask, signal};
use crate::dev::logs::file;
use crate::dev::record::{Record, Supervisor, birth_of};
use crate::dev::settings::{Provider, Service};

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
pub struct Server {
    /// The service it is.
    pub service: Service,
    /// How the service is provided.
    pub provider: Provider,
    /// This program.
    pub program: PathBuf,
    /// Which of its commands, and the arguments.
    pub arguments: Vec<String>,
    /// Where it runs.
    pub folder: PathBuf,
    /// The address it listens on.
    pub bind: IpAddr,
    /// Its port.
    pub port: u16,
    /// Where the container is that it stands before, as host and port.
    pub before: Option<String>,
    /// Where it is reached.
    pub url: String,
    /// Variables beside those of the user.
    pub environment: Vec<(String, String)>,
    /// Who looks after it.
    pub supervisor: Option<Supervisor>,
    /// Whether it goes on when who looks after it ends.
    pub stays: bool,
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
        status: ExitStatus,
        /// Its last words.
        words: Vec<String>,
    },
    /// It did not listen in time.
    #[error("the server did not listen within {} s", PATIENCE.as_secs())]
    Slow,
}

impl Server {
    /// What runs, in words. One that runs with other words is another one.
    pub fn command(&self) -> String {
        format!("orchcli {}", self.arguments.join(" "))
    }

    /// Whether its page is that of this program.
    pub fn is_console(&self) -> bool {
        self.service == Service::Ui && self.provider == Provider::Embedded
    }

    /// Starts the server in a session of its own, and waits until it listens.
    pub async fn start(&self, places: &Places) -> Result<Record, Failed> {
        let service = self.service.as_str();
        fs::create_dir_all(&places.run)?;
        fs::create_dir_all(&places.logs)?;
        let ready = places.run.join(format!("{service}.ready"));
        // One that a killed server left behind says nothing.
        let _ = fs::remove_file(&ready);
        let path = file::path(&places.logs, service);
        let log = File::options().create(true).append(true).open(&path)?;
        let begin = usize::try_from(log.metadata()?.len()).unwrap_or_default();
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .arg("--own-session")
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
                let log = fs::read(&path).unwrap_or_default();
                let said = String::from_utf8_lossy(log.get(begin..).unwrap_or_default());
                let mut words: Vec<String> = said.lines().rev().take(LAST).map(str::to_owned).collect();
                words.reverse();
                return Err(Failed::Ended { status, words });
            }
            if Instant::now() > until {
                // Nobody waits for it any more.
                let _ = child.kill().await;
                return Err(Failed::Slow);
            }
            sleep(PACE).await;
        }
        let record = Record {
            service: service.to_owned(),
            provider: self.provider.as_str().to_owned(),
            pid,
            birth: birth_of(pid),
            started_at: Timestamp::now(),
            command: self.command(),
            port: Some(self.port),
            url: Some(self.url.clone()),
            restarts: 0,
            before: self.before.clone(),
            stays: self.stays,
            supervisor: self.supervisor,
        };
        record.write(&places.run)?;
        Ok(record)
    }

    /// Takes over one that runs already, as if it had been started just now.
    pub fn adopt(&self, record: Record, places: &Places) -> io::Result<Record> {
        let record = Record { supervisor: self.supervisor, stays: self.stays, ..record };
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
