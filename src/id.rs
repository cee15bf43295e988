//! Typed ids: an `ObjectId` that knows which collection it belongs to.

use std::fmt;
use std::str::FromStr;

use bson::oid::ObjectId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text is not 24 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 24 lower-case hex digits")]
pub struct InvalidId;

fn parse(text: &str) -> Result<ObjectId, InvalidId> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(InvalidId);
    }
    ObjectId::parse_str(text).map_err(|_| InvalidId)
}

/// Text in JSON, `ObjectId` in BSON, so that a reference database opens as is.
fn serialize<S: Serializer>(id: &ObjectId, to: S) -> Result<S::Ok, S::Error> {
    if to.is_human_readable() { to.collect_str(id) } else { id.serialize(to) }
}

fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ObjectId, D::Error> {
    if from.is_human_readable() {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        parse(&text).map_err(serde::de::Error::custom)
    } else {
        ObjectId::deserialize(from)
    }
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(ObjectId);

        impl $name {
            /// A new id, unique across processes, growing with time.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(ObjectId::new())
            }

            /// The id without its type, for generic code such as the store.
            pub fn object_id(self) -> ObjectId {
                self.0
            }
        }

        impl From<ObjectId> for $name {
            fn from(id: ObjectId) -> Self {
                Self(id)
            }
        }

        impl From<$name> for ObjectId {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                serialize(&self.0, to)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                deserialize(from).map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// Id of a user account.
    UserId,
    /// Id of a signed-in session.
    SessionId,
    /// Id of a workflow.
    WorkflowId,
    /// Id of a stored version of a workflow.
    VersionId,
    /// Id of one run of a workflow.
    RunId,
    /// Id of a connected cluster.
    ClusterId,
    /// Id of a grant of access to a cluster.
    ShareId,
    /// Id of an entry of a cluster's connection log.
    ConnectionLogId,
    /// Id of a synced cluster resource.
    ResourceId,
    /// Id of an entry of a resource's history.
    HistoryId,
    /// Id of an entry of the log of accesses to resources.
    AccessId,
    /// Id of a container registry record.
    RegistryId,
    /// Id of a notification shown to a user.
    NotificationId,
    /// Id of a settings document.
    SettingsId,
    /// Id of the record that a user enabled a plugin.
    EnabledPluginId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_json_and_back() {
        let id = WorkflowId::new();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<WorkflowId>(&json).unwrap(), id);
    }

    #[test]
    fn object_id_in_bson() {
        let id = UserId::new();
        let bytes = bson::serialize_to_vec(&std::collections::BTreeMap::from([("_id", id)])).unwrap();
        let document: bson::Document = bson::deserialize_from_slice(&bytes).unwrap();
        assert_eq!(document.get_object_id("_id").unwrap(), id.object_id());
        let back: std::collections::BTreeMap<String, UserId> = bson::deserialize_from_slice(&bytes).unwrap();
        assert_eq!(back["_id"], id);
    }

    #[test]
    fn refuses_what_is_not_24_lower_case_hex_digits() {
        for text in
            ["", "66f0", "66F0000000000000000000A1", "66f0000000000000000000g1", "66f0000000000000000000a1 "]
        {
            assert_eq!(text.parse::<UserId>(), Err(InvalidId), "{text:?}");
        }
    }
}
