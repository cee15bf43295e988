//! Who holds a lock, as its file tells it.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest content of a lock file that is read, in bytes.
const LIMIT: u64 = 4096;

/// The process that holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its id.
    pub pid: u32,
    /// The command: `start`.
    pub command: String,
    /// The machine it runs on.
    pub host: String,
    /// Since when it holds it.
    pub started_at: Timestamp,
}

impl Holder {
    /// This process, now.
    pub fn this(command: &str) -> Self {
        Self {
            pid: std::process::id(),
            command: command.to_owned(),
            host: gethostname::gethostname().to_string_lossy().into_owned(),
            started_at: Timestamp::now(),
        }
    }

    pub(super) fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// Whether it ran on this machine, and runs no more.
    pub(super) fn is_gone(&self) -> bool {
        if self.host != gethostname::gethostname().to_string_lossy() {
            return false;
        }
        #[cfg(unix)]
        {
            let pid = i32::try_from(self.pid).ok().and_then(rustix::process::Pid::from_raw);
            pid.is_none_or(|pid| rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
        }
        #[cfg(not(unix))]
        {
            false
        }
    }
}

impl fmt::Display for Holder {
    /// `orchcli start (pid 4711 on host, since 2026-01-02T03:04:05Z)`; a lock file is no place to trust.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |text: &str| text.escape_debug().take(100).collect::<String>();
        let Self { pid, command, host, started_at } = self;
        write!(f, "orchcli {} (pid {pid} on {}, since {started_at:.0})", plain(command), plain(host))
    }
}

/// What a lock file tells; nothing when it is being written, or is none of ours.
pub(super) fn read(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    File::open(path).ok()?.take(LIMIT).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
