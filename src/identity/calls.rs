//! How often an address may call the routes that sign in.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::{Error, Origin};
use crate::clock::{Clock, Time};

const MOST_ORIGINS: u64 = 20_000;

type Bucket = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>;

/// A bucket for every address that called in the last minutes.
#[derive(Debug)]
pub(super) struct Calls {
    clock: Ticks,
    /// By limit too, so that a changed limit counts at once.
    buckets: Cache<(Origin, NonZeroU32), Arc<Bucket>>,
}

impl Calls {
    pub fn new(clock: Clock) -> Self {
        let buckets = Cache::builder()
            .max_capacity(MOST_ORIGINS)
            .eviction_policy(EvictionPolicy::lru())
            // A bucket is full again after a minute.
            .time_to_idle(Duration::from_mins(2))
            .build();
        Self { clock: Ticks(clock), buckets }
    }

    /// Counts one call, or fails with [`Error::TooManyCalls`].
    pub fn count(&self, from: Origin, per_minute: Option<NonZeroU32>) -> Result<(), Error> {
        let Some(per_minute) = per_minute else { return Ok(()) };
        let bucket = self.buckets.get_with((from, per_minute), || {
            Arc::new(RateLimiter::direct_with_clock(Quota::per_minute(per_minute), self.clock.clone()))
        });
        bucket
            .check()
            .map_err(|early| Error::TooManyCalls { retry_after: early.wait_time_from(self.clock.now()) })
    }
}

/// Our clock, as the limiter reads it.
#[derive(Debug, Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.now().since(Time::from_millis(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> Origin {
        address.parse::<std::net::IpAddr>().unwrap().into()
    }

    #[test]
    fn an_address_gets_a_minutes_worth_at_once_and_then_its_share() {
        let clock = Clock::manual(Time::from_millis(1_700_000_000_000));
        let calls = Calls::new(clock.clone());
        let (here, there) = (origin("192.0.2.1"), origin("192.0.2.2"));
        let limit = NonZeroU32::new(30);
        assert!((0..30).all(|_| calls.count(here, limit).is_ok()));
        let refused = calls.count(here, limit).unwrap_err();
        assert!(
            matches!(refused, Error::TooManyCalls { retry_after } if retry_after == Duration::from_secs(2))
        );
        assert!(calls.count(there, limit).is_ok());
        clock.advance(Duration::from_secs(2));
        assert!(calls.count(here, limit).is_ok());
        assert!(calls.count(here, limit).is_err());
    }

    #[test]
    fn a_changed_limit_counts_at_once() {
        let calls = Calls::new(Clock::manual(Time::from_millis(0)));
        let here = origin("192.0.2.1");
        assert!(calls.count(here, NonZeroU32::new(1)).is_ok());
        assert!(calls.count(here, NonZeroU32::new(1)).is_err());
        assert!(calls.count(here, NonZeroU32::new(2)).is_ok());
        assert!((0..100).all(|_| calls.count(here, None).is_ok()));
    }
}
