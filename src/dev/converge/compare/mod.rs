//! What is different between a container and how it would be made now, field by field (cli.md 8.5): for the reason
//! that is shown, and for containers that Docker Compose made, which have no hash of ours. Values are not told, but for
//! what can be no secret.

mod host;
mod places;
mod process;

pub(super) use places::is_anonymous;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::body::Recipe;
use super::observed::Observed;
use super::seen::Seen;
use crate::docker::models::ImageInspect;

/// What a container is made of, by names that people know: `environment LEVEL`, `mount /data`.
type Facts = BTreeMap<String, Value>;

/// What differs, in words such as `environment LEVEL changed`; nothing when it is as it would be made now.
pub(super) fn differences(
    recipe: &Recipe,
    seen: &Seen,
    image: Option<&ImageInspect>,
    observed: &Observed,
) -> Vec<String> {
    let (mut wanted, mut found) = (Facts::new(), Facts::new());
    process::wanted(&recipe.body, image, &mut wanted);
    process::found(seen, image, &mut found);
    host::wanted(&recipe.body, &mut wanted);
    host::found(seen, &mut found);
    places::mounts(&recipe.body, seen, image, &mut wanted, &mut found);
    places::networks(recipe, seen, observed, &mut wanted, &mut found);
    settle(&mut wanted, &mut found);
    told(&wanted, &found)
}

fn told(wanted: &Facts, found: &Facts) -> Vec<String> {
    let names: BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
    let word = |name: &String| {
        let value = |word: &str, value: &Value| match value.as_str() {
            Some(text) if name == process::GRACE => format!(" {word}{text}"),
            Some(_) | None => String::new(),
        };
        match (found.get(name), wanted.get(name)) {
            (Some(before), Some(after)) if before == after => None,
            (Some(before), Some(after)) => {
                Some(format!("{name} changed{}{}", value("from ", before), value("to ", after)))
            }
            (None, Some(after)) => Some(format!("{name}{} added", value("", after))),
            (Some(before), None) => Some(format!("{name}{} removed", value("", before))),
            (None, None) => None,
        }
    };
    names.into_iter().filter_map(word).collect()
}

/// The same, of mounts and networks alone: these can differ though the service is the same.
pub(super) fn placement(
    recipe: &Recipe,
    seen: &Seen,
    image: Option<&ImageInspect>,
    observed: &Observed,
) -> Vec<String> {
    let (mut wanted, mut found) = (Facts::new(), Facts::new());
    places::mounts(&recipe.body, seen, image, &mut wanted, &mut found);
    places::networks(recipe, seen, observed, &mut wanted, &mut found);
    told(&wanted, &found)
}

/// The first of them in one line.
pub(super) fn sentence(differences: &[String]) -> String {
    const SHOWN: usize = 3;
    let first = differences[..differences.len().min(SHOWN)].join(", ");
    match differences.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Takes out what says nothing, and what the engine fills in when nobody says anything.
fn settle(wanted: &mut Facts, found: &mut Facts) {
    for facts in [&mut *wanted, &mut *found] {
        facts.retain(|_, value| !says_nothing(value));
    }
    let memory = found.get("mem_limit").and_then(Value::as_i64);
    found.retain(|name, value| wanted.contains_key(name) || !host::is_usual(name, value, memory));
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}
