//! The door to the Docker Engine, by its HTTP API: no `docker` program is needed (cli.md 8.1).

mod about;
mod address;
mod api;
pub mod build;
mod config_file;
mod connect;
mod container;
pub mod discover;
mod endpoint;
mod engine;
mod error;
mod events;
mod examine;
mod exec;
mod facts;
mod found;
mod image;
mod images;
mod inspect;
pub mod label;
mod logs;
mod network;
mod ping;
mod proxies;
mod publisher;
mod pull;
mod registry_auth;
mod volume;

pub use about::About;
pub use address::{Address, AddressError};
pub use api::Api;
/// What the engine is told and tells, as its API has it.
pub use bollard::models;
pub use endpoint::{Endpoint, Source};
pub use engine::Engine;
pub use error::{Error, Why};
pub use examine::Examined;
pub use exec::{Command, Exec, Piece, Session, Standing};
pub use facts::Facts;
pub use found::{Found, State};
pub use images::{Image, registry_of};
pub use logs::{Line, Reading, Stdio};
pub use proxies::build_args as proxy_build_args;
pub use publisher::Publisher;
pub use pull::{PullError, Pulled};
pub use registry_auth::{Login, Logins};
