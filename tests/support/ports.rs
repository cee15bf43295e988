//! Ports of this machine for servers that are started later.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::{Ipv6Addr, TcpListener};
use std::sync::Mutex;

/// Below those that systems give away by themselves: nobody is given one between its choice and its use. Ten thousand
/// further up, where the UI's container is published, there are none of these.
const FIRST: u16 = 12_000;
/// How many there are.
const COUNT: u16 = 1_000;
/// How far they are apart: where one is taken, the next one is looked for behind it.
const APART: u16 = 10;

/// What keeps those that this process was given from other processes, until it ends.
static GIVEN: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// Ports that nobody has, and no other test is given.
pub fn free_ports<const N: usize>() -> [u16; N] {
    std::array::from_fn(|_| free_port())
}

/// Arguments with ports like that for the services of a project.
pub fn for_services() -> Vec<String> {
    ["mongodb", "core", "ui"].map(|service| format!("--port={service}={}", free_port())).into()
}

/// One port like that.
pub fn free_port() -> u16 {
    let user = rustix::process::getuid().as_raw();
    let folder = std::env::temp_dir().join(format!("orchcli-test-ports-{user}"));
    fs::create_dir_all(&folder).expect("a folder");
    for port in (0..COUNT).map(|number| FIRST + number * APART) {
        let file = File::create(folder.join(port.to_string())).expect("a file");
        if file.try_lock().is_ok() && is_free(port) {
            GIVEN.lock().expect("no panic").push(file);
            return port;
        }
    }
    panic!("every port is taken")
}

/// Whether nobody listens there, at whatever address.
fn is_free(port: u16) -> bool {
    let listens = |error: std::io::Error| error.kind() == ErrorKind::AddrInUse;
    !TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).is_err_and(listens)
        && !TcpListener::bind(("0.0.0.0", port)).is_err_and(listens)
}
