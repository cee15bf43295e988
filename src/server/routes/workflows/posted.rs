//! A graph in a request's body, under the rules of saving.

use serde_json::{Value, json};

use crate::graph::{self, Graph};
use crate::server::error::{Code, Error};

/// The graph of an object with `nodes` and `edges`, trimmed as it would be stored. A refusal names every place that is
/// wrong.
pub(super) fn graph(body: &Value) -> Result<Graph, Error> {
    graph::normalise(body).map_err(|refusals| {
        let details: Vec<Value> =
            refusals.iter().map(|refusal| json!({"field": refusal.place, "message": refusal.why})).collect();
        let words = refusals.first().map(ToString::to_string).unwrap_or_default();
        Error::new(Code::InvalidField, words).with("details", details)
    })
}
