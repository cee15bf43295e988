//! Programs that checkouts need: which, which versions, and where they are (cli.md 7).
//!
//! Who runs a service from its checkout asks [`Tools::require`] for what [`needs`] says, and gives the `PATH` of the
//! [`Toolbox`] to its children.

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
pub use problem::Problem;
pub use requirement::Requirement;
pub use tool::Tool;
pub use toolbox::Toolbox;
