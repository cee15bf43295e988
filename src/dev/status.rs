//! How the services are: their containers, their local processes, and whether they answer (cli.md 3.7).

use futures::future::join_all;
use jiff::Timestamp;

use super::ServiceStatus;
use super::converge::{Desired, Error, Observed, Options, Plan, Seen, Work};
use super::ready::{answers, place, question, reachable};
use super::record::Record;
use super::settings::Provider;
use super::start::statuses;
use crate::docker::Engine;

/// How a stack is.
#[derive(Debug, Default)]
pub struct Status {
    /// Its services, each with each of its containers or its process.
    pub services: Vec<ServiceStatus>,
    /// Services whose containers are not what the files say now, and why.
    pub pending: Vec<(String, String)>,
    /// Services that would need the engine, which is not there.
    pub unknown: Vec<String>,
    /// Services that have containers, and are not wanted here: those of profiles that are off, and the orphans.
    pub beyond: Vec<String>,
    /// Services that have containers, and that the files do not have.
    pub orphans: Vec<String>,
}

/// Looks at a stack. Without an engine only local processes are seen.
pub async fn status(engine: Option<&Engine>, desired: &Desired, records: &[Record]) -> Result<Status, Error> {
    let mut status = Status::default();
    let alive: Vec<&Record> = records.iter().filter(|record| record.is_alive()).collect();
    let is_local = |name: &str| alive.iter().any(|record| record.service == name);
    if let Some(engine) = engine {
        let observed = Observed::look(engine, desired).await?;
        status.services = statuses(desired, &observed.containers);
        let beyond = observed.containers.iter().filter(|seen| is_beyond(seen, desired));
        for seen in beyond {
            status.services.push(ServiceStatus::of(seen, Timestamp::now(), false));
            status.beyond.push(seen.service().to_owned());
        }
        status.beyond.dedup();
        status.orphans.clone_from(&status.beyond);
        status.orphans.retain(|name| !desired.declared.contains(name));
        // What stands in the way of a plan is told by the command that carries one out.
        let plan = Plan::of(desired, &observed, engine.speaks(), &Options::default());
        for step in plan.map(|plan| plan.steps).unwrap_or_default() {
            if let (Work::Recreate { .. }, Some(service)) = (&step.work, step.work.service()) {
                status.pending.push((service.to_owned(), step.reason.clone().unwrap_or_default()));
            }
        }
        for service in &mut status.services {
            service.config_drift = status.pending.iter().any(|(name, _)| *name == service.name);
        }
    } else {
        for name in desired.stack.services.keys() {
            status.services.push(ServiceStatus::missing(name));
            if !is_local(name) {
                status.unknown.push(name.clone());
            }
        }
    }
    let mut processes: Vec<ServiceStatus> = alive.into_iter().map(of_process).collect();
    join_all(status.services.iter_mut().chain(&mut processes).map(|service| ask(engine, service))).await;
    for process in processes {
        put(&mut status.services, process);
    }
    Ok(status)
}

/// Whether it is of a service that is not wanted here.
fn is_beyond(seen: &Seen, desired: &Desired) -> bool {
    !seen.is_one_off() && seen.replaces().is_none() && !desired.stack.services.contains_key(seen.service())
}

/// Puts a process among the services: in the place of a container that is not there, or before the one that it is the
/// gateway of, which is reached there and is ready when both are.
pub fn put(services: &mut Vec<ServiceStatus>, process: ServiceStatus) {
    let is_gateway = process.provider == Provider::Image.as_str();
    if !is_gateway {
        services.retain(|service| service.name != process.name || service.state != "missing");
        services.push(process);
        return;
    }
    for service in services.iter_mut().filter(|service| service.name == process.name) {
        if service.state == "missing" {
            continue;
        }
        service.url.clone_from(&process.url);
        if !process.ready && service.ready {
            service.ready = false;
            service.health = process.health;
        }
    }
}

/// How local processes are.
pub async fn processes(records: &[Record]) -> Vec<ServiceStatus> {
    let alive = records.iter().filter(|record| record.is_alive());
    let mut services: Vec<ServiceStatus> = alive.map(of_process).collect();
    join_all(services.iter_mut().map(|service| ask(None, service))).await;
    services
}

/// A service that is a local process.
fn of_process(record: &Record) -> ServiceStatus {
    let now = Timestamp::now();
    ServiceStatus {
        provider: Provider::of(&record.provider).unwrap_or(Provider::Source).as_str(),
        state: "running",
        ready: true,
        pid: Some(record.pid.into()),
        restart_count: record.restarts.into(),
        started_at: Some(record.started_at.to_string()),
        uptime_seconds: Some((now.as_second() - record.started_at.as_second()).max(0)),
        url: record.url.clone(),
        ..ServiceStatus::missing(&record.service)
    }
}

/// Asks a service that runs whether it answers, where we know how and where.
async fn ask(engine: Option<&Engine>, service: &mut ServiceStatus) {
    let Some(question) = question(&service.name).filter(|_| service.ready) else { return };
    let here = || place(service.url.as_deref()?);
    let published = service.ports.iter().find(|port| port.protocol == "tcp");
    let at = match published {
        Some(port) => {
            let remote = engine.and_then(Engine::remote_host).map(str::to_owned);
            Some((remote.unwrap_or_else(|| reachable(&port.bind)), port.host))
        }
        None if service.container_id.is_none() => here(),
        // What is not published can be asked by its own health check only.
        None => None,
    };
    let Some((host, port)) = at else { return };
    service.ready = answers(question, &host, port).await;
    service.health = match (service.ready, service.health) {
        (true, _) => "healthy",
        (false, "healthy") => "unhealthy",
        (false, _) if service.uptime_seconds.is_some_and(|seconds| seconds < STARTING) => "starting",
        (false, _) => "unhealthy",
    };
}

/// How long a service that does not answer yet may be starting, in seconds.
const STARTING: i64 = 30;
