//! Git hosts and repositories, over libgit2: the one door to them (cli.md 6).

mod identifier;

pub use identifier::{EXAMPLE, Identifier, Invalid, Protocol, Repository, Usual, check_reference};
