//! What is known of a local process by other commands: `.orchcli/run/<service>.json` (cli.md 3.2).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::settings::{Provider, Service};

/// A local process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The service it is.
    pub service: String,
    /// How the service is run: `source`, `embedded`, or `image` for the gateway before its container.
    pub provider: String,
    /// Its process id.
    pub pid: u32,
    /// When the system started it, in the system's own words: tells a process from a later one of the same id.
    pub birth: Option<u64>,
    /// When it was started.
    pub started_at: Timestamp,
    /// What runs.
    pub command: String,
    /// Where it listens.
    pub port: Option<u16>,
    /// Where it can be asked whether it is ready.
    pub url: Option<String>,
    /// How often it was started again after it had ended by itself.
    pub restarts: u32,
    /// Where the container is that it is the gateway of, as host and port.
    #[serde(default)]
    pub before: Option<String>,
    /// Whether it goes on when the `dev` that looks after it ends.
    #[serde(default)]
    pub stays: bool,
    /// The `dev` that looks after it; none looks after what runs in the background.
    #[serde(default)]
    pub supervisor: Option<Supervisor>,
}

/// The `dev` that looks after a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervisor {
    /// Its process id.
    pub pid: u32,
    /// As that of a [`Record`].
    pub birth: Option<u64>,
}

impl Supervisor {
    /// This very process.
    pub fn here() -> Self {
        let pid = std::process::id();
        Self { pid, birth: birth_of(pid) }
    }

    /// Whether it is still there; one that was killed leaves its processes behind.
    pub fn is_alive(self) -> bool {
        is_alive(self.pid, self.birth)
    }
}

impl Record {
    /// Reads the record of a service.
    pub fn read(folder: &Path, service: &str) -> Option<Self> {
        let text = fs::read(path(folder, service)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// The records of all services, by name.
    pub fn all(folder: &Path) -> Vec<Self> {
        let Ok(listed) = fs::read_dir(folder) else { return Vec::new() };
        let mut all: Vec<Self> = listed
            .filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                Self::read(folder, name.strip_suffix(".json")?)
            })
            .collect();
        all.sort_by(|a, b| a.service.cmp(&b.service));
        all
    }

    /// Writes it, so that nobody ever reads half of it.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let draft = folder.join(format!(".{}.{}", self.service, std::process::id()));
        fs::write(&draft, serde_json::to_vec(self)?)?;
        fs::rename(&draft, path(folder, &self.service))
    }

    /// Removes it.
    pub fn remove(folder: &Path, service: &str) {
        // It may be gone already.
        let _ = fs::remove_file(path(folder, service));
    }

    /// Whether this very process is there.
    pub fn is_alive(&self) -> bool {
        is_alive(self.pid, self.birth)
    }

    /// Whether a `dev` looks after it now.
    pub fn is_looked_after(&self) -> bool {
        self.supervisor.is_some_and(Supervisor::is_alive)
    }

    /// The gateway, or the console, that is left to itself: `start` made it, or a `dev` that is gone.
    pub fn standing(folder: &Path) -> Option<Self> {
        let record = Self::read(folder, Service::Ui.as_str()).filter(Self::is_alive)?;
        let is_ours = record.provider != Provider::Source.as_str();
        (is_ours && !record.is_looked_after()).then_some(record)
    }
}

fn is_alive(pid: u32, birth: Option<u64>) -> bool {
    birth.map_or_else(|| exists(pid), |birth| birth_of(pid) == Some(birth))
}

fn path(folder: &Path, service: &str) -> PathBuf {
    folder.join(format!("{service}.json"))
}

/// When a process was started, as its system counts; none where the system does not tell. A process that ended and
/// was not fetched yet is none.
#[cfg(target_os = "linux")]
pub fn birth_of(pid: u32) -> Option<u64> {
    let stat = procfs::process::Process::new(i32::try_from(pid).ok()?).ok()?.stat().ok()?;
    (stat.state != 'Z').then_some(stat.starttime)
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
pub fn birth_of(_pid: u32) -> Option<u64> {
    None
}

#[cfg(unix)]
fn exists(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

#[cfg(not(unix))]
fn exists(_pid: u32) -> bool {
    false
}
