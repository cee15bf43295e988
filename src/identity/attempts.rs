//! How often somebody may guess: failed logins and invite codes (openapi.yaml, `POST /auth/login`).

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Error;
use crate::clock::{Clock, Time};

/// Failures are counted within this span.
const SPAN: Duration = Duration::from_mins(1);
const FIRST_LOCK: Duration = Duration::from_mins(1);
const LONGEST_LOCK: Duration = Duration::from_mins(15);
const MOST_KEYS: u64 = 20_000;

/// Failures by key. Attempts with one key are made one after the other, so that no number of requests at once
/// slips past the count.
pub(super) struct Attempts<K> {
    clock: Clock,
    records: Cache<K, Arc<Mutex<Record>>>,
}

#[derive(Debug, Default)]
struct Record {
    failures: u32,
    /// When the first of them was.
    since: Option<Time>,
    /// How often the key was locked since the last success.
    locks: u32,
    locked_until: Option<Time>,
}

/// The right to make one attempt. Dropped without an outcome, it counts as neither.
#[derive(Debug)]
pub(super) struct Attempt {
    clock: Clock,
    limit: Option<NonZeroU32>,
    record: OwnedMutexGuard<Record>,
}

impl<K: Hash + Eq + Send + Sync + 'static> Attempts<K> {
    pub fn new(clock: Clock) -> Self {
        let records = Cache::builder()
            .max_capacity(MOST_KEYS)
            .eviction_policy(EvictionPolicy::lru())
            // Longer than any lock and the time after which it is forgotten.
            .time_to_idle(LONGEST_LOCK * 3)
            .build();
        Self { clock, records }
    }

    /// Waits for its turn; fails with [`Error::TooManyFailures`] while the key is locked.
    pub async fn begin(&self, key: K, limit: Option<NonZeroU32>) -> Result<Attempt, Error> {
        let record = self.records.get_with(key, Arc::default).lock_owned().await;
        let now = self.clock.now();
        match record.locked_until {
            Some(end) if end > now && limit.is_some() => {
                Err(Error::TooManyFailures { retry_after: end.since(now) })
            }
            Some(_) | None => Ok(Attempt { clock: self.clock.clone(), limit, record }),
        }
    }
}

impl Attempt {
    /// Clears what was held against the key.
    pub fn succeeded(mut self) {
        *self.record = Record::default();
    }

    /// Counts the failure, and locks the key when there were too many: each time for twice as long.
    pub fn failed(mut self) {
        let Some(limit) = self.limit else { return };
        let now = self.clock.now();
        let record = &mut *self.record;
        if record.locked_until.is_some_and(|end| now.since(end) > LONGEST_LOCK) {
            *record = Record::default();
        }
        let since = *record.since.get_or_insert(now);
        if now.since(since) > SPAN {
            record.failures = 0;
            record.since = Some(now);
        }
        record.failures += 1;
        if record.failures >= limit.get() {
            let lock = FIRST_LOCK.saturating_mul(2_u32.saturating_pow(record.locks)).min(LONGEST_LOCK);
            record.locked_until = Some(now.plus(lock));
            record.locks = record.locks.saturating_add(1);
            record.failures = 0;
            record.since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Option<NonZeroU32> = NonZeroU32::new(5);

    async fn fail(attempts: &Attempts<&'static str>, times: u32) {
        for _ in 0..times {
            attempts.begin("key", LIMIT).await.unwrap().failed();
        }
    }

    async fn locked_for(attempts: &Attempts<&'static str>) -> u64 {
        match attempts.begin("key", LIMIT).await {
            Err(Error::TooManyFailures { retry_after }) => retry_after.as_secs(),
            other => panic!("{other:?}"),
        }
    }

    fn attempts() -> (Clock, Attempts<&'static str>) {
        let clock = Clock::manual(Time::from_millis(0));
        (clock.clone(), Attempts::new(clock))
    }

    #[tokio::test]
    async fn five_failures_lock_for_a_minute_and_each_five_more_for_twice_as_long() {
        let (clock, attempts) = attempts();
        for expected in [60, 120, 240, 480, 900, 900] {
            fail(&attempts, 5).await;
            assert_eq!(locked_for(&attempts).await, expected);
            clock.advance(Duration::from_secs(expected));
        }
    }

    #[tokio::test]
    async fn other_keys_and_no_limit_go_on() {
        let (_, attempts) = attempts();
        fail(&attempts, 5).await;
        assert!(attempts.begin("other", LIMIT).await.is_ok());
        assert!(attempts.begin("key", None).await.is_ok());
    }

    #[tokio::test]
    async fn a_success_clears_and_so_does_a_minute_without_failure() {
        let (clock, attempts) = attempts();
        fail(&attempts, 4).await;
        attempts.begin("key", LIMIT).await.unwrap().succeeded();
        fail(&attempts, 4).await;
        clock.advance(SPAN + Duration::from_millis(1));
        fail(&attempts, 4).await;
        assert!(attempts.begin("key", LIMIT).await.is_ok());
    }

    #[tokio::test]
    async fn many_at_once_do_not_slip_past_the_count() {
        let (_, attempts) = attempts();
        let tries = (0..50).map(|_| async {
            let attempt = attempts.begin("key", LIMIT).await;
            tokio::task::yield_now().await;
            attempt.map(Attempt::failed).is_ok()
        });
        let made = futures::future::join_all(tries).await;
        assert_eq!(made.into_iter().filter(|made| *made).count(), 5);
    }
}
