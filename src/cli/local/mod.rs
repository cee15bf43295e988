//! What commands share about the processes of a stack that run on this machine (cli.md 3.2, 3.3).

mod environment;
mod servers;

pub use environment::{Addresses, Sources, variable};
pub use servers::{core, gateway, unstarted, what};
