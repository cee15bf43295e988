//! The services: their containers, and whether they answer.

use std::collections::BTreeSet;

use super::{Finding, Group, Job, Kind, Scene, http};
use crate::dev::converge::{Why, hint};
use crate::dev::exec::heard;
use crate::dev::ready::{self, Question};
use crate::docker::{Command, Examined, Standing};
use crate::redact;

/// How many of the last lines are looked at.
const LINES: usize = 20;
/// How many with `--deep`.
const MANY_LINES: usize = 500;
/// Starts from which a service is in a loop.
const LOOP: i64 = 3;

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let modelled = scene.stack.iter().flat_map(|stack| stack.services.keys());
    let there = scene.containers.iter().map(|(service, _)| service);
    let names: BTreeSet<&String> = modelled.chain(there).filter(|name| scene.is_about(name)).collect();
    let mut jobs = Vec::new();
    for name in names {
        let job = |what: &str, finding: fn(&Examined) -> Finding| {
            let containers = scene.containers.iter().filter(move |(service, _)| service == name);
            Job::new(format!("svc.{name}.{what}"), Group::Services, Kind::Unhealthy, async move {
                let found = containers.map(|(_, examined)| finding(examined));
                found.max_by_key(severity).unwrap_or_else(|| Finding::skip("no container"))
            })
        };
        jobs.push(Job::new(
            format!("svc.{name}.state"),
            Group::Services,
            Kind::Unhealthy,
            state(scene, name),
        ));
        if scene.deep {
            jobs.push(Job::new(
                format!("svc.{name}.log"),
                Group::Services,
                Kind::Unhealthy,
                log(scene, name),
            ));
        }
        jobs.push(job("health", health));
        jobs.push(job("restarts", restarts));
        jobs.push(job("oom", oom));
    }
    for (service, port, path) in [("core", 3000, "/v1/"), ("ui", 3001, "/")] {
        if scene.running(service).is_some() && scene.is_about(service) {
            let id = format!("svc.{service}.http");
            jobs.push(Job::new(id, Group::Services, Kind::Unhealthy, answers(scene, service, port, path)));
        }
    }
    if scene.running("mongodb").is_some() && scene.is_about("mongodb") {
        jobs.push(Job::new("svc.mongodb.hello", Group::Services, Kind::Unhealthy, hello(scene)));
    }
    if scene.running("ui").is_some() && scene.is_about("ui") {
        jobs.push(Job::new("svc.ui.apiBase", Group::Services, Kind::Unhealthy, api_base(scene)));
    }
    if scene.is_about("core") && scene.is_about("mongodb") && scene.running("core").is_some() {
        let id = "net.core-to-mongodb";
        jobs.push(Job::new(id, Group::Services, Kind::Unhealthy, core_to_mongodb(scene)));
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

async fn answers(scene: &Scene, service: &str, port: u16, path: &str) -> Finding {
    let Some((host, port)) = scene.published(service, port) else {
        return Finding::skip("its port is not published");
    };
    let url = format!("http://{host}:{port}{path}");
    match http::ask("GET", &host, port, path, "").await {
        Ok(answer) if answer.status < if service == "core" { 300 } else { 500 } => {
            Finding::ok(format!("{url} answers {}", answer.status))
        }
        Ok(answer) => {
            Finding::fail(format!("{url} answers {}", answer.status)).fix(format!("orchcli logs {service}"))
        }
        Err(error) => Finding::fail(format!("{url}: {error}")).fix(format!("orchcli logs {service}")),
    }
}

/// Whether the database greets in its own protocol; nothing else of it is asked.
async fn hello(scene: &Scene) -> Finding {
    let Some((host, port)) = scene.published("mongodb", 27017) else {
        return Finding::skip("its port is not published");
    };
    if ready::answers(Question::Mongo, &host, port).await {
        return Finding::ok(format!("{host}:{port} greets as MongoDB"));
    }
    Finding::fail(format!("{host}:{port} does not greet as MongoDB")).fix("orchcli logs mongodb")
}

/// The address of the API is compiled into the published bundle (cli.md 5.5).
async fn api_base(scene: &Scene) -> Finding {
    let (Some((host, port)), Some((_, core))) = (scene.published("ui", 3001), scene.published("core", 3000))
    else {
        return Finding::skip("its port is not published");
    };
    match http::ask("GET", &host, port, "/", "").await {
        Ok(answer) if answer.body.contains(&format!("localhost:{core}/v1/api")) => {
            Finding::ok("the page knows where core is")
        }
        Ok(_) => Finding::warn("the page does not name core: its bundle was built for another address")
            .fix("use the gateway of orchcli start, or build the UI from source with NEXT_PUBLIC_API_URL"),
        Err(error) => Finding::skip(error),
    }
}

/// Whether core reaches the database, asked from within its container with the program of its own health check.
async fn core_to_mongodb(scene: &Scene) -> Finding {
    let (Some(core), Some(mongodb)) = (scene.running("core"), scene.running("mongodb")) else {
        return Finding::fail("mongodb does not run").fix("orchcli start -d");
    };
    let Some(network) = core.networks.iter().find(|network| mongodb.networks.contains(network)) else {
        return Finding::fail("they share no network: core cannot reach mongodb")
            .fix("orchcli restart --recreate");
    };
    let Ok(engine) = &scene.engine else { return Finding::skip("no engine") };
    let words = ["wget", "-q", "-T", "3", "-O", "-", "http://mongodb:27017/"].map(str::to_owned);
    let command = Command { arguments: words.to_vec(), ..Command::default() };
    match heard(engine, &core.name, &command).await {
        Ok((Standing::Ended { started: true, code }, said)) => reached(network, code, &said),
        // It has no such program: what is known is that they could.
        Ok(_) | Err(_) => Finding::ok(format!("both are in {network}")),
    }
}

/// What came of the attempt. A database answers HTTP with a sentence or not at all; only the way to it counts, and where
/// the program tells nothing of it, that both could.
fn reached(network: &str, code: i64, said: &str) -> Finding {
    let said = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if code != 0 && says(&["bad address", "unable to resolve", "not resolve", "name or service not known"]) {
        return Finding::fail("core does not know the name mongodb").fix("orchcli restart --recreate");
    }
    if code != 0 && says(&["refused", "unreachable", "no route", "timed out", "can't connect"]) {
        return Finding::fail(format!("core does not reach mongodb in {network}"))
            .detail(redact::text(said.trim()))
            .fix("orchcli logs mongodb");
    }
    if code != 0 && !says(&["http", "response", "reset"]) {
        return Finding::ok(format!("both are in {network}"));
    }
    Finding::ok(format!("core reaches mongodb in {network}"))
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    #[test]
    fn what_is_said_of_the_way_is_told_from_what_is_said_of_the_answer() {
        for (code, said, status, start) in [
            (0, "It looks like you are trying to access MongoDB over HTTP", Status::Ok, "core reaches"),
            (1, "wget: error getting response: Invalid argument", Status::Ok, "core reaches"),
            (8, "HTTP/1.1 404 Not Found", Status::Ok, "core reaches"),
            (1, "wget: bad address 'mongodb:27017'", Status::Fail, "core does not know"),
            (
                1,
                "wget: can't connect to remote host (10.0.0.2): Connection refused",
                Status::Fail,
                "core does not reach",
            ),
            (139, "", Status::Ok, "both are in"),
        ] {
            let found = reached("net", code, said);
            assert_eq!(found.status, status, "{said}");
            assert!(found.summary.starts_with(start), "{said}: {}", found.summary);
        }
    }
}
