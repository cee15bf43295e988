//! Git hosts and repositories, over libgit2: the one door to them (cli.md 6).

mod authority;
mod checkout;
mod clone;
mod configuration;
mod connect;
mod credential;
mod error;
mod identifier;
mod remote;
mod ssh;
mod standing;
mod transfer;
mod upstream;

pub use checkout::{Checkout, Folder, inspect};
pub use clone::{Cloned, Request, clone};
pub use connect::{Access, Ask, Question, Token};
pub use error::Error;
pub use identifier::{EXAMPLE, Identifier, Invalid, Protocol, Repository, Usual, check_reference};
pub use remote::reachable;
pub use standing::{Standing, standing};
pub use transfer::{Moved, Transfer};
pub use upstream::{NO_PUSH, Upstream, upstream};
