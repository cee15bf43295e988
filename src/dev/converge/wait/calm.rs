//! Since when a container runs without a break.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::dev::converge::seen::{Seen, State};

/// A start so long ago is no start any more.
const OLD: i64 = 10;

/// Since when it runs; nothing for one that ran long before anybody looked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calm {
    since: Option<Instant>,
    restarts: i64,
}

impl Calm {
    /// What is known after another look.
    pub(super) fn after(before: Option<Self>, seen: &Seen, started: Option<Instant>) -> Self {
        let restarts = seen.restarts();
        let since = match before {
            _ if seen.state() != State::Running => Some(Instant::now()),
            Some(before) if before.restarts != restarts => Some(Instant::now()),
            Some(before) => before.since,
            None if restarts > 0 && is_recent(seen) => Some(Instant::now()),
            None => started,
        };
        Self { since, restarts }
    }

    /// How long it lasts.
    pub(super) fn lasts(self) -> Option<Duration> {
        self.since.map(|since| since.elapsed())
    }
}

fn is_recent(seen: &Seen) -> bool {
    let at = seen.0.state.as_ref().and_then(|state| state.started_at.as_deref()?.parse::<Timestamp>().ok());
    at.is_none_or(|at| (Timestamp::now().as_second() - at.as_second()).abs() < OLD)
}
