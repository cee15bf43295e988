//! Reading an object of the cluster: what is missing or of another type reads as nothing.

use serde_json::Value;

use crate::redact;

/// Longest text of a status, in characters (engine.md 3.8).
const TEXT: usize = 500;

/// The text at a JSON pointer, `""` when there is none.
pub(super) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The number at a JSON pointer.
pub(super) fn number(object: &Value, pointer: &str) -> Option<i64> {
    object.pointer(pointer).and_then(Value::as_i64)
}

/// The number at a JSON pointer, 0 when there is none: what Kubernetes leaves out is zero.
pub(super) fn count(object: &Value, pointer: &str) -> i64 {
    number(object, pointer).unwrap_or(0)
}

/// The list at a JSON pointer, empty when there is none.
pub(super) fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// How long a list is.
pub(super) fn length(items: &[Value]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

/// A text of the cluster as clients may see it: without secrets, at most 500 characters.
pub(super) fn safe(text: &str) -> String {
    redact::cut(&redact::text(text), TEXT)
}

/// Whether the controller has seen the newest generation.
pub(super) fn observed(object: &Value) -> bool {
    count(object, "/metadata/generation") <= count(object, "/status/observedGeneration")
}

/// A condition of `status.conditions`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condition<'a>(&'a Value);

impl<'a> Condition<'a> {
    /// The condition of this type, if the object has it.
    pub(super) fn find(object: &'a Value, kind: &str) -> Option<Self> {
        list(object, "/status/conditions").iter().find(|c| text(c, "/type") == kind).map(Self)
    }

    /// The condition of this type if it has this status.
    pub(super) fn with(object: &'a Value, kind: &str, status: &str) -> Option<Self> {
        Self::find(object, kind).filter(|c| c.status() == status)
    }

    /// `True`, `False` or `Unknown`.
    pub(super) fn status(self) -> &'a str {
        text(self.0, "/status")
    }

    /// One word on why.
    pub(super) fn reason(self) -> &'a str {
        text(self.0, "/reason")
    }

    /// What to tell people: the message, or the reason when there is none.
    pub(super) fn message(self) -> String {
        safe(match text(self.0, "/message") {
            "" => self.reason(),
            message => message,
        })
    }
}

/// The first address of `status.loadBalancer.ingress` as (IP, host name), each `""` when unknown.
pub(super) fn load_balancer(object: &Value) -> (&str, &str) {
    let first = |field: &str| {
        let entries = list(object, "/status/loadBalancer/ingress").iter();
        entries.map(|entry| text(entry, field)).find(|address| !address.is_empty()).unwrap_or_default()
    };
    (first("/ip"), first("/hostname"))
}
