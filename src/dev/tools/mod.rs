//! Programs that checkouts need: which, which versions, and where they are (cli.md 7).
//!
//! Who runs a service from its checkout asks [`Tools::require`] for what [`needs`] says, and gives the `PATH` of the
//! [`Toolbox`] to its children. Only `init` has the [`install::Means`] to get what is missing, by [`Tools::provide`].

pub mod engine;
pub mod install;
mod look;
mod manager;
mod need;
mod places;
mod problem;
mod requirement;
mod tool;
mod toolbox;

pub use look::{Found, Tools, Verdict};
pub use manager::Manager;
pub use need::{Need, Source, needs};
pub use places::Places;
pub use problem::{Problem, Unprovided};
pub use requirement::Requirement;
pub use tool::Tool;
use tool::read as read_version;
pub use toolbox::Toolbox;

/// Whether this is the user who may change what belongs to everybody.
#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Elsewhere the system asks by itself.
#[cfg(not(unix))]
fn is_root() -> bool {
    true
}
