//! Sizes, spans of time and file modes out of the form Compose prints them in.

use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::compose::units;

/// A size as a string of bytes; -1 is "as much as there is".
pub(super) fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| D::Error::custom("must be a number of bytes"))
}

/// A span of time such as `1m30s`.
pub(super) fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let nanoseconds = units::duration(&text).and_then(|span| u64::try_from(span).ok());
    let span =
        nanoseconds.ok_or_else(|| D::Error::custom("must be a span of time, and not a negative one"))?;
    Ok(Some(Duration::from_nanos(span)))
}

/// A file mode such as `"0440"`.
pub(super) fn mode<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let mode = units::file_mode(&text).and_then(|mode| u32::try_from(mode).ok());
    mode.map(Some).ok_or_else(|| D::Error::custom("must be a file mode such as 0440"))
}
