//! What is known while a plan is carried out.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Semaphore;

use crate::dev::converge::observed::Observed;
use crate::dev::converge::outcome::Launch;

/// The containers of each service as they are now, and when they were started.
pub(super) struct State {
    known: Mutex<Known>,
    /// Calls to the engine.
    pub calls: Semaphore,
}

#[derive(Default)]
struct Known {
    containers: BTreeMap<(String, u32), String>,
    started: Vec<Launch>,
}

impl State {
    pub(super) fn of(observed: &Observed, parallel: usize) -> Self {
        let containers = observed
            .containers
            .iter()
            .filter(|seen| !seen.is_one_off())
            .map(|seen| ((seen.service().to_owned(), seen.number().max(1)), seen.id().to_owned()))
            .collect();
        let known = Known { containers, started: Vec::new() };
        Self { known: Mutex::new(known), calls: Semaphore::new(parallel.max(1)) }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A container was made.
    pub(super) fn made(&self, service: &str, number: u32, id: &str) {
        self.known().containers.insert((service.to_owned(), number), id.to_owned());
    }

    /// A container is gone.
    pub(super) fn gone(&self, id: &str) {
        self.known().containers.retain(|_, known| known != id);
    }

    /// A container was started.
    pub(super) fn has_started(&self, id: &str) {
        self.known().started.push(Launch { id: id.to_owned(), at: Instant::now(), healthy_after: None });
    }

    /// Somebody who waited for it saw it healthy.
    pub(super) fn is_healthy(&self, id: &str) {
        let mut known = self.known();
        if let Some(launch) = known.started.iter_mut().rev().find(|launch| launch.id == id) {
            launch.healthy_after.get_or_insert_with(|| launch.at.elapsed());
        }
    }

    /// When it was started, if that was just now.
    pub(super) fn started_at(&self, id: &str) -> Option<Instant> {
        self.known().started.iter().rev().find(|launch| launch.id == id).map(|launch| launch.at)
    }

    /// The containers of a service, by number.
    pub(super) fn containers_of(&self, service: &str) -> Vec<String> {
        let known = self.known();
        let of = known.containers.iter().filter(|((name, _), _)| name == service);
        of.map(|(_, id)| id.clone()).collect()
    }

    /// All that was started.
    pub(super) fn started(self) -> Vec<Launch> {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner).started
    }
}
