//! Ports of the host that a stack wants, and who has them (cli.md 3.3.1).

mod check;
mod free;
pub mod process;
mod wanted;

pub use check::{Conflict, Owner, check};
pub use free::first_free;
pub use wanted::{Protocol, Wanted, move_port, variable, wanted};
