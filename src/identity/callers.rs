//! Answers about sessions, kept for a short time so that not every request asks the store.

use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::Caller;
use crate::clock::Time;
use crate::id::SessionId;

/// How long an answer is good for, unless it is dropped.
const FRESH: Duration = Duration::from_secs(30);
const MOST: u64 = 50_000;

/// What is known about sessions.
#[derive(Debug)]
pub(super) struct Callers(Cache<SessionId, Known>);

#[derive(Debug, Clone)]
enum Known {
    Caller { caller: Caller, asked: Time },
    Ended,
}

impl Callers {
    pub fn new() -> Self {
        // The least recently used goes first, so that what was just written is never what goes.
        Self(Cache::builder().max_capacity(MOST).eviction_policy(EvictionPolicy::lru()).build())
    }

    /// The session's user, if somebody asked not long ago and the session was not ended since.
    pub fn get(&self, session: SessionId, now: Time) -> Option<Caller> {
        match self.0.get(&session)? {
            Known::Caller { caller, asked } if now.since(asked) <= FRESH => Some(caller),
            Known::Caller { .. } | Known::Ended => None,
        }
    }

    /// Keeps an answer the store gave at `asked`, unless the session was ended in the meantime: then `false`.
    pub fn keep(&self, caller: &Caller, asked: Time) -> bool {
        let entry =
            self.0.entry(caller.session).and_upsert_with(|known| match known.map(moka::Entry::into_value) {
                Some(Known::Ended) => Known::Ended,
                Some(Known::Caller { .. }) | None => Known::Caller { caller: caller.clone(), asked },
            });
        matches!(entry.value(), Known::Caller { .. })
    }

    /// Drops the answer; an answer the store gives to somebody who asked before this does not bring it back.
    pub fn end(&self, session: SessionId) {
        self.0.entry(session).and_upsert_with(|_| Known::Ended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;
    use crate::identity::Role;

    fn caller() -> Caller {
        Caller {
            user: UserId::new(),
            session: SessionId::new(),
            role: Role::User,
            email: "a@example.com".into(),
        }
    }

    #[test]
    fn an_answer_is_good_for_half_a_minute() {
        let (callers, caller, asked) = (Callers::new(), caller(), Time::from_millis(0));
        assert!(callers.keep(&caller, asked));
        assert_eq!(callers.get(caller.session, asked.plus(FRESH)), Some(caller.clone()));
        assert_eq!(callers.get(caller.session, asked.plus(FRESH + Duration::from_millis(1))), None);
    }

    #[test]
    fn a_slow_answer_does_not_bring_an_ended_session_back() {
        let (callers, caller, now) = (Callers::new(), caller(), Time::from_millis(0));
        callers.end(caller.session);
        assert!(!callers.keep(&caller, now));
        assert_eq!(callers.get(caller.session, now), None);
    }
}
