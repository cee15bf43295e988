//! What is compared and what is written, with the type it has in the store.

use bson::oid::ObjectId;
use serde::Serialize;

use super::Error;
use crate::clock::Time;
use crate::id;

/// A value that filters compare with: only equal types are ever equal or ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// An id.
    Id(ObjectId),
    /// A point in time.
    Time(Time),
    /// Text, compared byte by byte.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
}

/// A value that a patch writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A typed value.
    Scalar(Scalar),
    /// Nothing: `null`.
    Null,
    /// Free-form data.
    Json(serde_json::Value),
}

impl Value {
    /// A part of a document, such as a whole status, with the types its members have.
    pub fn of<T: Serialize>(part: &T) -> Result<Self, Error> {
        serde_json::to_value(part)
            .map(Self::Json)
            .map_err(|source| Error::Unwritable { what: "a value", source })
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

macro_rules! scalars {
    ($($from:ty => $make:expr),+ $(,)?) => {$(
        impl From<$from> for Scalar {
            fn from(value: $from) -> Self {
                $make(value)
            }
        }
    )+};
}

scalars! {
    String => Scalar::Text,
    &String => |text: &String| Scalar::Text(text.clone()),
    i64 => Scalar::Int,
    i32 => |number| Scalar::Int(i64::from(number)),
    u32 => |number| Scalar::Int(i64::from(number)),
    bool => Scalar::Bool,
    Time => Scalar::Time,
    ObjectId => Scalar::Id,
}

macro_rules! ids {
    ($($id:ident),+ $(,)?) => {$(
        impl From<id::$id> for Scalar {
            fn from(id: id::$id) -> Self {
                Self::Id(id.object_id())
            }
        }
    )+};
}

ids! {
    UserId, SessionId, WorkflowId, VersionId, RunId, ClusterId, ShareId, ConnectionLogId, ResourceId, RegistryId,
    NotificationId, SettingsId, EnabledPluginId,
}

impl<T: Into<Scalar>> From<T> for Value {
    fn from(value: T) -> Self {
        Self::Scalar(value.into())
    }
}

impl<T: Into<Scalar>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        Self::Json(value)
    }
}
