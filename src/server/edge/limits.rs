//! Rate limits by user, or by address for those without a valid token (`POST /auth/login` in `openapi.yaml`).

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::id::UserId;
use crate::identity::Origin;
use crate::server::error::{Code, Error};
use crate::settings::{Rate, RateLimits as Rules};

type Buckets<K> = Option<DefaultKeyedRateLimiter<K>>;

/// The buckets of all callers.
#[derive(Debug)]
pub struct RateLimits {
    clock: DefaultClock,
    buckets: ArcSwap<PerCaller>,
}

#[derive(Debug)]
struct PerCaller {
    rules: Rules,
    by_address: Buckets<Origin>,
    by_user: Buckets<UserId>,
}

impl PerCaller {
    fn new(rules: Rules) -> Self {
        Self { by_address: buckets(rules.anonymous), by_user: buckets(rules.user), rules }
    }
}

impl RateLimits {
    /// Empty buckets under the given rules.
    pub fn new(rules: Rules) -> Self {
        Self { clock: DefaultClock::default(), buckets: ArcSwap::from_pointee(PerCaller::new(rules)) }
    }

    /// Takes changed rules into account; unchanged ones keep their buckets.
    pub fn reconfigure(&self, rules: Rules) {
        if self.buckets.load().rules != rules {
            self.buckets.store(Arc::new(PerCaller::new(rules)));
        }
    }

    /// Counts one request, or refuses it with 429.
    pub fn admit(&self, user: Option<UserId>, address: IpAddr) -> Result<(), Error> {
        let buckets = self.buckets.load();
        match user {
            Some(user) => self.take(buckets.by_user.as_ref(), &user),
            None => self.take(buckets.by_address.as_ref(), &address.into()),
        }
    }

    /// Forgets callers whose buckets are full again, so that memory follows the callers of the last seconds.
    pub fn forget_idle(&self) {
        let buckets = self.buckets.load();
        if let Some(buckets) = &buckets.by_address {
            buckets.retain_recent();
        }
        if let Some(buckets) = &buckets.by_user {
            buckets.retain_recent();
        }
    }

    fn take<K: Hash + Eq + Clone>(
        &self,
        buckets: Option<&DefaultKeyedRateLimiter<K>>,
        key: &K,
    ) -> Result<(), Error> {
        let Some(Err(early)) = buckets.map(|buckets| buckets.check_key(key)) else { return Ok(()) };
        let wait = early.wait_time_from(self.clock.now());
        Err(Error::new(Code::RateLimited, "too many requests; the Retry-After header says when to come back")
            .retry_after(wait))
    }
}

fn buckets<K: Hash + Eq + Clone>(rule: Option<Rate>) -> Buckets<K> {
    rule.map(|rule| RateLimiter::keyed(Quota::per_second(rule.per_second).allow_burst(rule.burst)))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn rule(per_second: u32, burst: u32) -> Rate {
        Rate { per_second: NonZeroU32::new(per_second).unwrap(), burst: NonZeroU32::new(burst).unwrap() }
    }

    fn limits(anonymous: Option<Rate>, user: Option<Rate>) -> Rules {
        Rules { anonymous, user, auth_per_minute: None, auth_max_failures: None }
    }

    #[test]
    fn addresses_and_users_have_buckets_of_their_own() {
        let limits = RateLimits::new(limits(Some(rule(1, 1)), Some(rule(1, 2))));
        let (here, there) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!(limits.admit(None, here).is_ok());
        assert_eq!(limits.admit(None, here).unwrap_err().code(), Code::RateLimited);
        assert!(limits.admit(None, there).is_ok());
        let user = UserId::new();
        assert!(limits.admit(Some(user), here).is_ok());
        assert!(limits.admit(Some(user), there).is_ok());
        assert!(limits.admit(Some(user), there).is_err());
    }

    #[test]
    fn one_ipv6_site_is_one_caller() {
        let limits = RateLimits::new(limits(Some(rule(1, 1)), None));
        assert!(limits.admit(None, "2001:db8::1".parse().unwrap()).is_ok());
        assert!(limits.admit(None, "2001:db8::2".parse().unwrap()).is_err());
        assert!(limits.admit(None, "2001:db8:0:1::1".parse().unwrap()).is_ok());
    }

    #[test]
    fn no_rule_is_no_limit_and_a_new_rule_counts_at_once() {
        let all = RateLimits::new(limits(None, None));
        let here = "192.0.2.1".parse().unwrap();
        assert!((0..1_000).all(|_| all.admit(None, here).is_ok()));
        all.reconfigure(limits(Some(rule(1, 1)), None));
        assert!(all.admit(None, here).is_ok());
        assert!(all.admit(None, here).is_err());
    }
}
