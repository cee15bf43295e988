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
    let live = |name: &str| live.get(name).and_then(Option::as_deref);
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::graph::Code;
    use crate::manifest::testing::{Case, named, with};

    fn live(kind: &str, name: &str, env: &Value) -> Value {
        json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "default"},
            "spec": {"template": {"spec": {"containers": [{"name": "sidecar"}, {"name": name, "env": env}]}}}})
    }

    fn env(case: &Case) -> Value {
        case.container("d")["env"].clone()
    }

    #[test]
    fn static_then_live_then_supplied() {
        let keys = json!([{"id": "1", "name": "A"}, {"id": "2", "name": "B"}, {"id": "3", "name": "C"}, {"id": "4", "name": "D"}, {"id": "5", "name": " "}, {"id": "6", "name": "E"}, {"id": "7", "name": "F"}]);
        let data = named("d", json!({"env": {"A": "static", "S": 1.5, "GONE": null}, "envKeys": keys}));
        let live_env = json!([{"name": "A", "value": "live"}, {"name": "B", "value": "live"}, {"name": "C", "value": "live"},
            {"name": "S", "value": "live"}, {"name": "D"}, {"name": "E", "valueFrom": {}}]);
        let case = Case::new([("d", "deployment", data)])
            .live(live("Deployment", "d", &live_env))
            .env("d", "B", "")
            .env("d", "C", "new")
            .env("d", "_new_1", "x")
            .env("d", "EXTRA", "");
        let expected = json!([{"name": "A", "value": "live"}, {"name": "B", "value": "live"}, {"name": "C", "value": "new"},
            {"name": "D", "value": ""}, {"name": "EXTRA", "value": ""}, {"name": "S", "value": "1.5"}]);
        assert_eq!(env(&case), expected);
        let unknown: Vec<_> = case.compile().findings.into_iter().map(|finding| finding.message).collect();
        assert_eq!(unknown.len(), 2, "{unknown:?}");
        assert!(unknown[0].contains("names E,") && unknown[1].contains("names F,"), "{unknown:?}");
    }

    #[test]
    fn linked_objects_join_in_edge_order_in_either_direction() {
        let case = || {
            let entries = json!([{"type": "configMap", "nodeId": "mounted"}, {"type": "secret", "nodeId": "files"}, {"type": "secret", "nodeId": "tls"}]);
            Case::new([
                ("d", "cronjob", named("d", json!({"schedule": "@daily", "volumeMounts": entries, "imagePullSecrets": ["own", ""]}))),
                ("mounted", "configmap", named("mounted", json!({}))),
                ("env", "configmap", named("env", json!({}))),
                ("login", "secret", named("login", json!({"keys": [{"id": "k", "name": "USER"}]}))),
                ("files", "secret", named("files", json!({"keys": [{"id": "k", "name": "id.pub"}]}))),
                ("bare", "secret", named("bare", json!({"keys": [{"id": "k", "name": "id.pub"}]}))),
                ("tls", "secret", named("tls", json!({"secretType": "kubernetes.io/tls", "keys": [{"name": "tls.crt"}, {"name": "tls.key"}]}))),
                ("pull", "secret", named("pull", json!({"secretType": "kubernetes.io/dockerconfigjson", "keys": [{"name": ".dockerconfigjson"}]}))),
            ])
            .edges([("login", "output", "d"), ("pull", "", "d"), ("mounted", "", "d"), ("tls", "", "d"), ("env", "", "d"), ("files", "", "d"), ("bare", "", "d")])
        };
        for case in [case(), case().reversed()] {
            let pod = case.spec("d")["jobTemplate"]["spec"]["template"]["spec"].clone();
            let sources = json!([{"secretRef": {"name": "login"}}, {"configMapRef": {"name": "env"}}, {"secretRef": {"name": "bare"}}]);
            assert_eq!(pod["containers"][0]["envFrom"], sources);
            assert_eq!(pod["imagePullSecrets"], json!([{"name": "own"}, {"name": "pull"}]));
        }
    }

    #[test]
    fn a_database_is_opened_only_when_no_password_can_be_known() {
        let keys = json!({"keys": [{"id": "k", "name": "POSTGRES_PASSWORD"}]});
        let case = |more: Value| {
            let data = with(named("d", json!({"image": "postgres:16", "port": 5432})), more);
            Case::new([
                ("d", "statefulset", data),
                ("s", "secret", named("s", keys.clone())),
                ("c", "configmap", named("c", json!({"data": {"POSTGRES_HOST_AUTH_METHOD": "md5"}}))),
            ])
        };
        let opened = json!([{"name": "POSTGRES_HOST_AUTH_METHOD", "value": "trust"}]);
        assert_eq!(env(&case(json!({}))), opened);
        assert!(case(json!({})).warnings().contains(&("d".to_owned(), Code::InsecureDefault)));
        for protected in [
            case(json!({"env": {"POSTGRES_PASSWORD": "x"}})),
            case(json!({"envKeys": [{"name": "POSTGRES_PASSWORD"}]})),
            case(json!({})).env("d", "POSTGRES_PASSWORD", "x"),
            case(json!({})).edges([("s", "output", "d")]),
            case(json!({})).edges([("c", "output", "d")]),
            case(json!({})).live(live(
                "StatefulSet",
                "d",
                &json!([{"name": "POSTGRES_PASSWORD", "valueFrom": {}}]),
            )),
            Case { allow_insecure_db_defaults: false, ..case(json!({})) },
        ] {
            let findings = protected.compile().findings;
            assert!(findings.iter().all(|finding| finding.code != Code::InsecureDefault), "{findings:?}");
        }
        let maria =
            Case::new([("d", "statefulset", named("d", json!({"image": "docker.io/library/mariadb:11"})))]);
        assert_eq!(env(&maria), json!([{"name": "MYSQL_ALLOW_EMPTY_PASSWORD", "value": "yes"}]));
        let deployment = Case::new([("d", "deployment", named("d", json!({"image": "postgres:16"})))]);
        assert_eq!(env(&deployment), Value::Null);
    }

    #[test]
    fn names_are_checked_and_values_never_told() {
        let data = json!({"env": {"1A": "s3cret", "B": ["s3cret"]}, "envKeys": [{"name": "C D"}, {"name": "E"}, {"name": "E"}]});
        let case = Case::new([("d", "daemonset", named("d", data))]).env("d", "F G", "s3cret");
        let fields: Vec<_> = case.errors().into_iter().map(|(_, field)| field).collect();
        assert_eq!(fields, ["env.B", "env.1A", "envKeys[0].name", "envKeys[2].name", "envVars"]);
        assert!(!format!("{:?}", case.compile()).contains("s3cret"));
    }
}
