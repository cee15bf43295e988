//! `orchcli.yaml`, checked against the table (cli.md 4.3).

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Number, Value};

use super::key::{Key, PROJECT, nearest};
use super::{Kind, Wrong};
use crate::compose::tree::{self, Data, Node, Place};

/// What a file sets, by key, with where.
#[derive(Debug, Clone, Default)]
pub struct File {
    values: BTreeMap<&'static str, (Value, u32)>,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
    /// Counted from one.
    pub line: u32,
    /// Counted from one.
    pub column: u32,
    /// Such as `services.core.port`; empty for the whole file.
    pub path: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl File {
    /// Reads a file; or tells everything that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Vec<Finding>> {
        let documents = tree::parse(text).map_err(|findings| {
            let syntax = |finding: crate::compose::Finding| Finding {
                code: "CONFIG_SYNTAX",
                message: finding.message,
                line: finding.line,
                column: finding.column,
                path: String::new(),
            };
            findings.into_iter().map(syntax).collect::<Vec<_>>()
        })?;
        let mut reader = Reader { values: BTreeMap::new(), findings: Vec::new() };
        match &documents[..] {
            [] => {}
            [document] => reader.map(document, ""),
            [_, second, ..] => {
                reader.wrong("CONFIG_SYNTAX", second.at, "", "there is more than one document");
            }
        }
        if reader.findings.is_empty() { Ok(Self { values: reader.values }) } else { Err(reader.findings) }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// What it says of a key, and in which line.
    pub fn get(&self, key: &str) -> Option<(&Value, u32)> {
        self.values.get(key).map(|(value, line)| (value, *line))
    }
}

struct Reader {
    values: BTreeMap<&'static str, (Value, u32)>,
    findings: Vec<Finding>,
}

impl Reader {
    fn map(&mut self, node: &Node, path: &str) {
        let members = match &node.data {
            Data::Map(members) => members,
            Data::Null => return,
            Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => {
                let why = format!("must be a map, and is {}", node.form());
                return self.wrong("CONFIG_VALUE", node.at, path, &why);
            }
        };
        for (name, value) in members {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if let Some(key) = PROJECT.iter().find(|key| key.name == path) {
                self.value(key, value);
            } else if PROJECT.iter().any(|key| is_below(key.name, &path)) {
                self.map(value, &path);
            } else {
                let why = match nearest(&path, PROJECT.iter().flat_map(prefixes)) {
                    Some(near) => format!("there is no such key; did you mean {near}?"),
                    None => "there is no such key".to_owned(),
                };
                self.wrong("CONFIG_UNKNOWN_KEY", value.key, &path, &why);
            }
        }
    }

    fn value(&mut self, key: &'static Key, node: &Node) {
        if node.data == Data::Null {
            return;
        }
        let wants_text = matches!(key.kind, Kind::Text | Kind::Name | Kind::Path | Kind::Map | Kind::Texts);
        let value = match &node.data {
            Data::Int(number) if wants_text => Ok(Value::from(number.to_string())),
            _ => plain(node),
        };
        let checked = value.and_then(|value| key.kind.check(&value).map(|()| value));
        match checked {
            Ok(value) => {
                self.values.insert(key.name, (value, node.key.line));
            }
            Err(Wrong(words)) => {
                let quoted = matches!(node.data, Data::Float(_) | Data::Bool(_));
                let quote = if quoted && wants_text { ": put it in quotes" } else { "" };
                let why = format!("must be {words}, and is {}{quote}", told(node));
                self.wrong("CONFIG_VALUE", node.at, key.name, &why);
            }
        }
    }

    fn wrong(&mut self, code: &'static str, at: Place, path: &str, message: &str) {
        let finding = Finding {
            code,
            message: message.to_owned(),
            line: at.line,
            column: at.column,
            path: path.to_owned(),
        };
        self.findings.push(finding);
    }
}

/// A value in the form its key is checked in. Whole numbers are texts where texts are wanted; others lose digits.
fn plain(node: &Node) -> Result<Value, Wrong> {
    let text = |node: &Node| match &node.data {
        Data::Text(text) => Ok(Value::from(text.as_str())),
        Data::Int(number) => Ok(Value::from(number.to_string())),
        Data::Null => Ok(Value::from("")),
        Data::Bool(_) | Data::Float(_) | Data::List(_) | Data::Map(_) => Err(Wrong("a text".to_owned())),
    };
    match &node.data {
        Data::Null => Ok(Value::Null),
        Data::Bool(value) => Ok(Value::from(*value)),
        Data::Int(number) => {
            Ok(Number::from_i128(*number).map_or_else(|| Value::from(number.to_string()), Value::Number))
        }
        Data::Float(number) => Ok(Value::from(*number)),
        Data::Text(text) => Ok(Value::from(text.as_str())),
        Data::List(items) => items.iter().map(text).collect(),
        Data::Map(members) => members
            .iter()
            .map(|(name, node)| Ok((name.clone(), text(node)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
    }
}

fn told(node: &Node) -> String {
    match &node.data {
        Data::Text(text) => format!("\"{}\"", text.escape_debug().take(60).collect::<String>()),
        Data::Int(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::Null | Data::Float(_) | Data::List(_) | Data::Map(_) => node.form().to_owned(),
    }
}

fn is_below(key: &str, path: &str) -> bool {
    key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
}

/// A key and the maps above it.
fn prefixes(key: &Key) -> impl Iterator<Item = &'static str> {
    let name = key.name;
    name.match_indices('.').map(move |(at, _)| &name[..at]).chain([name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_contract_is_read() {
        let text = "version: 1\nname: kubeorch # the name\nmode: auto\nbind: 127.0.0.1\nservices:\n  \
            core:    {provider: image, image: ghcr.io/kubeorch/core, tag: latest, port: 3000, path: core, repo: KubeOrch/core, ref: main, runner: builtin, environment: {A: 1}}\n  \
            mongodb: {image: mongo, tag: \"8.0\", port: 27017, publish: true, database: kubeorchestra}\n\
            compose: {files: [], profiles: [], env_files: [.env]}\nwait: {timeout: 180s, core: 90}\n";
        let file = File::parse(text).unwrap();
        assert_eq!(file.get("services.core.port"), Some((&Value::from(3000), 6)));
        assert_eq!(file.get("services.core.environment").unwrap().0["A"], "1");
        assert_eq!(file.get("services.ui.port"), None);
        assert!(File::parse("").is_ok() && File::parse("services:\n").is_ok());
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_place() {
        let text = "nmae: x\nmode: fast\nservices:\n  cor: {}\n  core:\n    port: 70000\n    tag: 8.0\n  ui: [a]\nwait: {core: soon}\n";
        let findings: Vec<String> = File::parse(text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            findings,
            [
                "1:1: nmae: there is no such key; did you mean name?",
                "2:7: mode: must be auto, production, development, ui-dev or core-dev, and is \"fast\"",
                "4:3: services.cor: there is no such key; did you mean services.core?",
                "6:11: services.core.port: must be a port from 1 to 65535, and is 70000",
                "7:10: services.core.tag: must be a text, and is a number: put it in quotes",
                "8:7: services.ui: must be a map, and is a list",
                "9:14: wait.core: must be a span of time such as 500ms, 10s, 2m or 1h30m, and is \"soon\"",
            ]
        );
        assert_eq!(File::parse("a: [").unwrap_err()[0].code, "CONFIG_SYNTAX");
        assert_eq!(File::parse("name: a\n---\nname: b\n").unwrap_err().len(), 1);
    }
}
