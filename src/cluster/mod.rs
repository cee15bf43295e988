//! The one door to Kubernetes: stored credentials become a client here, and nowhere else.
//!
//! [`Credentials`] are what a user gave; [`Endpoint::resolve`] checks them and says where they lead; [`connect`] makes
//! a [`Client`] of it, in memory: no file, no environment and no command of the server is ever used.

mod client;
mod connect;
mod credentials;
mod delete;
mod discovery;
mod endpoint;
mod error;
#[cfg(test)]
mod fixture;
mod invalid;
mod kubeconfig;
mod metadata;
mod oidc;
mod pem;
mod quantity;
mod read;
mod retry;
mod server_url;
mod watch;
mod write;

pub use client::Client;
pub use connect::{Doors, connect};
pub use credentials::{AuthType, Credentials, Key};
pub use delete::Precondition;
pub use discovery::Resource;
pub use endpoint::Endpoint;
pub use error::{Cause, Error};
pub use invalid::Invalid;
pub use metadata::Metadata;
pub use oidc::KeepRefreshToken;
pub use quantity::Quantity;
pub use read::{List, Selector};
pub use server_url::ServerUrl;
pub use watch::{Event, Events};
pub use write::{Apply, Patch};

use crate::outbound::{Guard, Reach};

/// Clusters run anywhere, also on this machine; only what answers the machines of a cloud is out of reach.
fn guard() -> Guard {
    Guard::new(Reach::Internal, [])
}
