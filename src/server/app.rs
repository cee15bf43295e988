//! What handlers share.

use std::ops::Deref;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::edge::{Metrics, RateLimits, Rules};
use super::stream;
use crate::connection::Connections;
use crate::deploy::Deployer;
use crate::event::{Audience, Hub};
use crate::identity::Identity;
use crate::live::Live;
use crate::store::Store;
use crate::workflow::Workflows;

/// The server's state: one allocation, shared by every request.
#[derive(Debug, Clone)]
pub struct App(Arc<State>);

/// The rooms that routes translate for.
#[derive(Debug)]
pub struct Rooms {
    /// Where documents are.
    pub(super) store: Store,
    /// Who reads which stream.
    pub(super) hub: Hub,
    /// Users and sessions.
    pub(super) identity: Identity,
    /// Connected clusters.
    pub(super) connections: Connections,
    /// Workflows and their versions.
    pub(super) workflows: Workflows,
    /// Watches, statuses and resource records.
    pub(super) live: Live,
    /// Runs and clean-ups.
    pub(super) deployer: Deployer,
}

/// See [`App`].
#[derive(Debug)]
pub struct State {
    rooms: Rooms,
    /// How many streams each user has open.
    pub(super) audience: Audience,
    pub(super) rules: ArcSwap<Rules>,
    pub(super) limits: RateLimits,
    pub(super) metrics: Metrics,
}

impl App {
    /// Opens the rooms to requests that keep the rules.
    pub(super) fn new(rooms: Rooms, rules: Rules) -> Result<Self, prometheus::Error> {
        Ok(Self(Arc::new(State {
            limits: RateLimits::new(rules.limits),
            audience: Audience::new(stream::limit(rules.streams_per_user)),
            rules: ArcSwap::from_pointee(rules),
            metrics: Metrics::new()?,
            rooms,
        })))
    }

    /// Takes over changed rules, without dropping a connection.
    pub(super) fn reconfigure(&self, rules: Rules) {
        self.limits.reconfigure(rules.limits);
        self.audience.limit(stream::limit(rules.streams_per_user));
        self.rules.store(Arc::new(rules));
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl Deref for State {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.rooms
    }
}
