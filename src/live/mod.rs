//! Live status: watches, the rules that turn an object into a node status, and records of cluster resources.
//!
//! [`Live`] is the one way in. A run lets nodes follow their objects; [`Live::wake`] lets them follow again, by what the
//! runs wrote down; [`Live::keep_up`] is everything that goes on by itself. What a watch knows goes before what a sync
//! finds out.

mod deployed;
mod event_log;
mod following;
mod object;
mod publication;
mod read;
pub mod resource;
pub mod status;
mod sync_event;
mod synced;
mod syncing;
mod upkeep;
mod waking;
pub mod watch;

use following::follower;
pub use following::{Deployment, Live};
pub use object::ObjectRef;
pub use publication::Publication;
pub use sync_event::WorkflowSync;

use crate::store::{Collection, Document};

/// The collections live things are kept in, for [`Store::open`](crate::store::Store::open).
pub const COLLECTIONS: &[Collection] =
    &[resource::Resource::COLLECTION, resource::Entry::COLLECTION, resource::Access::COLLECTION];
