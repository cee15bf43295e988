//! Whether the services answer, and reach each other.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::scene::place;
use super::{Finding, Group, Job, Kind, Scene, http};
use crate::dev::exec::heard;
use crate::dev::ready::{self, Question};
use crate::docker::{Command, Standing};
use crate::redact;

pub(super) fn jobs<'a>(scene: &'a Scene) -> Vec<Job<'a>> {
    let job = |id: &str, work: BoxFuture<'a, Finding>| Job::new(id, Group::Services, Kind::Unhealthy, work);
    vec![
        job("svc.core.http", answers(scene, "core", 3000, "/v1/").boxed()).about(scene, &["core"]),
        job("svc.ui.http", answers(scene, "ui", 3001, "/").boxed()).about(scene, &["ui"]),
        job("svc.mongodb.hello", hello(scene).boxed()).about(scene, &["mongodb"]),
        job("svc.ui.apiBase", api_base(scene).boxed()).about(scene, &["ui"]),
        job("net.core-to-mongodb", core_to_mongodb(scene).boxed()).about(scene, &["core", "mongodb"]),
    ]
}

async fn answers(scene: &Scene, service: &str, port: u16, path: &str) -> Finding {
    if !scene.runs(service) {
        return scene.silence(service);
    }
    let Some((host, port)) = scene.reached(service, port) else {
        return Finding::skip("its port is not published");
    };
    if service == "ui" && scene.gateway.is_some() && scene.process("ui").is_none() {
        return Finding::fail("its gateway does not run").fix("orchcli start -d ui");
    }
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
    if !scene.runs("mongodb") {
        return scene.silence("mongodb");
    }
    let Some((host, port)) = scene.published("mongodb", 27017) else {
        return Finding::skip("its port is not published");
    };
    if ready::answers(Question::Mongo, &host, port).await {
        return Finding::ok(format!("{host}:{port} greets as MongoDB"));
    }
    Finding::fail(format!("{host}:{port} does not greet as MongoDB")).fix("orchcli logs mongodb")
}

/// The address of the API is compiled into the published bundle; what was built without it asks the gateway (cli.md 5.5).
async fn api_base(scene: &Scene) -> Finding {
    if !scene.runs("ui") {
        return scene.silence("ui");
    }
    if let (Some(gateway), Some((host, port))) = (&scene.gateway, scene.process("ui").and_then(place)) {
        return match http::ask("GET", &host, port, "/v1/", "").await {
            Ok(answer) if answer.status < 300 => {
                Finding::ok(format!("the gateway at {} has the API of core", gateway.url))
            }
            Ok(answer) => Finding::fail(format!("core answers {} through the gateway", answer.status))
                .fix("orchcli logs core"),
            Err(error) => Finding::fail(format!("the gateway: {error}")).fix("orchcli restart ui"),
        };
    }
    let (Some((host, port)), Some((_, core))) = (scene.reached("ui", 3001), scene.reached("core", 3000))
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
    let Some(core) = scene.running("core") else { return scene.silence("core") };
    let Some(mongodb) = scene.running("mongodb") else {
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
