//! What an archive for others may not say. It goes further than what is masked in messages: a word too many that is
//! masked costs a question, one too few a secret.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::redact;

const MASK: &str = "***";

/// What stands here is a name, which may be the same as a poor password.
const NAMES: [&str; 8] =
    ["image", "name", "container_name", "source", "target", "context", "dockerfile", "condition"];

/// Secrets in command lines and in lines of settings; group 1 stays before the mask, group 2 behind it.
static RULES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"(?i)((?:^|\s)--?[\w-]*(?:password|passwd|passphrase|pass|pwd|token|secret|key)\s+)[^\s"'\\]+()"#,
        r#"((?:^|\s)(?:-u|--user)[\s=]+[^\s:"'\\]+:)[^\s"'\\]+()"#,
        r#"(?im)(\b[\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key)\s*:\s+)[^\s,"\\]+(\s*(?:,|"|\\n|$))"#,
    ]
    .iter()
    .filter_map(|rule| Regex::new(rule).ok())
    .collect()
});

/// A text without secrets: neither `known` ones nor what looks like one.
pub fn text(text: &str, known: &[String]) -> String {
    let known = redact::known(text, known.iter().map(String::as_str));
    let masked = redact::text(&known);
    RULES
        .iter()
        .fold(masked, |text, rule| rule.replace_all(&text, format!("${{1}}{MASK}${{2}}")).into_owned())
}

/// The values of a document whose names say that they are secrets.
pub fn secrets(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) if redact::is_secret(name) => vec![text.clone()],
                value => secrets(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(secrets).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The same document without them: neither by name, nor behind an option that asks for one, nor within another value.
pub fn document(value: &mut Value, known: &[String]) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(_) | Value::Number(_) if redact::is_secret(name) => *value = MASK.into(),
                    Value::String(_) if NAMES.contains(&name.as_str()) => document(value, &[]),
                    value => document(value, known),
                }
            }
        }
        Value::Array(items) => {
            let mut asked = false;
            for item in items {
                let asks = item.as_str().is_some_and(|item| {
                    item.starts_with('-') && !item.contains('=') && redact::is_secret(item)
                });
                match item {
                    Value::String(_) if asked => *item = MASK.into(),
                    item => document(item, known),
                }
                asked = asks;
            }
        }
        Value::String(said) => *said = text(said, known),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The files that a model holds are not told.
pub fn contents(model: &mut Value) {
    for config in
        model.get_mut("configs").and_then(Value::as_object_mut).into_iter().flat_map(|map| map.values_mut())
    {
        if let Some(content) = config.get_mut("content") {
            *content = MASK.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_masked_by_names_at_any_depth_and_wherever_a_secret_is_repeated() {
        let mut value = json!({
            "services": {"a": {
                "image": "postgres:16",
                "environment": {"ENCRYPTION_KEY": "s3cret", "PORT": "3000", "PASSWORD": "postgres", "URL": "x?k=s3cret"},
                "command": ["redis", "--requirepass", "hunter2", "-p", "1"],
                "healthcheck": {"test": ["CMD-SHELL", "curl -u me:hunter3 --token hunter4 http://x"]},
            }},
            "configs": {"c": {"content": "a: hunter5"}},
        });
        let known = secrets(&value);
        contents(&mut value);
        document(&mut value, &known);
        assert_eq!(
            value,
            json!({
                "services": {"a": {
                    "image": "postgres:16",
                    "environment": {"ENCRYPTION_KEY": "***", "PORT": "3000", "PASSWORD": "***", "URL": "x?k=***"},
                    "command": ["redis", "--requirepass", "***", "-p", "1"],
                    "healthcheck": {"test": ["CMD-SHELL", "curl -u me:*** --token *** http://x"]},
                }},
                "configs": {"c": {"content": "***"}},
            })
        );
    }

    #[test]
    fn lines_are_masked_where_they_tell_a_setting() {
        for (line, masked) in [
            ("password: hunter2", "password: ***"),
            ("db password: hunter2, user: me", "db password: ***, user: me"),
            ("Unexpected token: a brace was missing", "Unexpected token: a brace was missing"),
        ] {
            assert_eq!(text(line, &[]), masked);
        }
    }
}
