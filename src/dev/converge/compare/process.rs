//! The process of a container: what runs, as whom, with which variables and labels.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::Facts;
use crate::dev::converge::seen::Seen;
use crate::docker::models::{ContainerCreateBody, HealthConfig, ImageConfig, ImageInspect};

/// Labels of these are not the user's.
const TOOLS: [&str; 2] = ["com.docker.compose.", "dev.orchcli."];

/// How long it has to end, which is no secret.
pub(super) const GRACE: &str = "stop_grace_period";

pub(super) fn wanted(body: &ContainerCreateBody, image: Option<&ImageInspect>, facts: &mut Facts) {
    let none = ImageConfig::default();
    let image = image.and_then(|image| image.config.as_ref()).unwrap_or(&none);
    let (entrypoint, command) = run(body, image);
    let own = |own: &Option<String>, images: &Option<String>| {
        json!(own.clone().filter(|text| !text.is_empty()).or_else(|| images.clone()).unwrap_or_default())
    };
    let mut set = |name: &str, value: Value| facts.insert(name.to_owned(), value);
    set("entrypoint", json!(entrypoint));
    set("command", json!(command));
    set("hostname", json!(body.hostname));
    set("domainname", json!(body.domainname));
    set("user", own(&body.user, &image.user));
    set("working_dir", own(&body.working_dir, &image.working_dir));
    set("stop_signal", own(&body.stop_signal, &image.stop_signal));
    set(GRACE, grace(body.stop_timeout));
    set("tty", json!(body.tty));
    set("stdin_open", json!(body.open_stdin));
    set("healthcheck", health(body.healthcheck.as_ref(), image.healthcheck.as_ref()));
    let ports = |ports: &Option<Vec<String>>| ports.clone().unwrap_or_default();
    let exposed: BTreeSet<String> =
        ports(&body.exposed_ports).into_iter().chain(ports(&image.exposed_ports)).collect();
    set("exposed ports", json!(exposed));
    let mut variables = pairs(image.env.as_ref());
    variables.extend(pairs(body.env.as_ref()));
    for (name, value) in variables {
        facts.insert(format!("environment {name}"), json!([value]));
    }
    labels(body.labels.as_ref(), image, facts);
}

pub(super) fn found(seen: &Seen, image: Option<&ImageInspect>, facts: &mut Facts) {
    let none = ImageConfig::default();
    let image = image.and_then(|image| image.config.as_ref()).unwrap_or(&none);
    let Some(config) = &seen.0.config else { return };
    let mut set = |name: &str, value: Value| facts.insert(name.to_owned(), value);
    // The engine calls a host by its container's id when nobody says anything.
    let hostname = config.hostname.clone().filter(|name| !seen.id().starts_with(name.as_str()));
    set("entrypoint", json!(config.entrypoint.clone().unwrap_or_default()));
    set("command", json!(config.cmd.clone().unwrap_or_default()));
    set("hostname", json!(hostname));
    set("domainname", json!(config.domainname));
    set("user", json!(config.user));
    set("working_dir", json!(config.working_dir));
    set("stop_signal", json!(config.stop_signal));
    set(GRACE, grace(config.stop_timeout));
    set("tty", json!(config.tty));
    set("stdin_open", json!(config.open_stdin));
    set("healthcheck", health(config.healthcheck.as_ref(), None));
    let exposed: BTreeSet<String> = config.exposed_ports.clone().unwrap_or_default().into_iter().collect();
    set("exposed ports", json!(exposed));
    for (name, value) in pairs(config.env.as_ref()) {
        facts.insert(format!("environment {name}"), json!([value]));
    }
    labels(config.labels.as_ref(), image, facts);
}

/// What runs, as the engine makes it out of what is said and what the image says.
fn run(body: &ContainerCreateBody, image: &ImageConfig) -> (Vec<String>, Vec<String>) {
    let own = body.cmd.clone().unwrap_or_default();
    let command = if own.is_empty() { image.cmd.clone().unwrap_or_default() } else { own.clone() };
    match &body.entrypoint {
        None => (image.entrypoint.clone().unwrap_or_default(), command),
        Some(entrypoint) if entrypoint.is_empty() => (Vec::new(), command),
        Some(entrypoint) if matches!(entrypoint.as_slice(), [one] if one.is_empty()) => (Vec::new(), own),
        Some(entrypoint) => (entrypoint.clone(), own),
    }
}

/// What a check says counts key by key over that of the image. How often it is asked while the container starts is not
/// compared: we ask the engine for more than the files say there, and Docker Compose does not.
fn health(own: Option<&HealthConfig>, images: Option<&HealthConfig>) -> Value {
    let none = HealthConfig::default();
    let (own, images) = (own.unwrap_or(&none), images.unwrap_or(&none));
    let number = |own: Option<i64>, images: Option<i64>| {
        own.filter(|number| *number != 0).or(images).filter(|number| *number != 0)
    };
    let test = own.test.clone().filter(|test| !test.is_empty()).or_else(|| images.test.clone());
    let numbers = [
        number(own.interval, images.interval),
        number(own.timeout, images.timeout),
        number(own.retries, images.retries),
        number(own.start_period, images.start_period),
    ];
    match test {
        None if numbers.iter().all(Option::is_none) => Value::Null,
        test => json!([test, numbers]),
    }
}

/// No time at all is a time too, and is not the same as nothing said.
fn grace(seconds: Option<i64>) -> Value {
    json!(seconds.map(|seconds| format!("{seconds}s")))
}

fn pairs(environment: Option<&Vec<String>>) -> HashMap<String, String> {
    let split = |pair: &String| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_owned(), value.to_owned())
    };
    environment.into_iter().flatten().map(split).collect()
}

fn labels(labels: Option<&HashMap<String, String>>, image: &ImageConfig, facts: &mut Facts) {
    let of_image = image.labels.iter().flatten();
    let all: HashMap<&String, &String> = of_image.chain(labels.into_iter().flatten()).collect();
    for (name, value) in all {
        if !TOOLS.iter().any(|tool| name.starts_with(tool)) {
            facts.insert(format!("label {name}"), json!([value]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_docker_compose_made_without_our_pace_of_starting_is_the_same() {
        let test = Some(vec!["CMD".to_owned(), "true".to_owned()]);
        let theirs = HealthConfig { test, interval: Some(10), ..HealthConfig::default() };
        let ours = HealthConfig { start_interval: Some(1), ..theirs.clone() };
        assert_eq!(health(Some(&ours), None), health(Some(&theirs), None));
        let other = HealthConfig { interval: Some(20), ..theirs.clone() };
        assert_ne!(health(Some(&other), None), health(Some(&theirs), None));
    }
}
