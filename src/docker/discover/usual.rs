//! Where engines are when nobody says where: Docker, Docker Desktop, Colima, OrbStack, Rancher Desktop, Podman.

use std::path::PathBuf;

use super::Environment;
use crate::docker::{Address, Endpoint, Source};

/// The places that are there, in the order they are tried (cli.md 8.1).
pub fn places(environment: &Environment) -> Vec<Endpoint> {
    let mut places = candidates(environment);
    // A folder that may not be entered hides its socket, and that is worth telling.
    places.retain(|place| match &place.address {
        Address::Unix(path) => path.try_exists().unwrap_or(true),
        Address::Pipe(_) | Address::Tcp { .. } | Address::Ssh { .. } => true,
    });
    places
}

/// All the places, there or not.
pub fn candidates(environment: &Environment) -> Vec<Endpoint> {
    let addresses = if cfg!(windows) { pipes() } else { sockets(environment) };
    addresses.into_iter().map(|address| Endpoint { address, tls: None, source: Source::Usual }).collect()
}

fn pipes() -> Vec<Address> {
    let names = [r"\\.\pipe\docker_engine", r"\\.\pipe\dockerDesktopLinuxEngine"];
    names.into_iter().map(|name| Address::Pipe(name.to_owned())).collect()
}

fn sockets(environment: &Environment) -> Vec<Address> {
    let run = environment.get("XDG_RUNTIME_DIR").map(PathBuf::from);
    let home = environment.home();
    let below = |folder: &Option<PathBuf>, path: &str| folder.as_ref().map(|folder| folder.join(path));
    let paths = [
        Some(PathBuf::from("/var/run/docker.sock")),
        below(&run, "docker.sock"),
        below(&home, ".docker/run/docker.sock"),
        below(&home, ".docker/desktop/docker.sock"),
        below(&home, ".colima/default/docker.sock"),
        below(&home, ".orbstack/run/docker.sock"),
        below(&home, ".rd/docker.sock"),
        below(&run, "podman/podman.sock"),
    ];
    paths.into_iter().flatten().map(Address::Unix).collect()
}
