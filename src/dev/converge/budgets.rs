//! How long may be waited, for each service and for all (cli.md 3.3).

use std::time::{Duration, Instant};

/// How long services may take to become ready.
#[derive(Debug, Clone)]
pub struct Budgets {
    /// Of a service that is named here.
    pub services: Vec<(String, Duration)>,
    /// Of all of them together, and of each that is not named.
    pub whole: Duration,
    /// Since when.
    pub begun: Instant,
}

impl Budgets {
    /// What is left for a service from now on.
    pub fn of(&self, service: &str) -> Duration {
        let own = self.services.iter().find(|(name, _)| name == service).map(|(_, budget)| *budget);
        own.unwrap_or(self.whole).min(self.whole.saturating_sub(self.begun.elapsed()))
    }
}
