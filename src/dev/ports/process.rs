//! Which process has a port (cli.md 3.3.1).

use std::fmt;
use std::path::PathBuf;

use super::Protocol;

/// Longest command line that is shown, in characters.
#[cfg(target_os = "linux")]
const SHOWN: usize = 80;

/// Who listens on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A process we may look at.
    Process {
        /// Its process id.
        pid: i32,
        /// Its name.
        name: String,
        /// Its command line, cut.
        command: String,
        /// The folder it was started from, when it may be read.
        folder: Option<PathBuf>,
    },
    /// A process that is none of our business.
    AnotherUser,
    /// The system does not tell.
    Unknown,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { pid, name, folder: Some(folder), .. } => {
                write!(f, "{name}, pid {pid}, started from {}", folder.display())
            }
            Self::Process { pid, name, folder: None, .. } => write!(f, "{name}, pid {pid}"),
            Self::AnotherUser => f.write_str("a process owned by another user"),
            Self::Unknown => f.write_str("another program"),
        }
    }
}

/// Who has `port`, on any address.
#[cfg(target_os = "linux")]
pub fn of(port: u16, protocol: Protocol) -> Holder {
    use procfs::net::{TcpState, tcp, tcp6, udp, udp6};

    let sockets: Vec<u64> = match protocol {
        Protocol::Tcp => {
            let tables = tcp().into_iter().chain(tcp6()).flatten();
            let listening = tables.filter(|entry| entry.state == TcpState::Listen);
            listening.filter(|entry| entry.local_address.port() == port).map(|entry| entry.inode).collect()
        }
        Protocol::Udp => {
            let tables = udp().into_iter().chain(udp6()).flatten();
            tables.filter(|entry| entry.local_address.port() == port).map(|entry| entry.inode).collect()
        }
    };
    if sockets.is_empty() { Holder::Unknown } else { process(&sockets).unwrap_or(Holder::AnotherUser) }
}

/// The process that has one of these sockets open.
#[cfg(target_os = "linux")]
fn process(sockets: &[u64]) -> Option<Holder> {
    use procfs::process::{FDInfo, FDTarget, Process, all_processes};

    let is_socket = |file: FDInfo| matches!(file.target, FDTarget::Socket(inode) if sockets.contains(&inode));
    let holds =
        |process: &Process| process.fd().is_ok_and(|mut files| files.any(|file| file.is_ok_and(is_socket)));
    let process = all_processes().ok()?.flatten().find(holds)?;
    Some(Holder::Process {
        pid: process.pid,
        name: process.stat().ok()?.comm,
        command: process.cmdline().unwrap_or_default().join(" ").chars().take(SHOWN).collect(),
        folder: process.cwd().ok(),
    })
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
pub fn of(_port: u16, _protocol: Protocol) -> Holder {
    Holder::Unknown
}
