//! One event as it goes over the wire.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;

/// The number of an event; it grows within a stream key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub(super) u64);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A server-sent event: exactly one `event:`, one `id:` and one `data:` line of compact JSON, LF only, an empty line.
///
/// Fails only when `data` cannot be written as JSON.
pub fn frame<T: Serialize + ?Sized>(id: EventId, name: &str, data: &T) -> Result<Bytes, serde_json::Error> {
    let mut block = format!("event: {name}\nid: {id}\ndata: ").into_bytes();
    serde_json::to_writer(&mut block, data)?;
    block.extend_from_slice(b"\n\n");
    Ok(block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_in_texts_never_break_the_block() {
        let block = frame(EventId(7), "node_update", &serde_json::json!({"message": "a\r\nb\n\nc"})).unwrap();
        assert_eq!(&block[..], b"event: node_update\nid: 7\ndata: {\"message\":\"a\\r\\nb\\n\\nc\"}\n\n");
    }
}
