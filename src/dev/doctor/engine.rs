//! The engine: where it was looked for, what it is, how it is set up.

use super::host::size;
use super::{Automatic, Finding, Group, Job, Kind, Scene};
use crate::docker::{Engine, Error, Source, Why};

/// Bytes of images from which it is worth looking what they are.
const MUCH: u64 = 50 << 30;

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let job = |id, finding: fn(&Scene) -> Finding| {
        Job::new(id, Group::Engine, Kind::Prerequisite, async move { finding(scene) })
    };
    vec![
        job("engine.socket", socket),
        job("engine.version", version),
        job("engine.api", api),
        job("engine.context", context),
        Job::new("engine.disk", Group::Engine, Kind::Prerequisite, disk(scene)),
        job("engine.rootless", rootless),
        job("engine.proxy", proxy),
    ]
}

fn socket(scene: &Scene) -> Finding {
    let line = |(place, error): &(String, Option<Error>)| match error {
        None => format!("{place}: answers"),
        Some(Error::Unreachable { why, .. }) => format!("{place}: {why}"),
        Some(Error::Denied { .. }) => format!("{place}: permission denied"),
        Some(error) => format!("{place}: {error}"),
    };
    let detail = scene.tried.iter().map(line).collect::<Vec<_>>().join("\n");
    match &scene.engine {
        Ok(engine) => Finding::ok(format!("{} answers", engine.endpoint())).detail(detail),
        Err(error) => {
            let denied = matches!(error, Error::Denied { .. } | Error::Unreachable { why: Why::Denied, .. });
            let summary = match error {
                Error::Nowhere { .. } => "no engine answers at any of the usual places".to_owned(),
                error => error.to_string(),
            };
            let fix = if denied {
                "join the group docker (counts from the next login), or run a rootless engine of your own"
            } else {
                "start an engine, or name one: DOCKER_HOST=unix:///path/docker.sock; orchcli dev --core embedded needs none"
            };
            Finding::fail(summary).detail(detail).fix(fix)
        }
    }
}

fn version(scene: &Scene) -> Finding {
    match &scene.facts {
        Some(facts) => Finding::ok(format!("{} on {}", facts.version, facts.system)),
        None => Finding::skip("no engine"),
    }
}

fn api(scene: &Scene) -> Finding {
    match &scene.engine {
        Ok(engine) => {
            let (major, minor) = engine.api();
            let builder = if engine.has_build_kit() { "BuildKit" } else { "the classic builder" };
            Finding::ok(format!("API {major}.{minor}, builds by {builder}"))
        }
        Err(error @ Error::TooOld { .. }) => {
            Finding::fail(error.to_string()).fix("install Engine 20.10 or newer, or Podman 4.4 or newer")
        }
        Err(_) => Finding::skip("no engine"),
    }
}

fn context(scene: &Scene) -> Finding {
    match &scene.engine {
        Ok(engine) => match engine.source() {
            Source::Flag | Source::Variable if scene.environment.get("DOCKER_CONTEXT").is_some() => {
                Finding::warn(format!(
                    "{} names the engine, and DOCKER_CONTEXT is passed by",
                    engine.source()
                ))
                .fix("unset DOCKER_HOST, or DOCKER_CONTEXT")
            }
            source => Finding::ok(format!("named by {source}")),
        },
        Err(error) if scene.other_context.is_some() => {
            let other = scene.other_context.clone().unwrap_or_default();
            Finding::fail(format!("{error}; the engine of the context {other} answers"))
                .fixable(format!("docker context use {other}"), Automatic::SwitchContext(other))
        }
        Err(error @ (Error::NoContext { .. } | Error::File { .. } | Error::Address { .. })) => {
            Finding::fail(error.to_string()).fix("docker context ls, docker context use NAME")
        }
        Err(_) => Finding::skip("no engine"),
    }
}

async fn disk(scene: &Scene) -> Finding {
    let Ok(engine) = &scene.engine else { return Finding::skip("no engine") };
    match engine.disk_use().await {
        Ok(bytes) if bytes > MUCH => {
            Finding::warn(format!("{} of images", size(bytes))).fix("docker image prune removes unused ones")
        }
        Ok(bytes) => Finding::ok(format!("{} of images", size(bytes))),
        Err(error) => Finding::skip(error.to_string()),
    }
}

fn rootless(scene: &Scene) -> Finding {
    let remote = scene.engine.as_ref().ok().and_then(Engine::remote_host);
    match (&scene.facts, remote) {
        (None, _) => Finding::skip("no engine"),
        (Some(_), Some(host)) => Finding::warn(format!(
            "the engine runs on {host}: folders of this machine cannot be mounted there"
        )),
        (Some(facts), None) if facts.rootless => Finding::ok("runs without root"),
        (Some(_), None) => Finding::ok("runs as root"),
    }
}

fn proxy(scene: &Scene) -> Finding {
    let Some(facts) = &scene.facts else { return Finding::skip("no engine") };
    let ours = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let ours = ours.iter().find(|name| scene.environment.get(name).is_some());
    match (&facts.proxy, ours) {
        (Some(proxy), _) => Finding::ok(format!("pulls go through {}", crate::redact::text(proxy))),
        (None, Some(name)) => {
            Finding::warn(format!("{name} is set here, and the engine pulls without a proxy"))
                .fix("give the engine its own: https://docs.docker.com/engine/daemon/proxy/")
        }
        (None, None) => Finding::ok("none"),
    }
}
