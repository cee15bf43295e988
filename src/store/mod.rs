//! Documents: typed collections with unique keys, compare-and-set, patches by path, and expiry.
//!
//! The API asks nothing of a backend but reading and changing single documents, so that a server of documents can
//! stand where SQLite stands: no transactions over several documents, no change streams, no timers of its own.
//! An answered write survives the death of the process. A caller that stops waiting does not stop its write.
//!
//! Documents that have expired ([`Index::expire_after`]) are not found, read, counted or patched any more;
//! [`Store::sweep`] deletes them. Until then they hold their unique keys, and [`Store::delete`] reaches them.

mod collection;
mod error;
mod filter;
mod patch;
mod path;
mod query;
pub mod seal;
mod sqlite;
mod value;

use std::path::Path as FilePath;
use std::sync::Arc;

pub use collection::{Collection, Document, Index, Only, Revision};
pub use error::Error;
pub use filter::{Comparison, Filter};
pub use patch::Patch;
pub use path::{Element, Path};
pub use query::{Order, Query};
pub use value::{Scalar, Value};

use crate::clock::{Clock, Time};

/// A handle on all collections; cheap to clone. The database is closed when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    backend: Backend,
    clock: Clock,
    collections: Vec<Collection>,
}

/// Where the documents are.
#[derive(Debug)]
enum Backend {
    Sqlite(sqlite::Database),
}

impl Store {
    /// Opens the database in `dir`, making both when they are missing, and brings its schema and indexes up to date.
    ///
    /// Refused when another process has it open. Blocks: call it before serving.
    pub fn open(dir: &FilePath, clock: Clock, collections: &[Collection]) -> Result<Self, Error> {
        let backend = Backend::Sqlite(sqlite::Database::open(dir, collections)?);
        Ok(Self(Arc::new(Inner { backend, clock, collections: collections.to_vec() })))
    }

    /// The document with this id.
    pub async fn get<D: Document>(&self, id: D::Id) -> Result<Option<D>, Error> {
        Ok(self.get_versioned::<D>(id).await?.map(|(document, _)| document))
    }

    /// The document with this id, and the revision to [`replace`](Self::replace) it at.
    pub async fn get_versioned<D: Document>(&self, id: D::Id) -> Result<Option<(D, Revision)>, Error> {
        let live = self.live::<D>(Filter::All);
        match &self.0.backend {
            Backend::Sqlite(database) => database.get::<D>(id.into(), &live).await,
        }
    }

    /// The documents a query names, in its order.
    pub async fn find<D: Document>(&self, query: impl Into<Query>) -> Result<Vec<D>, Error> {
        let mut query = query.into();
        query.filter = self.live::<D>(query.filter);
        match &self.0.backend {
            Backend::Sqlite(database) => database.find::<D>(&query).await,
        }
    }

    /// The document that meets `filter`; the one with the smallest id when there are several.
    pub async fn find_one<D: Document>(&self, filter: Filter) -> Result<Option<D>, Error> {
        Ok(self.find::<D>(Query::filter(filter).limit(1)).await?.pop())
    }

    /// How many documents meet `filter`.
    pub async fn count<D: Document>(&self, filter: Filter) -> Result<u64, Error> {
        let live = self.live::<D>(filter);
        match &self.0.backend {
            Backend::Sqlite(database) => database.count(D::COLLECTION, &live).await,
        }
    }

    /// Adds a document, at its first revision.
    ///
    /// Fails with [`Error::Duplicate`] when its id or a unique key is taken.
    pub async fn insert<D: Document>(&self, document: &D) -> Result<(), Error> {
        match &self.0.backend {
            Backend::Sqlite(database) => database.insert(document).await,
        }
    }

    /// Writes the whole document if it is still at the revision it was read at, and gives the new revision.
    ///
    /// Fails with [`Error::Stale`] when it was changed or deleted in between, [`Error::Duplicate`] as for an insert.
    pub async fn replace<D: Document>(&self, document: &D, expected: Revision) -> Result<Revision, Error> {
        match &self.0.backend {
            Backend::Sqlite(database) => database.replace(document, expected).await,
        }
    }

    /// Changes the document with this id if it meets `condition`, as one step (compare and set).
    ///
    /// `false`, and nothing changed, when there is no such document, it does not meet the condition, or a path of
    /// the patch leads nowhere in it.
    pub async fn patch<D: Document>(
        &self,
        id: D::Id,
        condition: Filter,
        patch: Patch,
    ) -> Result<bool, Error> {
        Ok(self.patch_many::<D>(Filter::eq("_id", id.into()).and(condition), patch).await? > 0)
    }

    /// Changes every document that meets `filter`, together, and tells how many those are.
    pub async fn patch_many<D: Document>(&self, filter: Filter, patch: Patch) -> Result<u64, Error> {
        let live = self.live::<D>(filter);
        match &self.0.backend {
            Backend::Sqlite(database) => database.patch(D::COLLECTION, &live, &patch).await,
        }
    }

    /// Like [`patch`](Self::patch), and gives the document as it is after the change.
    pub async fn patch_returning<D: Document>(
        &self,
        id: D::Id,
        condition: Filter,
        patch: Patch,
    ) -> Result<Option<D>, Error> {
        let live = self.live::<D>(condition);
        match &self.0.backend {
            Backend::Sqlite(database) => database.patch_returning::<D>(id.into(), live, &patch).await,
        }
    }

    /// Deletes the document with this id; `false` when there is none.
    pub async fn delete<D: Document>(&self, id: D::Id) -> Result<bool, Error> {
        Ok(self.delete_many::<D>(Filter::eq("_id", id.into())).await? > 0)
    }

    /// Deletes every document that meets `filter`, together, and tells how many those were.
    pub async fn delete_many<D: Document>(&self, filter: Filter) -> Result<u64, Error> {
        match &self.0.backend {
            Backend::Sqlite(database) => database.delete(D::COLLECTION, &filter, None).await,
        }
    }

    /// Deletes what had expired at `now`, in small batches so that other writes are not held up, and tells how many
    /// documents that were. The server's supervisor calls it now and then.
    pub async fn sweep(&self, now: Time) -> Result<u64, Error> {
        const BATCH: u64 = 500;
        let mut swept = 0;
        for collection in &self.0.collections {
            let Some(expired) = expired(*collection, now) else { continue };
            loop {
                let deleted = match &self.0.backend {
                    Backend::Sqlite(database) => database.delete(*collection, &expired, Some(BATCH)).await?,
                };
                swept += deleted;
                if deleted < BATCH {
                    break;
                }
            }
        }
        Ok(swept)
    }

    /// Finishes the writes that were asked for, brings everything into the main file, and lets go of the folder.
    /// Later writes fail with [`Error::Closed`].
    pub async fn close(&self) -> Result<(), Error> {
        match &self.0.backend {
            Backend::Sqlite(database) => database.close().await,
        }
    }

    /// `filter`, without what has expired.
    fn live<D: Document>(&self, filter: Filter) -> Filter {
        expiries(D::COLLECTION).fold(filter, |filter, (field, age)| {
            filter.and(
                Filter::missing(field)
                    .or(Filter::lte(field, Time::NEVER))
                    .or(Filter::gt(field, self.0.clock.now().minus(age))),
            )
        })
    }
}

/// The documents of `collection` that have expired, if any ever do.
fn expired(collection: Collection, now: Time) -> Option<Filter> {
    expiries(collection)
        .map(|(field, age)| Filter::gt(field, Time::NEVER).and(Filter::lte(field, now.minus(age))))
        .reduce(Filter::or)
}

/// The fields whose time lets documents of `collection` expire, each with the age at which it does.
fn expiries(collection: Collection) -> impl Iterator<Item = (&'static str, std::time::Duration)> {
    collection.indexes.iter().filter_map(|index| Some((*index.fields.first()?, index.expire_after?)))
}
