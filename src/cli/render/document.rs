//! A file as somebody wrote it: text, then an object whose members are taken one by one. What does not fit is told by
//! its place and never by its value: a file of run values holds secrets.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::graph::fields::scalar_text;
use crate::graph::report::shown;

/// One object of a file, and its path there.
pub struct Document<'n> {
    name: &'n str,
    path: String,
    members: Map<String, Value>,
}

/// UTF-8 or the place of the first byte that is not.
pub fn text(name: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let before = String::from_utf8_lossy(valid);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        invalid(format!("{name}:{line}:{column}: is not UTF-8 text"))
    })
}

impl<'n> Document<'n> {
    /// JSON when it looks like it, else YAML; both tell where they stop making sense.
    pub fn parse(name: &'n str, text: &str) -> Result<Self, Failure> {
        let text = text.trim_start_matches('\u{feff}');
        let value =
            if text.trim_start().starts_with(['{', '[']) { json(name, text) } else { yaml(name, text) }?;
        match value {
            Value::Object(members) => Ok(Self { name, path: String::new(), members }),
            _ => Err(invalid(format!("{name} holds no object"))),
        }
    }

    /// The keys of a map whose keys somebody chose.
    pub fn keys(&self) -> Vec<String> {
        self.members.keys().cloned().collect()
    }

    /// A member; absent and `null` are the same.
    pub fn take<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, Failure> {
        let Some(value) = self.value(key) else { return Ok(None) };
        serde_json::from_value(value).map(Some).map_err(|error| self.invalid(key, &format!(": {error}")))
    }

    /// Text, or a number or boolean somebody left unquoted.
    pub fn text(&mut self, key: &str) -> Result<Option<String>, Failure> {
        let Some(value) = self.value(key) else { return Ok(None) };
        scalar_text(&value).map(Some).ok_or_else(|| self.invalid(key, " must be text, a number or a boolean"))
    }

    /// A nested object.
    pub fn object(&mut self, key: &str) -> Result<Option<Self>, Failure> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Object(members)) => {
                Ok(Some(Self { name: self.name, path: self.place(key), members }))
            }
            Some(_) => Err(self.invalid(key, " must be an object")),
        }
    }

    /// The objects of a list.
    pub fn objects(&mut self, key: &str) -> Result<Vec<Self>, Failure> {
        let mut objects = Vec::new();
        for (at, entry) in self.list(key)?.unwrap_or_default().into_iter().enumerate() {
            let place = format!("{key}[{at}]");
            let Value::Object(members) = entry else {
                return Err(self.invalid(&place, " must be an object"));
            };
            objects.push(Self { name: self.name, path: self.place(&place), members });
        }
        Ok(objects)
    }

    /// The entries of a list, typed.
    pub fn each<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<Vec<T>>, Failure> {
        let Some(entries) = self.list(key)? else { return Ok(None) };
        let typed = |(at, entry)| {
            serde_json::from_value(entry)
                .map_err(|error| self.invalid(&format!("{key}[{at}]"), &format!(": {error}")))
        };
        entries.into_iter().enumerate().map(typed).collect::<Result<_, _>>().map(Some)
    }

    /// The refusal of a member; `words` follow its path.
    pub fn invalid(&self, key: &str, words: &str) -> Failure {
        invalid(format!("{}: {}{words}", self.name, self.place(key)))
    }

    fn list(&mut self, key: &str) -> Result<Option<Vec<Value>>, Failure> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Array(entries)) => Ok(Some(entries)),
            Some(_) => Err(self.invalid(key, " must be a list")),
        }
    }

    fn value(&mut self, key: &str) -> Option<Value> {
        self.members.get_mut(key).map(Value::take).filter(|value| !value.is_null())
    }

    fn place(&self, key: &str) -> String {
        let key = shown(key);
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }
}

fn json(name: &str, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let why = error.to_string().replace(&format!(" at line {line} column {column}"), "");
        invalid(format!("{name}:{line}:{column}: {why}"))
    })
}

fn yaml(name: &str, text: &str) -> Result<Value, Failure> {
    serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location().map(|at| format!(":{}:{}", at.line(), at.column())).unwrap_or_default();
        let why = error.without_snippet().to_string();
        // The rest repeats the place, or speaks to programmers.
        let end = [" at line ", "; use ", ", set "].iter().filter_map(|rest| why.find(rest)).min();
        let why = &why[..end.unwrap_or(why.len())];
        invalid(format!("{name}{place}: {}", why.lines().next().unwrap_or_default()))
    })
}

/// The file is not what it should be.
pub fn invalid(message: String) -> Failure {
    Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message)
        .hint("give JSON or YAML with nodes and edges, a workflow, or {workflow: …, trigger_data: …}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_an_object_or_a_refusal_on_one_line(bytes in any::<Vec<u8>>(), text in "[\\[{}:\"'&*|> \\n\\-a-z0-9,]{0,40}") {
            let read = super::text("f", bytes).and_then(|text| Document::parse("f", &text).map(drop));
            for outcome in [read, Document::parse("f", &text).map(drop)] {
                if let Err(refusal) = outcome {
                    prop_assert!(refusal.message.starts_with('f') && !refusal.message.contains('\n'), "{}", refusal.message);
                }
            }
        }
    }
}
