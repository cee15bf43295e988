//! What the services wrote and write: of containers and of local processes, as one stream (cli.md 3.6).

mod container;
mod entry;
pub mod file;
mod follow;
mod history;
mod level;
mod log;
mod seen;

pub use entry::{Entry, Origin};
pub use follow::{Follower, Told};
pub use history::{History, Query, history};
pub use level::Level;
pub use log::Log;

/// Whether an engine that refuses the lines of a container with this status has it no more, or is removing it.
fn is_going(status: u16) -> bool {
    matches!(status, 404 | 409)
}
