//! `deployment` (engine.md 1.3).

use serde_json::Value;

use super::Pod;
use crate::graph::fields::{COUNT, Fields};
use crate::graph::syntax;

#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) replicas: i32,
    pub(crate) version: String,
    pub(crate) pod: Pod,
}

impl Deployment {
    pub(super) fn decode(fields: &Fields) -> Self {
        Self {
            replicas: fields.int32("replicas", COUNT).unwrap_or(1),
            version: version(fields),
            pod: Pod::decode_serving(fields),
        }
    }
}

/// `v1` unless `version` is a label value (engine.md 0.4).
pub(super) fn version(fields: &Fields) -> String {
    let given = fields.set("version").and_then(Value::as_str);
    given.filter(|version| syntax::is_label_value(version)).unwrap_or("v1").to_owned()
}
