//! The guarded HTTP client: every request the server makes to a host somebody named goes through here.
//!
//! A name is resolved, its addresses are checked, and the connection goes to exactly those that were checked.
//! Redirects are followed by a loop of our own, so that each hop passes the same checks. Proxies of the environment
//! are not used: they would connect to what nobody checked. The [`Fetcher`] is for the user of this machine instead.

mod address;
mod client;
mod download;
mod error;
mod guard;
mod redirect;
mod request;

pub use crate::settings::{Allowed, InvalidAllowed};
pub use address::Kind;
pub use client::{Client, Settings};
pub use download::{DownloadError, Fetcher, Ways};
pub use error::Error;
pub(crate) use error::{find_cause, innermost};
pub use guard::{Guard, Reach, Refused};
pub use request::{Request, Response};
