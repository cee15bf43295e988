//! Live status: watches, the rules that turn an object into a node status, and records of cluster resources.

mod publication;
mod read;
pub mod resource;
pub mod status;
pub mod watch;

pub use publication::Publication;
