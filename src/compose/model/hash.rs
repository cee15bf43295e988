//! What a service is at bottom: a hash that changes when its container must (cli.md 8.5).

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Model, section};
use crate::compose::node::Node;
use crate::compose::print::print;
use crate::compose::read::Reader;
use crate::compose::shape::{SERVICE, Shape};

/// What a container does not have from its service.
const APART: [&str; 5] = ["build", "pull_policy", "scale", "depends_on", "profiles"];

static SERVICE_SHAPE: Shape = Shape::Object(&SERVICE);

impl Model {
    /// The hash of each service, in the order of the files. The files of configs and secrets count by what is in them;
    /// one that cannot be read counts as empty, like a variable that is not set.
    pub fn hashes(&self, reader: &dyn Reader) -> Vec<(&str, String)> {
        section(&self.tree, "services")
            .map(|(name, service)| (name.as_str(), self.hash(service, reader)))
            .collect()
    }

    fn hash(&self, service: &Node, reader: &dyn Reader) -> String {
        let mut printed = print(service, &SERVICE_SHAPE, false);
        if let Value::Object(map) = &mut printed {
            map.retain(|name, _| !APART.contains(&name.as_str()));
            if let Some(Value::Object(deploy)) = map.get_mut("deploy") {
                deploy.shift_remove("replicas");
                // What is there by default says nothing.
                deploy.retain(|_, value| value.as_object().is_none_or(|map| !map.is_empty()));
                if deploy.is_empty() {
                    map.shift_remove("deploy");
                }
            }
        }
        let mut hasher = Sha256::new();
        hasher.update(sorted(&printed).to_string());
        for kind in ["configs", "secrets"] {
            let sources = service.get(kind).map(Node::items).unwrap_or_default().iter();
            for source in sources.filter_map(|grant| grant.text_of("source")) {
                let entry = self.tree.get(kind).and_then(|section| section.get(source));
                let said = entry.map(|entry| sorted(&print(entry, &Shape::Any, false)).to_string());
                let file = || entry.and_then(|entry| reader.read(entry.text_of("file")?).ok()?);
                let variable = entry.and_then(|entry| self.given.get(entry.text_of("environment")?));
                let read = variable.map(|value| value.clone().into_bytes()).or_else(file);
                hasher.update(said.unwrap_or_default());
                hasher.update(Sha256::digest(read.unwrap_or_default()));
            }
        }
        hex::encode(hasher.finalize())
    }
}

/// The same with the keys of every map in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let members: BTreeMap<&String, Value> =
                map.iter().map(|(name, value)| (name, sorted(value))).collect();
            Value::Object(members.into_iter().map(|(name, value)| (name.clone(), value)).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
