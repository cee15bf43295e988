//! The door to the Docker Engine, by its HTTP API: no `docker` program is needed (cli.md 8.1).

mod engine;
mod error;
pub mod label;

pub use engine::Engine;
pub use error::Error;
