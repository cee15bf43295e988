//! Reading what is stored.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// The nodes or edges of a stored workflow as the text they are stored in, for readers that only pass them on:
/// sending a workflow then costs no more than reading and writing its text.
#[derive(Debug, Clone)]
pub struct Verbatim(Option<Box<RawValue>>);

/// Nothing drawn yet.
impl Default for Verbatim {
    fn default() -> Self {
        Self(None)
    }
}

impl Serialize for Verbatim {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(text) => text.serialize(to),
            None => to.collect_seq([(); 0]),
        }
    }
}

impl<'de> Deserialize<'de> for Verbatim {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(from).map(|text| Self(Some(text)))
    }
}

/// The reference writes an empty list or text as null.
pub(super) fn null_is_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}
