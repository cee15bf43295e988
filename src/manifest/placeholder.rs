//! Placeholders of catalogue bodies: `${field|filter}`. They are filled in parsed structures, never in YAML text.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::graph::fields::as_integer;
use crate::graph::kinds::TEXT_BYTES;
use crate::graph::quantity::Quantity;

/// Most entries the filter `names` makes.
const MAX_NAMES: i64 = 100;

/// Fills a body with the text of fields; an unset field has no entry.
pub(super) struct Fill<'f> {
    pub(super) values: &'f BTreeMap<&'f str, &'f str>,
    /// Field and why its text does not fit.
    pub(super) problems: &'f mut Vec<(String, String)>,
}

impl Fill<'_> {
    /// The filled value; `None` when an unset field removed it, or removed all it had. A literal `{}` or `[]` stays.
    pub(super) fn value(&mut self, template: &Value) -> Option<Value> {
        match template {
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                let filled: Vec<Value> = items.iter().filter_map(|item| self.value(item)).collect();
                (items.is_empty() || !filled.is_empty()).then_some(Value::Array(filled))
            }
            Value::Object(members) => {
                let mut filled = Map::new();
                for (key, member) in members {
                    let key = self.text(key).and_then(|key| key.as_str().map(str::to_owned));
                    if let (Some(key), Some(member)) = (key, self.value(member)) {
                        filled.insert(key, member);
                    }
                }
                (members.is_empty() || !filled.is_empty()).then_some(Value::Object(filled))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Some(template.clone()),
        }
    }

    /// A placeholder that is the whole text keeps the filter's type; inside text it is inserted as text.
    fn text(&mut self, text: &str) -> Option<Value> {
        if let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            && !inner.contains('}')
        {
            return self.placeholder(inner);
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((inner, after)) = after.split_once('}') else { break };
            filled.push_str(before);
            match self.placeholder(inner) {
                Some(Value::String(text)) => filled.push_str(&text),
                Some(other) => filled.push_str(&other.to_string()),
                None => {}
            }
            rest = after;
        }
        filled.push_str(rest);
        Some(Value::String(filled))
    }

    fn placeholder(&mut self, inner: &str) -> Option<Value> {
        let (field, filter) = inner.split_once('|').unwrap_or((inner, ""));
        let text = self.values.get(field)?;
        match apply(filter, text) {
            Ok(value) => Some(value).filter(|value| !is_empty(value)),
            Err(why) => {
                self.problems.push((field.to_owned(), why));
                None
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn apply(filter: &str, text: &str) -> Result<Value, String> {
    let (name, argument) = filter.split_once(':').unwrap_or((filter, ""));
    Ok(match name {
        "int" => integer(text)?.into(),
        "bool" => match text.trim() {
            "true" => true.into(),
            "false" => false.into(),
            _ => return Err("must be true or false".into()),
        },
        "list" => list(text).into(),
        "first" => list(text).into_iter().next().unwrap_or_default().into(),
        "labels" => pairs(text)?
            .into_iter()
            .map(|(key, value)| (key, Value::String(value)))
            .collect::<Map<_, _>>()
            .into(),
        "nameValues" => {
            let pairs = pairs(text)?;
            pairs.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
        }
        "names" => {
            let count = integer(text)?;
            if !(0..=MAX_NAMES).contains(&count) {
                return Err(format!("must be between 0 and {MAX_NAMES}"));
            }
            (1..=count).map(|number| json!({"name": format!("{argument}{number}")})).collect()
        }
        "bytes" => {
            let bytes = Quantity::parse(text.trim()).and_then(Quantity::whole).filter(|bytes| *bytes > 0);
            bytes.ok_or("must be a quantity of whole bytes such as 10Gi")?.to_string().into()
        }
        "yaml" => yaml(text)?,
        "taskRefs" => task_refs(text),
        _ => text.into(),
    })
}

fn integer(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let number = as_integer(&Value::String(text.into()));
    let float =
        || serde_json::from_str::<Value>(text).ok().filter(Value::is_number).as_ref().and_then(as_integer);
    number.or_else(float).ok_or_else(|| "must be a whole number".into())
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let pair = |item: String| {
        let (key, value) = item.split_once('=')?;
        Some((key.trim().to_owned(), value.trim().to_owned())).filter(|(key, _)| !key.is_empty())
    };
    let pairs: Option<Vec<_>> = list(text).into_iter().map(pair).collect();
    pairs.ok_or_else(|| "must be key=value, separated by commas".into())
}

/// Tasks one after the other.
fn task_refs(text: &str) -> Value {
    let mut before: Option<String> = None;
    let tasks = list(text).into_iter().map(|name| {
        let mut task = json!({"name": name, "taskRef": {"name": name}});
        if let Some(before) = before.replace(name) {
            task["runAfter"] = json!([before]);
        }
        task
    });
    tasks.collect()
}

/// YAML somebody typed into a field, at most 64 KiB of it.
pub(super) fn yaml(text: &str) -> Result<Value, String> {
    if text.len() > TEXT_BYTES {
        return Err("is larger than 64 KiB".into());
    }
    serde_saphyr::from_str(text).map_err(|_| "is not valid YAML".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &Value, values: &[(&str, &str)]) -> (Option<Value>, Vec<(String, String)>) {
        let values = values.iter().copied().collect();
        let mut problems = Vec::new();
        let filled = Fill { values: &values, problems: &mut problems }.value(template);
        (filled, problems)
    }

    #[test]
    fn filters_keep_their_types() {
        let template = json!({
            "int": "${n|int}", "bool": "${b|bool}", "list": "${l|list}", "first": "${l|first}", "labels": "${m|labels}",
            "pairs": "${m|nameValues}", "names": "${n|names:zone}", "bytes": "${q|bytes}", "yaml": "${y|yaml}", "tasks": "${l|taskRefs}",
        });
        let values = [
            ("n", "2"),
            ("b", "false"),
            ("l", "a, b,"),
            ("m", "k=v,x=a=b"),
            ("q", "1Ki"),
            ("y", "{a: [1, x]}"),
        ];
        let (value, problems) = filled(&template, &values);
        assert!(problems.is_empty());
        assert_eq!(
            value.unwrap(),
            json!({
                "int": 2, "bool": false, "list": ["a", "b"], "first": "a", "labels": {"k": "v", "x": "a=b"},
                "pairs": [{"name": "k", "value": "v"}, {"name": "x", "value": "a=b"}],
                "names": [{"name": "zone1"}, {"name": "zone2"}], "bytes": "1024", "yaml": {"a": [1, "x"]},
                "tasks": [{"name": "a", "taskRef": {"name": "a"}}, {"name": "b", "taskRef": {"name": "b"}, "runAfter": ["a"]}],
            })
        );
    }

    #[test]
    fn an_unset_field_takes_its_key_and_what_became_empty_with_it() {
        let template = json!({"spec": {"a": {"b": "${x}"}, "list": [{"c": "${x|list}"}], "kept": {}, "none": [], "n": "${n}"}});
        assert_eq!(
            filled(&template, &[("n", "1")]).0,
            Some(json!({"spec": {"kept": {}, "none": [], "n": "1"}}))
        );
        assert_eq!(filled(&json!({"a": "${x}"}), &[]).0, None);
    }

    #[test]
    fn text_is_inserted_as_text_and_injects_nothing() {
        let hostile = "x\n---\nkind: Pod ${name}";
        let template = json!({"host": "Host(`${h}`)", "${h}": {}, "plain": "${h}"});
        let (value, _) = filled(&template, &[("h", hostile), ("name", "secret")]);
        assert_eq!(
            value.unwrap(),
            json!({"host": format!("Host(`{hostile}`)"), hostile: {}, "plain": hostile})
        );
    }

    #[test]
    fn what_does_not_fit_is_reported_by_field() {
        for (filter, text) in [
            ("int", "many"),
            ("int", "1.5"),
            ("bool", "yes"),
            ("labels", "a"),
            ("bytes", "big"),
            ("names:z", "1000000"),
            ("yaml", "{"),
        ] {
            let (_, problems) = filled(&json!({"a": format!("${{f|{filter}}}")}), &[("f", text)]);
            assert_eq!(problems.len(), 1, "{filter} {text}");
            assert_eq!(problems[0].0, "f");
        }
    }
}
