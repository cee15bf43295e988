//! Tells systemd how the service is doing (`sd_notify(3)`).

use std::io;

/// The server listens.
pub const READY: &str = "READY=1\n";
/// The server is stopping.
pub const STOPPING: &str = "STOPPING=1\n";

/// Sends `state` to the service manager, when there is one. That it does not listen is no reason to stop.
pub fn tell(state: &str) {
    if let Err(error) = send(state) {
        tracing::warn!(%error, "the service manager cannot be told: {}", state.trim_end());
    }
}

#[cfg(unix)]
fn send(state: &str) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let Some(name) = std::env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) else { return Ok(()) };
    let address = match name.as_bytes() {
        #[cfg(target_os = "linux")]
        [b'@', name @ ..] => <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(&name)?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(drop)
}

#[cfg(not(unix))]
fn send(_state: &str) -> io::Result<()> {
    Ok(())
}
