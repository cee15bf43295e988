//! The environment of a container: static, carried over, supplied, and from linked objects (engine.md 2.4, 3.5).

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{ConfigMapEnvSource, EnvFromSource, EnvVar, SecretEnvSource};
use serde_json::Value;

use super::context::Context;
use super::secret;
use crate::graph::decode::DecodedNode;
use crate::graph::kinds::{Pod, SecretType, Spec, is_placeholder};
use crate::graph::{Code, syntax};

/// What the linked objects and run values make of a container's environment.
pub(super) struct Environment {
    pub(super) variables: Vec<EnvVar>,
    pub(super) sources: Vec<EnvFromSource>,
    /// Linked Secrets that hold registry logins.
    pub(super) pull_secrets: Vec<String>,
}

pub(super) fn build(context: &Context, at: usize, node: &DecodedNode, pod: &Pod) -> Environment {
    let live = live_variables(context, at, &node.name);
    let mut values = values(context, at, pod, &live);
    let mut sources = Vec::new();
    let mut pull_secrets = Vec::new();
    // Names a linked object provides, as far as they are known.
    let mut provided = BTreeSet::new();
    let mounted: BTreeSet<&str> = pod.mounts.iter().filter_map(|mount| mount.node_id.as_deref()).collect();
    let mut seen = BTreeSet::new();
    for link in context.decoded.links.of(at).iter().filter(|link| seen.insert(link.node)) {
        let Some(linked) = context.node(link.node) else { continue };
        let is_mounted = mounted.contains(context.decoded.id(link.node));
        match &linked.spec {
            Spec::ConfigMap(spec) => {
                context.same_namespace(at, "volumeMounts", linked);
                if !is_mounted {
                    sources.push(config_map_source(&linked.name));
                    provided.extend(spec.data.keys().cloned());
                }
            }
            Spec::Secret(spec) => {
                context.same_namespace(at, "volumeMounts", linked);
                let keys = secret::key_names(context, link.node, spec);
                let readable = keys.iter().any(|key| syntax::is_shell_name(key));
                match spec.kind {
                    SecretType::DockerConfigJson => pull_secrets.push(linked.name.clone()),
                    SecretType::Tls => {}
                    SecretType::Opaque if is_mounted && !readable => {}
                    SecretType::Opaque => sources.push(secret_source(&linked.name)),
                    _ if is_mounted => {}
                    _ => sources.push(secret_source(&linked.name)),
                }
                provided.extend(keys);
            }
            _ => {}
        }
    }
    if let Spec::StatefulSet(_) = node.spec {
        let known = |name: &str| {
            values.contains_key(name)
                || pod.env_keys.iter().any(|key| key == name)
                || live.contains_key(name)
                || provided.contains(name)
        };
        if let Some((name, value)) =
            insecure_default(&pod.image, known).filter(|_| context.inputs.allow_insecure_db_defaults)
        {
            let words = format!(
                "{name}={value} is set because no password is known: anybody who reaches the pods can read and write the database; link a Secret"
            );
            context.report(at).warning(Code::InsecureDefault, "env", &words);
            values.insert(name.into(), value.into());
        }
    }
    let variables =
        values.into_iter().map(|(name, value)| EnvVar { name, value: Some(value), value_from: None });
    Environment { variables: variables.collect(), sources, pull_secrets }
}

/// Static values, overlaid by those of the live container for declared names, overlaid by supplied ones.
fn values(
    context: &Context,
    at: usize,
    pod: &Pod,
    live: &BTreeMap<String, Option<String>>,
) -> BTreeMap<String, String> {
    let supplied = context.inputs.values.env_vars.get(context.decoded.id(at));
    let supplied: BTreeMap<&str, &str> = supplied
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !is_placeholder(name))
        .collect();
    let live = |name: &str| live.get(name).and_then(Option::as_deref).filter(|value| !value.is_empty());
    let mut values = pod.env.clone();
    for (name, value) in &supplied {
        if !syntax::is_env_name(name) {
            let words = format!("envVars.{} is no variable name", crate::graph::report::shown(name));
            context.report(at).error(Code::FieldInvalid, "envVars", &words);
        }
        values.insert((*name).to_owned(), (*value).to_owned());
    }
    for name in &pod.env_keys {
        let given = supplied.get(name.as_str()).copied();
        match live(name).filter(|_| given.is_none_or(str::is_empty)) {
            Some(value) => {
                values.insert(name.clone(), value.to_owned());
            }
            None if !values.contains_key(name) => {
                let words = format!("envKeys names {name}, but it has no value; give one with the run");
                context.report(at).warning(Code::ValueMissing, "envKeys", &words);
            }
            None => {}
        }
    }
    values
}

/// Variables of the live container of that name; `None` for those whose value comes from elsewhere.
fn live_variables(context: &Context, at: usize, name: &str) -> BTreeMap<String, Option<String>> {
    let Some(live) = context.live(at) else { return BTreeMap::new() };
    let pod =
        live.pointer("/spec/template/spec").or_else(|| live.pointer("/spec/jobTemplate/spec/template/spec"));
    let containers = pod.and_then(|pod| pod.get("containers")).and_then(Value::as_array);
    let Some(containers) = containers else { return BTreeMap::new() };
    let named =
        containers.iter().find(|container| container.get("name").and_then(Value::as_str) == Some(name));
    let variables = named
        .or_else(|| containers.first())
        .and_then(|container| container.get("env"))
        .and_then(Value::as_array);
    let variable = |variable: &Value| {
        let name = variable.get("name")?.as_str()?.to_owned();
        let text = variable.get("value").and_then(Value::as_str).map(str::to_owned);
        Some((name, text.or_else(|| variable.get("valueFrom").is_none().then(String::new))))
    };
    variables.into_iter().flatten().filter_map(variable).collect()
}

/// The variable that opens a database nobody gave a password to (engine.md 1.4).
fn insecure_default(image: &str, known: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str)> {
    let names: (&[&str], _) = if image.contains("postgres") {
        (&["POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD"], ("POSTGRES_HOST_AUTH_METHOD", "trust"))
    } else if image.contains("mysql") || image.contains("mariadb") {
        let names = &["MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"];
        (names, ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"))
    } else {
        return None;
    };
    (!names.0.iter().any(|name| known(name))).then_some(names.1)
}

fn config_map_source(name: &str) -> EnvFromSource {
    let source = ConfigMapEnvSource { name: name.into(), optional: None };
    EnvFromSource { config_map_ref: Some(source), ..EnvFromSource::default() }
}

fn secret_source(name: &str) -> EnvFromSource {
    let source = SecretEnvSource { name: name.into(), optional: None };
    EnvFromSource { secret_ref: Some(source), ..EnvFromSource::default() }
}
