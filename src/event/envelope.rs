//! The wrapper of broadcast events.

use serde::Serialize;

use super::StreamKey;
use crate::clock::Time;

/// `{type, stream_key, event_type, timestamp, data}`: what wraps a broadcast event (openapi `WorkflowStreamEvent`).
/// Snapshot and end events are not wrapped.
#[derive(Debug, Clone, Serialize)]
pub struct Envelope<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    stream_key: StreamKey,
    event_type: &'static str,
    timestamp: Time,
    data: T,
}

impl<T> Envelope<T> {
    /// Wraps `data` of the event `event_type` of the stream `key`.
    pub fn new(key: StreamKey, event_type: &'static str, timestamp: Time, data: T) -> Self {
        Self { kind: key.kind(), stream_key: key, event_type, timestamp, data }
    }
}
