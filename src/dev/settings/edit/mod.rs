//! A YAML file with one value changed and everything else, comments and blanks too, as it was (cli.md 3.10).
//!
//! The places of keys and values are those of the parser. What comes out is read again and held against what was
//! wanted, so that a file of a form nobody thought of is refused and not spoilt.

mod spot;
mod write;

use serde_json::{Map, Value};
use thiserror::Error;

use spot::{Form, Spot};

/// Why a file cannot be changed here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// It is no YAML to begin with.
    #[error("the file is not valid YAML: {0}")]
    Syntax(String),
    /// Something is in the place of a map.
    #[error("{0} is no map: it can hold no other value")]
    NoMap(String),
    /// Its form is one that cannot be changed without losing something.
    #[error("the file is written in a form that can only be changed by hand")]
    Form,
}

/// The text with this value at the path; maps on the way are made.
pub fn set(text: &str, path: &[String], value: &Value) -> Result<String, EditError> {
    let root = spot::read(text)?;
    let mut wanted = document(text)?;
    put(&mut wanted, path, value.clone());
    let mut edit = write::Edit::of(text);
    let mut here = &root;
    let mut above = None;
    for (depth, name) in path.iter().enumerate() {
        let rest = &path[depth..];
        match &here.form {
            Form::Map { entries, .. } => match entries.iter().find(|entry| entry.name == *name) {
                Some(entry) => {
                    above = Some(entry);
                    here = &entry.value;
                }
                None => {
                    edit.insert(here, rest, value);
                    return verified(edit.done(), &wanted);
                }
            },
            Form::Nothing => {
                edit.begin(above, rest, value);
                return verified(edit.done(), &wanted);
            }
            Form::Scalar | Form::List => return Err(EditError::NoMap(path[..depth].join("."))),
        }
    }
    let Some(entry) = above else { return Err(EditError::Form) };
    edit.replace(entry, value);
    verified(edit.done(), &wanted)
}

/// The text changed so that it says what `wanted` does, in as few places as can be.
pub fn update(text: &str, wanted: &Value) -> Result<String, EditError> {
    let mut changes = Vec::new();
    differences(&document(text)?, wanted, &mut Vec::new(), &mut changes);
    changes.into_iter().try_fold(text.to_owned(), |text, (path, value)| match value {
        Some(value) => set(&text, &path, &value),
        None => unset(&text, &path),
    })
}

type Change = (Vec<String>, Option<Value>);

fn differences(before: &Value, after: &Value, path: &mut Vec<String>, changes: &mut Vec<Change>) {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let was = members(before);
    match after {
        Value::Object(map) if before.is_object() || !map.is_empty() && before.is_null() => {
            for name in was.keys().filter(|name| !map.contains_key(*name)) {
                changes.push((path.iter().chain([name]).cloned().collect(), None));
            }
            for (name, value) in map {
                path.push(name.clone());
                differences(was.get(name).unwrap_or(&Value::Null), value, path, changes);
                path.pop();
            }
        }
        other if before != other => changes.push((path.clone(), Some(other.clone()))),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {}
    }
}

/// The text without the path, and without maps that hold nothing then.
pub fn unset(text: &str, path: &[String]) -> Result<String, EditError> {
    let root = spot::read(text)?;
    let mut wanted = document(text)?;
    take(&mut wanted, path);
    let mut trail: Vec<(&Spot, usize)> = Vec::new();
    let mut here = &root;
    for name in path {
        let Form::Map { entries, .. } = &here.form else { return Ok(text.to_owned()) };
        let Some(index) = entries.iter().position(|entry| entry.name == *name) else {
            return Ok(text.to_owned());
        };
        trail.push((here, index));
        here = &entries[index].value;
    }
    // A map whose only entry goes, goes too.
    while trail.len() > 1 && trail.last().is_some_and(|(map, _)| map.entries().len() == 1) {
        trail.pop();
    }
    let mut edit = write::Edit::of(text);
    if let Some((map, index)) = trail.last() {
        edit.remove(map, *index);
    }
    verified(edit.done(), &wanted)
}

fn verified(text: String, wanted: &Value) -> Result<String, EditError> {
    match document(&text) {
        Ok(mut found) => {
            let mut wanted = wanted.clone();
            tidy(&mut found);
            tidy(&mut wanted);
            if found == wanted { Ok(text) } else { Err(EditError::Form) }
        }
        Err(_) => Err(EditError::Form),
    }
}

fn document(text: &str) -> Result<Value, EditError> {
    if text.lines().all(|line| line.trim_start().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Value::Null);
    }
    serde_saphyr::from_str(text).map_err(|error| EditError::Syntax(error.to_string()))
}

/// A document with a value at the path; nothing takes it away.
pub fn change(document: &mut Value, path: &[String], value: Option<Value>) {
    match value {
        Some(value) => put(document, path, value),
        None => take(document, path),
    }
}

fn put(at: &mut Value, path: &[String], value: Value) {
    let Some((name, rest)) = path.split_first() else {
        *at = value;
        return;
    };
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    if let Value::Object(map) = at {
        put(map.entry(name.clone()).or_insert(Value::Null), rest, value);
    }
}

fn take(at: &mut Value, path: &[String]) {
    match (path, at) {
        ([name], Value::Object(map)) => {
            map.shift_remove(name);
        }
        ([name, rest @ ..], Value::Object(map)) => {
            if let Some(below) = map.get_mut(name) {
                take(below, rest);
            }
        }
        _ => {}
    }
}

/// Without what says nothing.
fn tidy(value: &mut Value) {
    if let Value::Object(map) = value {
        map.values_mut().for_each(tidy);
        map.retain(|_, value| !value.is_null());
        if map.is_empty() {
            *value = Value::Null;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn path(dotted: &str) -> Vec<String> {
        dotted.split('.').map(str::to_owned).collect()
    }

    #[track_caller]
    fn changed(text: &str, key: &str, value: &Value, expected: &str) {
        assert_eq!(set(text, &path(key), value).as_deref(), Ok(expected));
    }

    #[test]
    fn a_value_is_replaced_where_it_stands() {
        changed(
            "# top\nbind: 127.0.0.1  # mine\nname: a\n",
            "bind",
            &json!("0.0.0.0"),
            "# top\nbind: 0.0.0.0  # mine\nname: a\n",
        );
        changed("a: 'x'\n", "a", &json!("y z"), "a: \"y z\"\n");
        changed("s: {a: 1, b: 2} # c\n", "s.a", &json!(3), "s: {a: 3, b: 2} # c\n");
        changed("l: [a]\nb: 1\n", "l", &json!(["x", "z"]), "l: [x, z]\nb: 1\n");
        changed("l:\n  - a\n  - b # two\nb: 1\n", "l", &json!(["x"]), "l: [x]\nb: 1\n");
        changed("a:\nb: 1\n", "a", &json!("x"), "a: x\nb: 1\n");
        changed("a: # later\nb: 1\n", "a", &json!("x"), "a: x # later\nb: 1\n");
        changed("a: |\n  long\n  text\nb: 1\n", "a", &json!("x"), "a: x\nb: 1\n");
    }

    #[test]
    fn a_key_that_is_new_goes_to_its_neighbours() {
        changed("", "a.b", &json!(1), "a:\n  b: 1\n");
        changed("# only words\n", "a", &json!("8.0"), "# only words\na: \"8.0\"\n");
        changed("a: 1", "b", &json!(true), "a: 1\nb: true\n");
        changed(
            "services:\n    core:\n        port: 1 # one\n\n    ui: {}\n# end\n",
            "services.core.tag",
            &json!("v1"),
            "services:\n    core:\n        port: 1 # one\n        tag: v1\n\n    ui: {}\n# end\n",
        );
        changed("s:\n  a: 1\n", "s.b.c", &json!("x"), "s:\n  a: 1\n  b:\n    c: x\n");
        changed("s: {}\n", "s.a", &json!(1), "s: {a: 1}\n");
        changed("s: {a: 1}\n", "s.b.c", &json!(2), "s: {a: 1, b: {c: 2}}\n");
        changed("s:\nt: 1\n", "s.a.b", &json!(1), "s:\n  a:\n    b: 1\nt: 1\n");
        changed("a: |\n  text\n", "b", &json!(1), "a: |\n  text\nb: 1\n");
    }

    #[test]
    fn a_key_goes_with_the_maps_that_are_empty_then() {
        let gone = |text: &str, key: &str| unset(text, &path(key)).unwrap();
        assert_eq!(gone("# c\na: 1 # one\nb: 2\n", "a"), "# c\nb: 2\n");
        assert_eq!(gone("s:\n  c:\n    p: 1\nb: 2\n", "s.c.p"), "b: 2\n");
        assert_eq!(gone("s: {a: 1, b: 2}\n", "s.a"), "s: {b: 2}\n");
        assert_eq!(gone("s: {a: 1, b: 2}\n", "s.b"), "s: {a: 1}\n");
        assert_eq!(gone("a: 1\n", "b.c"), "a: 1\n");
        assert_eq!(gone("l:\n  - a\n  - b\nc: 1\n", "l"), "c: 1\n");
    }

    #[test]
    fn a_document_is_brought_up_to_date_in_place() {
        let text = "# mine\na: 1 # one\nb:\n  c: x\n  d: [1]\n";
        let after = update(text, &json!({"a": 1, "b": {"c": "z"}, "e": {"f": {"g": true}}})).unwrap();
        assert_eq!(after, "# mine\na: 1 # one\nb:\n  c: z\ne:\n  f:\n    g: true\n");
        assert_eq!(update(text, &json!({"a": 1, "b": {"c": "x", "d": [1]}})).unwrap(), text);
    }

    #[test]
    fn what_cannot_be_changed_is_left() {
        assert_eq!(set("a: 1\n", &path("a.b"), &json!(1)), Err(EditError::NoMap("a".to_owned())));
        assert!(matches!(set("a: [", &path("a"), &json!(1)), Err(EditError::Syntax(_))));
        assert_eq!(set("a: &x {b: 1}\nc: *x\n", &path("a.b"), &json!(2)), Err(EditError::Form));
    }

    proptest! {
        #[test]
        fn what_is_set_is_read_again_and_the_rest_stays(
            keys in proptest::collection::vec("[a-c](\\.[a-c]){0,2}", 1..8),
            texts in proptest::collection::vec("[ -~äß]{1,12}", 8),
        ) {
            let mut text = "# first\n\nkept: \"yes\" # and why\n".to_owned();
            for (key, value) in keys.iter().zip(&texts) {
                match set(&text, &path(key), &json!(value)) {
                    Ok(after) => {
                        let read: Value = serde_saphyr::from_str(&after).unwrap();
                        let found = path(key).iter().fold(&read, |at, name| &at[name.as_str()]).clone();
                        prop_assert_eq!(found, json!(value));
                        prop_assert!(after.starts_with("# first\n\nkept: \"yes\" # and why\n"));
                        text = after;
                    }
                    Err(error) => prop_assert!(matches!(error, EditError::NoMap(_)), "{error} {text}"),
                }
            }
        }
    }
}
