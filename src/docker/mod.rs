//! The door to the Docker Engine, by its HTTP API: no `docker` program is needed (cli.md 8.1).

mod about;
mod address;
mod api;
mod config_file;
mod connect;
mod container;
pub mod discover;
mod endpoint;
mod engine;
mod error;
mod events;
mod exec;
mod found;
mod image;
mod inspect;
pub mod label;
mod logs;
mod network;
mod ping;
mod volume;

pub use about::About;
pub use address::{Address, AddressError};
pub use api::Api;
/// What the engine is told and tells, as its API has it.
pub use bollard::models;
pub use endpoint::{Endpoint, Source};
pub use engine::Engine;
pub use error::{Error, Why};
pub use exec::{Command, Exec, Piece, Session, Standing};
pub use found::{Found, State};
pub use logs::{Line, Reading, Stdio};
