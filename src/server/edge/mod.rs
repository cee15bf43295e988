//! What every request passes before its route, and every answer on its way out.

mod address;
mod headers;
mod limits;
mod metrics;
mod observe;
mod panics;
mod rules;

pub(super) use address::{Peer, client_address, resolve_client};
pub(super) use headers::{cors, security};
pub(super) use limits::RateLimits;
pub(super) use metrics::Metrics;
pub(super) use observe::observe;
pub(super) use panics::catch_panic;
pub use rules::Rules;
