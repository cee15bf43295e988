//! Ports of the host that a stack wants, and who has them (cli.md 3.3.1).

mod check;
mod free;
mod moved;
pub mod process;
mod wanted;

pub use check::{Conflict, Owner, check};
pub use free::first_free;
pub use moved::{Further, Moved, add_further};
pub use wanted::{Protocol, Wanted, move_ports, variable, wanted};
