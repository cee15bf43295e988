//! The table as JSON Schema (cli.md 3.10).

use serde_json::{Map, Value, json};

use super::key::{Key, PROJECT, Scope, USER};

/// The schema of `orchcli.yaml`, or of the user's file.
pub fn schema(scope: Scope) -> Value {
    let (title, keys, closed) = match scope {
        Scope::Project => ("orchcli.yaml", PROJECT, true),
        Scope::User => ("The user configuration of orchcli", USER, false),
    };
    let mut root = object(closed);
    for key in keys {
        add(&mut root, &key.name.split('.').collect::<Vec<_>>(), key, closed);
    }
    if scope == Scope::User {
        // What commands keep in it.
        let texts = ["path", "ui_path", "core_path", "mode", "name", "compose_project"];
        let mut project: Map<String, Value> =
            texts.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
        for name in ["created_at", "last_used_at"] {
            project.insert(name.to_owned(), json!({"type": "string", "format": "date-time"}));
        }
        let entry = json!({"type": "object", "properties": project, "required": ["path"]});
        root["properties"]["version"] = json!({"type": "integer", "minimum": 1});
        root["properties"]["projects"] = json!({"type": "object", "additionalProperties": entry});
        root["properties"]["current_project"] = json!({"type": ["string", "null"]});
    }
    let mut schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title});
    if let (Value::Object(schema), Value::Object(root)) = (&mut schema, root) {
        schema.extend(root);
    }
    schema
}

fn object(closed: bool) -> Value {
    let mut object = json!({"type": "object", "properties": {}});
    if closed {
        object["additionalProperties"] = json!(false);
    }
    object
}

fn add(at: &mut Value, path: &[&str], key: &Key, closed: bool) {
    let Some((name, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        let mut schema = key.kind.schema();
        schema.insert("description".to_owned(), json!(key.about));
        if let Some(default) = key.default.and_then(|default| key.kind.read(default).ok()) {
            schema.insert("default".to_owned(), default);
        }
        at["properties"][*name] = Value::Object(schema);
        return;
    }
    let below = if *name == "*" { &mut at["additionalProperties"] } else { &mut at["properties"][*name] };
    if below.is_null() {
        *below = object(closed);
    }
    add(below, rest, key, closed);
}
