//! The door to the Docker Engine, by its HTTP API: no `docker` program is needed (cli.md 8.1).

mod address;
mod config_file;
mod connect;
pub mod discover;
mod endpoint;
mod engine;
mod error;
mod exec;
mod found;
mod inspect;
pub mod label;
mod logs;
mod ping;

pub use address::{Address, AddressError};
pub use endpoint::{Endpoint, Source};
pub use engine::Engine;
pub use error::{Error, Why};
pub use exec::{Command, Exec, Piece, Session, Standing};
pub use found::{Found, State};
pub use logs::{Line, Reading, Stdio};
