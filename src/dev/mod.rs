//! The local stack: projects, modes, containers and processes of a developer's machine (cli.md).
//!
//! Nothing here prints or asks: what happens is told to a [`Reporter`], and who wants to know renders it.

pub mod exec;
pub mod files;
pub mod local;
pub mod lock;
pub mod logs;
pub mod project;
pub mod registry;
mod report;

pub use report::{Event, Reporter, StepEnd, Unit};
