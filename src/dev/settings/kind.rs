//! What a value may be.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::mode::Mode;
use crate::compose::checked_name;
use crate::settings::value as spelled;

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The version of the file: 1.
    Version,
    /// Any text.
    Text,
    /// The name of a Compose project.
    Name,
    /// A mode, or `auto`.
    Mode,
    /// One of these.
    Choice(&'static [&'static str]),
    /// An address of this machine.
    Address,
    /// A port.
    Port,
    /// Yes or no.
    Flag,
    /// A number of things that run at once.
    Count,
    /// A file or folder, counted from the project.
    Path,
    /// A span of time.
    Duration,
    /// The name of an environment variable.
    Variable,
    /// Several texts.
    Texts,
    /// Texts by name.
    Map,
}

/// Why a value is none: what it would have to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct Wrong(pub String);

impl Kind {
    /// What it must be, in words.
    pub fn words(self) -> String {
        match self {
            Self::Version => "1, the version this program knows".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Name => {
                "a name of lower-case letters, digits, _ and -, beginning with a letter or digit".to_owned()
            }
            Self::Mode => "auto, production, development, ui-dev or core-dev".to_owned(),
            Self::Choice(choices) => match choices {
                [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
                _ => choices.join(", "),
            },
            Self::Address => "an address such as 127.0.0.1".to_owned(),
            Self::Port => "a port from 1 to 65535".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Count => "a number from 1 to 64".to_owned(),
            Self::Path => "the path of a file or folder".to_owned(),
            Self::Duration => "a span of time such as 500ms, 10s, 2m or 1h30m".to_owned(),
            Self::Variable => "the name of an environment variable".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Map => "texts by name".to_owned(),
        }
    }

    /// A value that somebody typed; a list is separated by commas.
    pub fn read(self, text: &str) -> Result<Value, Wrong> {
        let value = match self {
            Self::Version | Self::Port | Self::Count => text.parse::<u64>().map_or(Value::Null, Value::from),
            Self::Flag => spelled::switch(text).map_or(Value::Null, Value::from),
            Self::Texts => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                items.map(Value::from).collect()
            }
            Self::Map => return Err(Wrong("set by the name of each".to_owned())),
            Self::Text
            | Self::Name
            | Self::Mode
            | Self::Choice(_)
            | Self::Address
            | Self::Path
            | Self::Duration
            | Self::Variable => Value::from(text),
        };
        self.check(&value)?;
        Ok(value)
    }

    /// Whether a value of a file is one.
    pub fn check(self, value: &Value) -> Result<(), Wrong> {
        let text = || value.as_str().filter(|text| !text.is_empty());
        let number = |range: std::ops::RangeInclusive<u64>| {
            value.as_u64().is_some_and(|number| range.contains(&number))
        };
        let good = match self {
            Self::Version => number(1..=1),
            Self::Text => text().is_some(),
            Self::Name => text().is_some_and(|text| checked_name(text).is_ok()),
            Self::Mode => text().is_some_and(|text| text == "auto" || text.parse::<Mode>().is_ok()),
            Self::Choice(choices) => text().is_some_and(|text| choices.contains(&text)),
            Self::Address => text().is_some_and(|text| text.parse::<IpAddr>().is_ok()),
            Self::Port => number(1..=65_535),
            Self::Flag => value.is_boolean(),
            Self::Count => number(1..=64),
            Self::Path => text().is_some_and(|text| !text.contains('\0')),
            Self::Duration => value.is_u64() || text().is_some_and(|text| spelled::duration(text).is_ok()),
            Self::Variable => text().is_some_and(is_variable),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Map => value.as_object().is_some_and(|map| map.values().all(Value::is_string)),
        };
        if good { Ok(()) } else { Err(Wrong(self.words())) }
    }

    /// The same as JSON Schema.
    pub(super) fn schema(self) -> Map<String, Value> {
        let schema = match self {
            Self::Version => json!({"const": 1}),
            Self::Text | Self::Path => json!({"type": "string", "minLength": 1}),
            Self::Name => json!({"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"}),
            Self::Mode => {
                let modes = Mode::ALL.iter().map(|mode| mode.as_str());
                let others = ["full", "hybrid-ui", "frontend-only", "hybrid-core", "backend-only"];
                let all: Vec<&str> = ["auto"].into_iter().chain(modes).chain(others).collect();
                json!({"enum": all})
            }
            Self::Choice(choices) => json!({"enum": choices}),
            Self::Address => {
                json!({"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]})
            }
            Self::Port => json!({"type": "integer", "minimum": 1, "maximum": 65_535}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Count => json!({"type": "integer", "minimum": 1, "maximum": 64}),
            Self::Duration => json!({"type": ["string", "integer"], "minimum": 0}),
            Self::Variable => json!({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}),
            Self::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Self::Map => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        };
        match schema {
            Value::Object(schema) => schema,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Map::new()
            }
        }
    }
}

fn is_variable(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
