//! Secret (engine.md 1.11, 3.5). Values arrive with a run and are never stored.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use serde_json::{Map, Value};

use super::context::Context;
use super::{FieldManager, NodeNote, Role, preflight};
use crate::graph::fields::Choice as _;
use crate::graph::kinds::{self, SecretType, Spec, is_placeholder};
use crate::graph::{Code, report, syntax};

pub(super) fn build(context: &mut Context, at: usize) {
    let Some(Spec::Secret(spec)) = context.node(at).map(|node| &node.spec) else { return };
    let supplied = supplied(context, at);
    let live = context.live(at);
    if let Some(finding) = live.and_then(|live| preflight::immutable_secret_type(spec.kind.name(), live)) {
        context.report(at).take(finding);
    }
    check_names(context, at, spec, &supplied);
    let metadata = context.own_metadata(at);
    let kind = Some(spec.kind.name().to_owned());
    let (data, manager, note) = match (supplied.is_empty(), live) {
        (true, None) => {
            let words = "keys have no values and the Secret does not exist: nothing is created; give values with the run";
            context.report(at).warning(Code::ValueMissing, "keys", words);
            note(context, at, NodeNote::SecretNotCreated);
            return;
        }
        (true, Some(_)) => (None, FieldManager::Orchcli, Some(NodeNote::SecretExists)),
        (false, live) => {
            (Some(merged(context, at, spec, &supplied, live)), FieldManager::OrchcliSecret, None)
        }
    };
    if let Some(data) = &data {
        check_values(context, at, spec.kind, data);
    }
    if let Some(found) = note {
        self::note(context, at, found);
    }
    let object = Secret { metadata, type_: kind, data, ..Secret::default() };
    let body = serde_json::to_value(&object).unwrap_or_default();
    context.push_body(at, Role::Node, "secrets".into(), body, manager);
}

fn note(context: &mut Context, at: usize, note: NodeNote) {
    let id = context.decoded.id(at).to_owned();
    context.built.notes.insert(id, note);
}

/// Names of the keys the object has or will have: declared, supplied, and those of a live object that stays as it is.
pub(super) fn key_names(context: &Context, at: usize, spec: &kinds::Secret) -> BTreeSet<String> {
    let supplied = supplied(context, at);
    let untouched = supplied.is_empty().then(|| live_data(context.live(at))).flatten();
    let live = untouched.into_iter().flat_map(|data| data.keys().cloned());
    spec.keys.iter().cloned().chain(supplied.into_keys().map(str::to_owned)).chain(live).collect()
}

/// The values of this run, without rows the console has not saved.
fn supplied<'c>(context: &Context<'c>, at: usize) -> BTreeMap<&'c str, &'c str> {
    let values = context.inputs.values.secrets.get(context.decoded.id(at)).into_iter().flatten();
    values
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .filter(|(key, _)| !is_placeholder(key))
        .collect()
}

fn live_data(live: Option<&Value>) -> Option<&Map<String, Value>> {
    live?.get("data")?.as_object()
}

/// The table of engine.md 3.5 for a run with values.
fn merged(
    context: &Context,
    at: usize,
    spec: &kinds::Secret,
    supplied: &BTreeMap<&str, &str>,
    live: Option<&Value>,
) -> BTreeMap<String, ByteString> {
    let live = |key: &str| {
        let text = live_data(live)?.get(key)?.as_str()?;
        STANDARD.decode(text).ok().map(ByteString)
    };
    let mut data = BTreeMap::new();
    for (key, value) in supplied {
        let kept = if value.is_empty() { live(key) } else { None };
        let value = kept.unwrap_or_else(|| ByteString(value.as_bytes().to_vec()));
        data.insert((*key).to_owned(), value);
    }
    for key in spec.keys.iter().filter(|key| !supplied.contains_key(key.as_str())) {
        match live(key) {
            Some(value) => {
                data.insert(key.clone(), value);
            }
            None => {
                let words = format!("key {key} has no value and is left out; give one with the run");
                context.report(at).warning(Code::ValueMissing, "keys", &words);
            }
        }
    }
    data
}

/// Legal names, and those the type insists on.
fn check_names(context: &Context, at: usize, spec: &kinds::Secret, supplied: &BTreeMap<&str, &str>) {
    for key in supplied.keys().filter(|key| !syntax::is_data_key(key)) {
        let words = format!(
            "secrets key {} is not legal; use at most 253 letters, digits, '-', '_' and '.'",
            report::quoted(key)
        );
        context.report(at).error(Code::FieldInvalid, "secrets", &words);
    }
    let live = live_data(context.live(at));
    for required in spec.kind.required_keys() {
        let known = spec.keys.iter().any(|key| key == required)
            || supplied.contains_key(required)
            || live.is_some_and(|data| data.contains_key(*required));
        if !known {
            let words = format!("keys must have {required}, which type {} needs", spec.kind.name());
            context.report(at).error(Code::FieldRequired, "keys", &words);
        }
    }
}

/// What the API would refuse about the values; they are never repeated.
fn check_values(context: &Context, at: usize, kind: SecretType, data: &BTreeMap<String, ByteString>) {
    for required in kind.required_keys().iter().filter(|key| !data.contains_key(**key)) {
        if context.node(at).is_some_and(
            |node| matches!(&node.spec, Spec::Secret(spec) if spec.keys.iter().any(|key| key == required)),
        ) {
            let words = format!("keys: {required} needs a value, type {} cannot be without it", kind.name());
            context.report(at).error(Code::ValueMissing, "keys", &words);
        }
    }
    let json_key = match kind {
        SecretType::DockerConfigJson => Some(".dockerconfigjson"),
        SecretType::DockerConfig => Some(".dockercfg"),
        SecretType::Opaque
        | SecretType::Tls
        | SecretType::BasicAuth
        | SecretType::SshAuth
        | SecretType::ServiceAccountToken
        | SecretType::BootstrapToken => None,
    };
    let value = json_key.and_then(|key| Some((key, data.get(key)?)));
    if let Some((key, value)) = value
        && serde_json::from_slice::<Map<String, Value>>(&value.0).is_err()
    {
        context.report(at).error(
            Code::FieldInvalid,
            "keys",
            &format!("keys: the value of {key} must be a JSON object"),
        );
    }
    if data.values().map(|value| value.0.len()).sum::<usize>() > 1024 * 1024 {
        context.report(at).error(
            Code::FieldInvalid,
            "keys",
            "keys: the values are larger than 1 MiB together",
        );
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use serde_json::{Value, json};

    use super::STANDARD;
    use crate::graph::Code;
    use crate::manifest::testing::{Case, named};
    use crate::manifest::{FieldManager, NodeNote};

    fn keys(names: &[&str]) -> Value {
        names.iter().map(|name| json!({"id": name, "name": name})).collect()
    }

    fn node(more: Value) -> [(&'static str, &'static str, Value); 1] {
        [("s", "secret", named("login", more))]
    }

    fn live(data: &Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": data, "metadata": {"name": "login", "namespace": "default"}})
    }

    fn data(case: &Case) -> Vec<(String, String)> {
        let body = case.body("s");
        let decode =
            |value: &Value| String::from_utf8(STANDARD.decode(value.as_str().unwrap()).unwrap()).unwrap();
        body["data"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), decode(value))).collect()
    }

    #[test]
    fn the_table_of_values() {
        let case = Case::new(node(json!({"keys": keys(&["kept", "missing", "given"])})))
            .live(live(
                &json!({"kept": "bGl2ZQ==", "blank": "bGl2ZQ==", "removed": "bGl2ZQ==", "given": "bGl2ZQ=="}),
            ))
            .secret("s", "given", "new")
            .secret("s", "outside", "y")
            .secret("s", "blank", "")
            .secret("s", "empty", "")
            .secret("s", "_new_1", "x");
        let expected =
            [("blank", "live"), ("empty", ""), ("given", "new"), ("kept", "live"), ("outside", "y")];
        assert_eq!(data(&case), expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(case.warnings(), [("s".to_owned(), Code::ValueMissing)]);
        assert_eq!(case.compile().documents[0].manager, FieldManager::OrchcliSecret);
    }

    #[test]
    fn without_values_nothing_is_created() {
        let case = Case::new(node(json!({"keys": keys(&["a", "b"])}))).secret("s", "_new_1", "x");
        let compiled = case.compile();
        assert!(compiled.documents.is_empty());
        assert_eq!(compiled.notes["s"], NodeNote::SecretNotCreated);
        assert_eq!(
            case.warnings(),
            [("s".to_owned(), Code::ValueMissing)],
            "one for the node, not one a key"
        );
    }

    #[test]
    fn without_values_a_live_secret_only_gets_its_labels() {
        let case = Case::new(node(json!({"keys": keys(&["a"])}))).live(live(&json!({"z": "eA=="})));
        let compiled = case.compile();
        assert!(case.body("s").get("data").is_none());
        assert_eq!(compiled.documents[0].manager, FieldManager::Orchcli, "or the data would be dropped");
        assert_eq!(compiled.notes["s"], NodeNote::SecretExists);
        assert_eq!(case.warnings(), []);
    }

    #[test]
    fn types_insist_on_their_keys() {
        let tls = json!({"secretType": "kubernetes.io/tls", "keys": keys(&["tls.crt"])});
        assert_eq!(Case::error_fields("secret", tls), ["keys"]);
        let docker = || {
            Case::new(node(
                json!({"secretType": "kubernetes.io/dockerconfigjson", "keys": keys(&[".dockerconfigjson"])}),
            ))
        };
        let refused = docker().secret("s", ".dockerconfigjson", "s3cret");
        assert_eq!(refused.errors(), [("s".to_owned(), "keys".to_owned())]);
        assert!(!format!("{:?}", refused.compile().findings).contains("s3cret"));
        assert!(docker().secret("s", ".dockerconfigjson", "{\"auths\":{}}").errors().is_empty());
    }

    #[test]
    fn the_type_of_a_live_secret_is_final() {
        let case = Case::new(node(json!({"secretType": "kubernetes.io/basic-auth"})))
            .live(live(&json!({})))
            .secret("s", "username", "u");
        assert_eq!(case.errors(), [("s".to_owned(), "secretType".to_owned())]);
        assert_eq!(Case::error_fields("secret", json!({"secretType": "mine"})), ["secretType"]);
    }

    #[test]
    fn names_are_checked() {
        let case = Case::new(node(json!({"keys": keys(&["a b", "c", "c", ""])}))).secret("s", "d/e", "x");
        let fields: Vec<_> = case.errors().into_iter().map(|(_, field)| field).collect();
        assert_eq!(fields, ["keys[0].name", "keys[2].name", "secrets"]);
    }
}
