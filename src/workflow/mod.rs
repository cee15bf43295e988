//! Workflow documents, their versions and runs, and the rules of saving them.
//!
//! Documents are single: every rule that must hold under concurrency is one conditional write of one document. Node
//! statuses are patched into a workflow one by one, and whoever replaces a workflow does so at the revision it was
//! read at, so neither undoes the other (engine.md 3.11).

mod document;
mod reading;
mod run;
mod version;
mod view;

pub use document::{Status, Workflow};
pub use reading::Verbatim;
pub use run::{NodeOutcome, NodeState, Run, RunStatus, Trigger};
pub use version::Version;
pub use view::View;

use crate::store::{Collection, Document};

/// The collections workflows are kept in, for [`Store::open`](crate::store::Store::open).
pub const COLLECTIONS: &[Collection] =
    &[<Workflow as Document>::COLLECTION, Version::COLLECTION, Run::COLLECTION];
