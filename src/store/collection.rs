//! What is stored: typed documents, the collections they live in, and the indexes of those.

use std::time::Duration;

use bson::oid::ObjectId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value with an id that is kept in one collection.
///
/// The struct's id field is stored as `_id` (`#[serde(rename = "_id")]`). Several structs may read one collection,
/// for example a short form for lists: members a struct does not name are ignored when it is read. Such a short
/// form must never be written with [`replace`](super::Store::replace), which would drop the rest.
pub trait Document: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The typed id, one of [`crate::id`].
    type Id: Copy + Into<ObjectId> + Send + Sync;

    /// Where documents of this type live.
    const COLLECTION: Collection;

    /// The id of this document.
    fn id(&self) -> Self::Id;
}

/// A named set of documents and its indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collection {
    /// The reference's name of it, such as `workflow_versions`.
    pub name: &'static str,
    /// What is looked up, kept unique, or expires.
    pub indexes: &'static [Index],
}

/// An index over top-level or dotted fields of a collection.
///
/// ```
/// # use std::time::Duration;
/// # use orchcli::store::{Collection, Index};
/// const CLUSTERS: Collection = Collection {
///     name: "clusters",
///     indexes: &[
///         Index::unique("name", &["userId", "name"]).while_missing("deletedAt"),
///         Index::on("recent", &["userId", "updatedAt"]),
///     ],
/// };
/// const LOG: Collection = Collection {
///     name: "connection_log",
///     indexes: &[Index::on("age", &["createdAt"]).expire_after(Duration::from_secs(86_400))],
/// };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Its name, unique in the collection; [`Error::Duplicate`](super::Error::Duplicate) tells it.
    pub name: &'static str,
    /// The fields, most selective first. Documents that lack one of the fields never collide in a unique index.
    pub fields: &'static [&'static str],
    /// Whether two documents may not have equal fields.
    pub unique: bool,
    /// Which documents the index holds; all of them when `None`.
    pub only: Option<Only>,
    /// Documents expire when this much time has passed since the first field, a time. A document whose field is
    /// missing, null or [`Time::NEVER`](crate::clock::Time::NEVER) never expires.
    pub expire_after: Option<Duration>,
}

/// The documents an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// Those in which the field is missing or null, such as `deletedAt`.
    Missing(&'static str),
    /// Those in which the field is this text, such as a run that is `running`.
    Is(&'static str, &'static str),
}

impl Index {
    /// An index that makes looking up and sorting by `fields` cheap.
    pub const fn on(name: &'static str, fields: &'static [&'static str]) -> Self {
        Self { name, fields, unique: false, only: None, expire_after: None }
    }

    /// An index that refuses a second document with equal `fields`.
    pub const fn unique(name: &'static str, fields: &'static [&'static str]) -> Self {
        Self { unique: true, ..Self::on(name, fields) }
    }

    /// Holds only documents in which `field` is missing or null.
    #[must_use]
    pub const fn while_missing(self, field: &'static str) -> Self {
        Self { only: Some(Only::Missing(field)), ..self }
    }

    /// Holds only documents in which `field` is the text `value`.
    #[must_use]
    pub const fn only_where(self, field: &'static str, value: &'static str) -> Self {
        Self { only: Some(Only::Is(field, value)), ..self }
    }

    /// Lets documents expire `age` after the time in the first field.
    #[must_use]
    pub const fn expire_after(self, age: Duration) -> Self {
        Self { expire_after: Some(age), ..self }
    }
}

/// Counts the changes of one document, from 1; what [`replace`](super::Store::replace) compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub(super) i64);
