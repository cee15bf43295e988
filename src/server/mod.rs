//! The HTTP edge: routes translate, nothing else.
//!
//! A request passes the [`edge`] (request id, limits, headers, metrics), then its route's policy in [`access`], then
//! one function in [`routes`] that turns wire shapes into a use case's values and its outcome back.
//! What stays open is served by [`stream`]. The [`gateway`] is a server of its own, before a local stack. [`error`] is the only place where a failure becomes a status and a code.

pub mod access;
mod app;
mod assemble;
mod connections;
mod edge;
pub mod error;
pub mod extract;
pub mod gateway;
mod json;
mod not_started;
mod openapi;
mod page;
pub mod routes;
mod run;
mod serve;
pub mod stream;

pub use app::App;
pub use not_started::Error;
pub use run::{Options, run};
