//! How many tasks run at once (cli.md 9.1).

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a task uses up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Transfers.
    Network,
    /// Computation.
    Cpu,
    /// Calls of the engine.
    Engine,
}

/// Room for tasks.
#[derive(Debug, Clone)]
pub struct Limits {
    all: Arc<Semaphore>,
    network: Arc<Semaphore>,
    cpu: Arc<Semaphore>,
    engine: Arc<Semaphore>,
}

impl Limits {
    /// Room for `parallel` tasks; without a number, for two a core, at most 8.
    pub fn new(parallel: Option<u16>) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let all = parallel.map_or_else(|| (cores * 2).min(8), usize::from);
        let room = |count: usize| Arc::new(Semaphore::new(count.max(1)));
        // One at a time there is one line, which keeps its order; nobody waits elsewhere before.
        let own = |count: usize| room(if all == 1 { Semaphore::MAX_PERMITS } else { count });
        Self { all: room(all), network: own(4), cpu: own(cores), engine: own(8) }
    }

    /// Waits for room. `None` never comes: the semaphores are not closed.
    pub(super) async fn room(self, class: Class) -> Option<[OwnedSemaphorePermit; 2]> {
        let own = match class {
            Class::Network => self.network,
            Class::Cpu => self.cpu,
            Class::Engine => self.engine,
        };
        // First its own class: a task that waits there takes no room from the others.
        let own = own.acquire_owned().await.ok()?;
        Some([own, self.all.acquire_owned().await.ok()?])
    }
}
