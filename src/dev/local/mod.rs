//! Local processes of the stack, which run on this machine instead of in containers (cli.md 3.2).

mod embedded;
mod end;
mod log;
mod process;
mod program;
mod programs;
mod record;
mod supervise;
mod watch;

pub use embedded::{Embedded, Failed, stop as stop_embedded};
pub use end::{end, running};
pub use log::Log;
pub use program::{Program, Restarts};
pub use programs::{Unfit, core, ui};
pub use record::{Record, Supervisor};
pub use supervise::{News, Order, Places, supervise};
pub use watch::Watch;
