//! The services: their containers and processes.

use std::collections::BTreeSet;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{Finding, Group, Job, Kind, Scene};
use crate::dev::converge::{Why, hint};
use crate::dev::record::Record;
use crate::docker::Examined;
use crate::redact;

/// How many of the last lines are looked at.
const LINES: usize = 20;
/// How many with `--deep`.
const MANY_LINES: usize = 500;
/// Starts from which a service is in a loop.
const LOOP: i64 = 3;

pub(super) fn jobs<'a>(scene: &'a Scene) -> Vec<Job<'a>> {
    let modelled = scene.stack.iter().flat_map(|stack| stack.services.keys());
    let there = scene.containers.iter().map(|(service, _)| service);
    // One that is asked about may be of a profile that is off.
    let asked = scene.services.iter().filter(|name| scene.names(name) && scene.process(name).is_none());
    let names: BTreeSet<&String> = modelled.chain(there).chain(asked).collect();
    let local = scene.processes.iter().filter(|record| !names.contains(&record.service));
    let mut jobs: Vec<Job<'_>> = local
        .map(|record| {
            let id = format!("svc.{}.state", record.service);
            let job = Job::new(id, Group::Services, Kind::Unhealthy, async move { process(record) });
            job.about(scene, &[&record.service])
        })
        .collect();
    for name in names {
        let job = |what: &str, work: BoxFuture<'a, Finding>| {
            let id = format!("svc.{name}.{what}");
            Job::new(id, Group::Services, Kind::Unhealthy, work).about(scene, &[name])
        };
        let each = |finding: fn(&Examined) -> Finding| {
            let containers = scene.containers.iter().filter(move |(service, _)| service == name);
            let found = containers.map(move |(_, examined)| finding(examined));
            let worst = async { found.max_by_key(severity).unwrap_or_else(|| Finding::skip("no container")) };
            worst.boxed()
        };
        jobs.push(job("state", state(scene, name).boxed()));
        if scene.deep {
            jobs.push(job("log", log(scene, name).boxed()));
        }
        jobs.push(job("health", each(health)));
        jobs.push(job("restarts", each(restarts)));
        jobs.push(job("oom", each(oom)));
    }
    jobs
}

/// Of several containers the worst is told.
fn severity(finding: &Finding) -> u8 {
    match finding.status {
        super::Status::Skip => 0,
        super::Status::Ok => 1,
        super::Status::Warn => 2,
        super::Status::Fail => 3,
    }
}

async fn state(scene: &Scene, name: &str) -> Finding {
    let Ok(engine) = &scene.engine else { return Finding::skip("no engine") };
    let mut containers =
        scene.containers.iter().filter(|(service, _)| service == name).map(|(_, found)| found);
    let Some(first) = containers.next() else {
        return if scene.containers.is_empty() {
            Finding::skip("the stack is not started")
        } else if !scene.wants(name) {
            Finding::skip("it has no container")
        } else {
            Finding::fail("there is no container").fix("orchcli start -d")
        };
    };
    let ill = |examined: &&Examined| examined.state != "running";
    let Some(ill) = [first].into_iter().chain(containers).find(ill) else {
        return Finding::ok(format!("{} runs", first.name));
    };
    let summary = match (ill.state.as_str(), ill.exit_code) {
        ("exited", Some(0)) => return Finding::ok(format!("{} ended with 0", ill.name)),
        ("exited" | "restarting" | "dead", Some(code)) => format!("{} ended with {code}", ill.name),
        (state, _) => format!("{} is {state}", ill.name),
    };
    let lines = engine.last_lines(&ill.name, LINES).await.unwrap_or_default();
    let why = Why::Exited { code: ill.exit_code.unwrap_or_default(), oom: ill.oom_killed };
    let hint = hint(&why, &lines);
    let detail = redact::text(&lines.join("\n"));
    let fix = hint.map_or_else(|| format!("orchcli logs {name}"), str::to_owned);
    Finding::fail(summary).detail(detail).fix(fix)
}

/// A service that no container provides.
fn process(record: &Record) -> Finding {
    Finding::ok(format!("process {} runs ({})", record.pid, record.provider))
}

/// What the log of a service that runs points to.
async fn log(scene: &Scene, name: &str) -> Finding {
    let (Ok(engine), Some(container)) = (&scene.engine, scene.running(name)) else {
        return Finding::skip("it does not run");
    };
    let lines = match engine.last_lines(&container.name, MANY_LINES).await {
        Ok(lines) => lines,
        Err(error) => return Finding::skip(error.to_string()),
    };
    match lines.iter().rev().find_map(|line| Some((line, hint(&Why::Unhealthy, std::slice::from_ref(line))?)))
    {
        Some((line, hint)) => Finding::warn(redact::text(line)).fix(hint),
        None => Finding::ok(format!("nothing known in the last {} lines", lines.len())),
    }
}

fn health(examined: &Examined) -> Finding {
    match examined.health.as_deref() {
        None => Finding::skip("no health check"),
        Some("healthy") => Finding::ok("healthy"),
        Some("starting") => Finding::warn("starting").fix("wait a moment"),
        Some(_) => {
            let output = examined.health_output.as_deref().unwrap_or_default();
            Finding::fail("unhealthy").detail(redact::text(output)).fix("see what the health check prints")
        }
    }
}

fn restarts(examined: &Examined) -> Finding {
    match examined.restarts {
        0 => Finding::ok("none"),
        count if count < LOOP => Finding::warn(format!("started again {count} times")).fix("see its log"),
        count => {
            Finding::fail(format!("started again {count} times")).fix("see its log: it does not stay up")
        }
    }
}

fn oom(examined: &Examined) -> Finding {
    if examined.oom_killed {
        return Finding::fail("killed for its memory")
            .fix("raise mem_limit, or the memory of the engine's machine");
    }
    Finding::ok("not killed for its memory")
}
