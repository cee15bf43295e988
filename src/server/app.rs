//! What handlers share.

use std::ops::Deref;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::edge::{Metrics, RateLimits, Rules};
use crate::connection::Connections;
use crate::identity::Identity;

/// The pieces a server is put together from.
#[derive(Debug)]
pub(super) struct Parts {
    /// Users and sessions.
    pub(super) identity: Identity,
    /// Clusters that users connected.
    pub(super) connections: Connections,
    /// The rules of the edge.
    pub(super) rules: Rules,
}

/// The server's state: one allocation, shared by every request.
#[derive(Debug, Clone)]
pub struct App(Arc<State>);

/// See [`App`].
#[derive(Debug)]
pub struct State {
    pub(super) identity: Identity,
    pub(super) connections: Connections,
    pub(super) rules: ArcSwap<Rules>,
    pub(super) limits: RateLimits,
    pub(super) metrics: Metrics,
}

impl App {
    /// Puts the pieces together.
    pub(super) fn new(parts: Parts) -> Result<Self, prometheus::Error> {
        Ok(Self(Arc::new(State {
            limits: RateLimits::new(parts.rules.limits),
            rules: ArcSwap::from_pointee(parts.rules),
            metrics: Metrics::new()?,
            identity: parts.identity,
            connections: parts.connections,
        })))
    }

    /// Takes over changed rules, without dropping a connection.
    pub(super) fn reconfigure(&self, rules: Rules) {
        self.limits.reconfigure(rules.limits);
        self.rules.store(Arc::new(rules));
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}
