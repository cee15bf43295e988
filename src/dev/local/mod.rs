//! Local processes of the stack, which run on this machine instead of in containers (cli.md 3.2).

mod contained;
mod end;
mod log;
mod places;
mod process;
mod program;
mod programs;
mod record;
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
pub use log::Log;
pub use places::Places;
pub use program::{Program, Restarts};
pub use programs::{Unfit, air, core, ui};
pub use record::{Record, Supervisor};
pub use running::{Announced, Running};
pub use server::{Failed, Server, stop};
pub use session::{Orders, Session};
pub use supervise::{News, Order, Waiter, supervise};
pub use tend::tend;
pub use watch::Watch;
