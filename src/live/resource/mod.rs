//! Records of the objects in a user's clusters: what was seen of each, and what the user noted about it
//! (engine.md 6).

mod access;
mod events;
mod forget;
mod history;
mod kind;
mod listing;
mod record;
mod records;
mod row;
mod seen;
mod state;
mod sync;
mod view;

pub use access::{Access, Deed};
pub use events::{Event, events};
pub use history::{Action, Entry};
pub use kind::ResourceKind;
pub use listing::{Facets, Listing, Page, SortBy};
pub use record::{Link, Resource, Sight, Viewer};
pub use records::{Records, Sighting};
pub use row::Row;
pub use seen::Seen;
pub use state::ResourceStatus;
pub use view::View;
