//! Local processes of the stack, which run on this machine instead of in containers (cli.md 3.2).

mod contained;
mod end;
mod news;
mod places;
mod process;
mod program;
mod programs;
mod running;
mod server;
mod session;
#[cfg(unix)]
pub mod socket;
mod supervise;
mod tend;
mod watch;

pub use contained::{Contained, attend};
pub use end::{end, reap, running};
pub use news::{News, Order, Waiter};
pub use places::Places;
pub use program::{Program, Restarts};
pub use programs::{Unfit, air, core, ui};
pub use running::{Announced, Running};
pub use server::{Failed, Server, stop};
pub use session::{Orders, Session};
pub use supervise::supervise;
pub use tend::tend;
pub use watch::Watch;
