//! Growing pauses between attempts.

use std::time::Duration;

/// Pauses that double from a first one up to a cap, each 20 % longer or shorter by chance, so that many who failed
/// together do not try again together.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    failures: u32,
}

impl Backoff {
    /// Starts at `first`, ends at `cap`.
    pub fn new(first: Duration, cap: Duration) -> Self {
        Self { first, cap, failures: 0 }
    }

    /// The pause after one more failure; `chance` is a number from 0 to 1.
    pub fn next(&mut self, chance: f64) -> Duration {
        let doubled = 2_u32.saturating_pow(self.failures);
        self.failures = self.failures.saturating_add(1);
        let pause = self.first.saturating_mul(doubled).min(self.cap);
        pause.mul_f64(0.8 + 0.4 * chance.clamp(0.0, 1.0))
    }

    /// Starts over: it worked again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(pause: Duration) -> u64 {
        pause.as_secs()
    }

    #[test]
    fn doubles_up_to_the_cap_and_starts_over() {
        let mut backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(1));
        let pauses: Vec<u64> = (0..6).map(|_| seconds(backoff.next(0.5))).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
        backoff.reset();
        assert_eq!(seconds(backoff.next(0.5)), 5);
    }

    #[test]
    fn chance_moves_it_by_a_fifth() {
        let pause = |chance| Backoff::new(Duration::from_secs(10), Duration::from_mins(1)).next(chance);
        assert_eq!((pause(0.0), pause(1.0)), (Duration::from_secs(8), Duration::from_secs(12)));
    }

    #[test]
    fn never_overflows() {
        let mut backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(1));
        let last = (0..100).map(|_| backoff.next(0.5)).last();
        assert_eq!(last.map(seconds), Some(60));
    }
}
