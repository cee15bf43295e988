//! What commands share about the processes of a stack that run on this machine (cli.md 3.2, 3.3).

mod embedded;
mod environment;

pub use embedded::{embedded, unstarted};
pub use environment::{Addresses, Sources, variable};
