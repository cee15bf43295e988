//! Workflow documents, their versions and runs, and the rules of saving them.
//!
//! [`Workflows`] is the one way to change them. Documents are single: every rule that must hold under concurrency is
//! one conditional write of one document. Node statuses are patched into a workflow one by one, and whoever replaces a
//! workflow does so at the revision it was read at, so neither undoes the other (engine.md 3.11).

mod create;
mod document;
mod edit;
mod error;
mod listing;
mod reading;
mod restore;
mod run;
mod runs;
mod snapshot;
#[cfg(test)]
mod tests;
mod version;
mod versions;
mod view;

pub use create::New;
pub use document::{Status, Workflow};
pub use edit::Edit;
pub use error::Error;
pub use listing::{Listed, Listing, Page, SortBy};
pub use reading::Verbatim;
pub use run::{NodeOutcome, NodeState, Run, RunStatus, Trigger};
pub use snapshot::Snapshot;
pub use version::Version;
pub use versions::{Comparison, VersionMeta};
pub use view::View;

use crate::clock::Clock;
use crate::store::{Collection, Document, Store};

/// The collections workflows are kept in, for [`Store::open`](crate::store::Store::open).
pub const COLLECTIONS: &[Collection] =
    &[<Workflow as Document>::COLLECTION, Version::COLLECTION, Run::COLLECTION];

/// The workflows of all users. What a change means for the cluster is [`crate::deploy`]'s. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Workflows {
    store: Store,
    clock: Clock,
}

impl Workflows {
    /// The workflows in `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }
}
