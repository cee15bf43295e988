//! Holds every answer against `openapi.yaml`.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

/// The server's own description.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("../../src/server/openapi.yaml")).expect("openapi.yaml is YAML")
});

/// Failures every operation may answer with, even where they are not listed.
const ANYWHERE: [u16; 8] = [404, 405, 408, 413, 415, 429, 500, 503];

static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// Every operation of the file, as method and path template.
pub fn operations() -> Vec<(Method, String)> {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let methods = |item: &Value| {
        ["get", "post", "put", "patch", "delete"]
            .into_iter()
            .filter(|m| item.get(m).is_some())
            .collect::<Vec<_>>()
    };
    paths
        .iter()
        .flat_map(|(path, item)| {
            methods(item)
                .into_iter()
                .map(|m| (m.to_uppercase().parse().expect("method"), path.clone()))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Panics unless `status` and `body` are an answer the file allows for this request.
pub fn check(method: &Method, path: &str, status: u16, body: &Value) {
    let path = path.split('?').next().unwrap_or(path);
    let Some(template) = template_of(method, path) else {
        assert!(
            ANYWHERE.contains(&status),
            "{method} {path} is no operation, yet it answered {status}: {body}"
        );
        return conforms("#/components/schemas/Error", body, &format!("{method} {path} {status}"));
    };
    let operation = &DOCUMENT["paths"][template][method.as_str().to_lowercase()];
    let response = &operation["responses"][status.to_string()];
    let what = format!("{method} {template} {status}");
    if let Some(reference) = response.get("$ref").and_then(Value::as_str) {
        return conforms(&format!("{reference}/content/application~1json/schema"), body, &what);
    }
    if response.is_null() {
        assert!(ANYWHERE.contains(&status), "{what} is not in openapi.yaml; it answered {body}");
        return conforms("#/components/schemas/Error", body, &what);
    }
    let Some(content) = response["content"].as_object() else { return };
    if content.contains_key("application/json") {
        let escaped = template.replace('~', "~0").replace('/', "~1").replace('{', "%7B").replace('}', "%7D");
        let verb = method.as_str().to_lowercase();
        conforms(
            &format!("#/paths/{escaped}/{verb}/responses/{status}/content/application~1json/schema"),
            body,
            &what,
        );
    }
}

/// Panics unless `value` fits the schema that `pointer` names inside the file.
pub fn conforms(pointer: &str, value: &Value, what: &str) {
    let validator = *VALIDATORS.lock().expect("lock").entry(pointer.to_owned()).or_insert_with(|| {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": pointer,
            "paths": DOCUMENT["paths"],
            "components": DOCUMENT["components"],
        });
        let validator = jsonschema::options().should_validate_formats(true).build(&schema);
        Box::leak(Box::new(validator.unwrap_or_else(|fault| panic!("{pointer} is no schema: {fault}"))))
    });
    let faults: Vec<String> =
        validator.iter_errors(value).map(|fault| format!("  {}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{what} breaks openapi.yaml:\n{}\n{value:#}", faults.join("\n"));
}

/// The template a concrete path belongs to; literal segments win over parameters.
fn template_of(method: &Method, path: &str) -> Option<&'static str> {
    let verb = method.as_str().to_lowercase();
    let wanted: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let fits = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        parts.len() == wanted.len()
            && parts.iter().zip(&wanted).all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    let paths = DOCUMENT["paths"].as_object()?;
    paths
        .iter()
        .filter(|(template, item)| item.get(&verb).is_some() && fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())
        .map(|(template, _)| template.as_str())
}
