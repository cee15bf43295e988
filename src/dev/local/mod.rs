//! Local processes of the stack, which run on this machine instead of in containers (cli.md 3.2).

mod record;

pub use record::Record;
