//! Ports, names, proxies and registries.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

use super::{Finding, Group, Job, Kind, Scene, http};
use crate::compose::Stack;
use crate::dev::ports::{self, Wanted};
use crate::dev::settings::Service;
use crate::docker::registry_of;

/// Longest wait for a registry.
const PATIENCE: Duration = Duration::from_secs(3);
/// Docker's own registry.
const DOCKER_HUB: &str = "registry-1.docker.io";

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let mut jobs = Vec::new();
    if let Some(stack) = &scene.stack {
        let mut seen = BTreeSet::new();
        for wanted in wanted(scene, stack) {
            let service = wanted.service.clone();
            let id = format!("port.{}", wanted.service);
            let id = if seen.insert(id.clone()) { id } else { format!("{id}.{}", wanted.port) };
            let job = Job::new(id, Group::Net, Kind::Conflict, port(scene, wanted));
            jobs.push(job.about(scene, &[&service]));
        }
        let images = stack.services.iter().filter(|(name, _)| scene.is_about(name));
        let images = images.filter_map(|(_, service)| service.image.as_deref());
        let hosts: BTreeSet<String> =
            images.map(|image| registry_of(image).unwrap_or(DOCKER_HUB).to_owned()).collect();
        for host in hosts {
            jobs.push(Job::new(
                format!("dns.{host}"),
                Group::Net,
                Kind::Prerequisite,
                name(scene, host.clone()),
            ));
            jobs.push(Job::new(
                format!("registry.reach.{host}"),
                Group::Net,
                Kind::Prerequisite,
                reach(scene, host),
            ));
        }
    }
    jobs.push(Job::new("proxy", Group::Net, Kind::Prerequisite, async move { proxy(scene) }));
    jobs.push(Job::new("hosts.localhost", Group::Net, Kind::Prerequisite, localhost()));
    jobs
}

/// The ports that people know: where a gateway stands, that of the gateway.
fn wanted(scene: &Scene, stack: &Stack) -> Vec<Wanted> {
    let mut all = ports::wanted(stack);
    if let Some(gateway) = &scene.gateway {
        all.retain(|port| port.service != Service::Ui.as_str());
        all.push(Wanted::here(Service::Ui.as_str(), gateway.port));
    }
    all
}

async fn port(scene: &Scene, wanted: Wanted) -> Finding {
    if scene.process(&wanted.service).is_some_and(|record| record.port == Some(wanted.port)) {
        return Finding::ok(format!("{} is ours", wanted.port));
    }
    let (Ok(engine), Some(stack)) = (&scene.engine, &scene.stack) else { return Finding::skip("no engine") };
    let port = wanted.port;
    let service = wanted.service.clone();
    match ports::check(Some(engine), &stack.name, &[wanted]).await {
        Ok(conflicts) => match conflicts.first() {
            None => Finding::ok(format!("{port} is free, or ours")),
            Some(conflict) => Finding::fail(format!("{port} is used by {}", conflict.owner))
                .fix(format!("stop it, or orchcli start --port {service}=N, or --auto-port")),
        },
        Err(error) => Finding::skip(error.to_string()),
    }
}

/// Host and port of a registry.
fn parts(host: &str) -> (&str, u16) {
    match host.rsplit_once(':').and_then(|(name, port)| Some((name, port.parse().ok()?))) {
        Some((name, port)) => (name, port),
        None => (host, 443),
    }
}

async fn name(scene: &Scene, host: String) -> Finding {
    let (name, port) = parts(&host);
    if name.parse::<IpAddr>().is_ok() {
        return Finding::skip("an address needs no name server");
    }
    if scene.offline {
        return Finding::skip("offline");
    }
    match lookup_host((name, port)).await {
        Ok(mut found) => match found.next() {
            Some(address) => Finding::ok(address.ip().to_string()),
            None => Finding::warn("the name has no address").fix("see the name server in /etc/resolv.conf"),
        },
        Err(error) => {
            Finding::warn(error.to_string()).fix("see the name server in /etc/resolv.conf, or the VPN")
        }
    }
}

async fn reach(scene: &Scene, host: String) -> Finding {
    let (name, port) = parts(&host);
    let loopback = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if loopback {
        return match http::ask("GET", name, port, "/v2/", "").await {
            Ok(answer) if matches!(answer.status, 200 | 401) => {
                Finding::ok(format!("HTTP {}", answer.status))
            }
            Ok(answer) => Finding::warn(format!("HTTP {} is not what a registry answers", answer.status)),
            Err(error) => Finding::warn(error).fix("start the registry"),
        };
    }
    if scene.offline {
        return Finding::skip("offline");
    }
    match tokio::time::timeout(PATIENCE, TcpStream::connect((name, port))).await {
        Ok(Ok(_)) => Finding::ok(format!("port {port} answers")),
        Ok(Err(error)) => {
            Finding::warn(error.to_string()).fix("see the proxy; the engine pulls with its own")
        }
        Err(_) => Finding::warn("no answer in time").fix("see the proxy; the engine pulls with its own"),
    }
}

fn proxy(scene: &Scene) -> Finding {
    let names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];
    let found: Vec<String> = names
        .iter()
        .filter_map(|name| Some(format!("{name}={}", crate::redact::text(scene.environment.get(name)?))))
        .collect();
    if found.is_empty() {
        return Finding::ok("none");
    }
    let without = scene.environment.get("NO_PROXY").or(scene.environment.get("no_proxy")).unwrap_or_default();
    if without != "*" && !["localhost", "127.0.0.1"].iter().any(|host| without.contains(host)) {
        return Finding::warn(format!("{}, also for localhost", found.join(", ")))
            .fix("NO_PROXY=localhost,127.0.0.1,::1");
    }
    Finding::ok(found.join(", "))
}

async fn localhost() -> Finding {
    let found: Vec<IpAddr> = match lookup_host(("localhost", 0)).await {
        Ok(found) => found.map(|address| address.ip()).collect(),
        Err(error) => {
            return Finding::fail(format!("localhost has no address: {error}")).fix("see /etc/hosts");
        }
    };
    if found.iter().any(IpAddr::is_ipv4) {
        return Finding::ok(found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    }
    Finding::warn("localhost is ::1 only, and services are published at 127.0.0.1")
        .fix("add 127.0.0.1 localhost to /etc/hosts")
}
