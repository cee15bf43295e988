//! Ports that somebody has already: who that is, and which one is free (cli.md 3.3.1).
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/ports.rs"]
mod ports;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::Command;

use orchcli::dev::ports::process::Holder;
use orchcli::dev::ports::{Conflict, Owner, Protocol, Wanted, check, first_free};
use orchcli::docker::Engine;
use orchcli::docker::discover::{self, Environment, Wanted as EngineWanted};

use engine::{docker, host};
use ports::free_port;

async fn connect() -> Engine {
    let host = host();
    let wanted = EngineWanted { docker_host: Some(&host), context: None };
    discover::connect(wanted, &Environment::default()).await.unwrap()
}

fn wanted(bind: Option<&str>, port: u16) -> Wanted {
    let bind = bind.map(|bind| bind.parse().unwrap());
    Wanted { service: "web".to_owned(), bind, port, protocol: Protocol::Tcp }
}

async fn conflicts(project: &str, wanted: Wanted) -> Vec<Conflict> {
    check(Some(&connect().await), project, &[wanted]).await.unwrap()
}

/// A container that listens on a port of the host, gone with the value.
struct Container(String);

impl Container {
    fn run(name: &str, project: Option<&str>, publish: &str) -> Self {
        let name = format!("b-ports-{name}-{}", std::process::id());
        let network = format!("{name}-net");
        docker(&["network", "create", &network]);
        let labels = project.map(|project| {
            [format!("com.docker.compose.project={project}"), "com.docker.compose.service=web".to_owned()]
        });
        let mut arguments = vec!["run", "-d", "--name", &name, "--network", &network, "-p", publish];
        for label in labels.iter().flatten() {
            arguments.extend(["--label", label]);
        }
        arguments.extend(["testbed/busybox:1", "sleep", "600"]);
        docker(&arguments);
        Self(name)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        for arguments in [vec!["rm", "-f", &self.0], vec!["network", "rm", &format!("{}-net", self.0)]] {
            let _ = Command::new("docker").args(arguments).env("DOCKER_HOST", host()).output();
        }
    }
}

#[tokio::test]
async fn a_process_is_told_by_pid_and_name() {
    for address in ["127.0.0.1:0", "[::1]:0", "[::]:0"] {
        let listener = TcpListener::bind(address).unwrap();
        let port = listener.local_addr().unwrap().port();
        let found = conflicts("b-none", wanted(Some("127.0.0.1"), port)).await;
        let [Conflict { owner: Owner::Process(Holder::Process { pid, .. }), .. }] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(u32::try_from(*pid).unwrap(), std::process::id());
    }
}

#[tokio::test]
async fn a_free_port_is_no_conflict() {
    assert_eq!(conflicts("b-none", wanted(None, free_port())).await, []);
}

#[tokio::test]
async fn a_container_of_somebody_else_is_told_by_name_and_one_of_ours_is_none() {
    let port = free_port();
    let project = format!("b-own-{}", std::process::id());
    let container = Container::run("own", Some(&project), &format!("127.0.0.1:{port}:80"));
    assert_eq!(conflicts(&project, wanted(Some("127.0.0.1"), port)).await, []);
    let found = conflicts("b-other", wanted(None, port)).await;
    let compose = Some((project, "web".to_owned()));
    assert_eq!(found[0].owner, Owner::Container { name: container.0.clone(), compose });

    let port = free_port();
    let container = Container::run("foreign", None, &format!("{port}:80"));
    let found = conflicts("b-other", wanted(Some("127.0.0.1"), port)).await;
    assert_eq!(found[0].owner.to_string(), format!("container {}", container.0));
}

#[tokio::test]
async fn two_services_of_one_stack_cannot_have_one_port() {
    let port = free_port();
    let both = [wanted(None, port), Wanted { service: "api".to_owned(), ..wanted(Some("127.0.0.1"), port) }];
    let found = check(Some(&connect().await), "b-none", &both).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].owner, Owner::Service("web".to_owned()));
}

#[tokio::test]
async fn the_first_free_port_is_free_for_the_engine_too() {
    let port = free_port();
    let _held = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let found = first_free(&wanted(Some("127.0.0.1"), port), &BTreeSet::new()).unwrap();
    assert!(found > port);
    drop(Container::run("free", None, &format!("127.0.0.1:{found}:80")));
}
