//! `configmap` (engine.md 1.10).

use std::collections::BTreeMap;

use crate::graph::fields::{Fields, scalar_text};
use crate::graph::syntax;

/// Most bytes of values an object can hold.
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct ConfigMap {
    pub(crate) data: BTreeMap<String, String>,
    /// Where workloads mount it.
    pub(crate) mount_path: Option<String>,
}

impl ConfigMap {
    pub(super) fn decode(fields: &Fields) -> Self {
        let mut data = BTreeMap::new();
        for (key, value) in fields.entries("data") {
            if is_placeholder(key) {
                continue;
            }
            if !syntax::is_data_key(key) {
                let words = "is no legal key; use at most 253 letters, digits, '-', '_' and '.'";
                fields.invalid(&format!("data.{key}"), words);
            } else if let Some(text) = scalar_text(value) {
                data.insert(key.clone(), text);
            } else if value.is_null() {
                data.insert(key.clone(), String::new());
            } else {
                fields.not_scalar("data", key);
            }
        }
        if data.values().map(String::len).sum::<usize>() > MAX_BYTES {
            fields.invalid("data", "is larger than 1 MiB; split it");
        }
        Self { data, mount_path: fields.mount_path("mountPath").map(str::to_owned) }
    }
}

/// A row the console has not saved yet, or one without a key.
pub(crate) fn is_placeholder(key: &str) -> bool {
    key.trim().is_empty() || key.starts_with("_new_")
}
