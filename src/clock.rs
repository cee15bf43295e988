//! Time as a value: expiry, back-off and leases take the clock they are given and are tested without sleeping.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time, UTC, to the millisecond.
///
/// In JSON it is RFC 3339 with milliseconds and a trailing Z (`2026-01-02T03:04:05.678Z`), which sorts as text;
/// in BSON it is a date. "Never" is [`Time::NEVER`], `0001-01-01T00:00:00Z` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(Timestamp);

impl Time {
    /// What the wire calls "never": `0001-01-01T00:00:00Z`.
    pub const NEVER: Self = Self(Timestamp::constant(-62_135_596_800, 0));

    /// From milliseconds since 1970, saturating at the ends of what a timestamp can hold.
    pub fn from_millis(millis: i64) -> Self {
        let end = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Self(Timestamp::from_millisecond(millis).unwrap_or(end))
    }

    /// Milliseconds since 1970.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole seconds since 1970.
    pub fn as_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// This time plus `span`, saturating.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self::from_millis(
            self.as_millis().saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// This time minus `span`, saturating.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self::from_millis(
            self.as_millis().saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How long after `earlier` this is; zero when it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.as_millis() - earlier.as_millis()).unwrap_or(0))
    }

    /// The timestamp itself, for formatting.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }
}

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self::from_millis(at.as_millisecond())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NEVER { f.write_str("0001-01-01T00:00:00Z") } else { write!(f, "{:.3}", self.0) }
    }
}

impl FromStr for Time {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<Timestamp>().map(Self::from)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            bson::DateTime::from_millis(self.as_millis()).serialize(to)
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            bson::DateTime::deserialize(from).map(|date| Self::from_millis(date.timestamp_millis()))
        }
    }
}

/// Where "now" comes from: the system, or a test's hand.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<Mutex<Time>>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn manual(start: Time) -> Self {
        Self(Some(Arc::new(Mutex::new(start))))
    }

    /// The time now.
    pub fn now(&self) -> Time {
        match &self.0 {
            None => Timestamp::now().into(),
            Some(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a manual clock; the system's clock goes its own way.
    pub fn advance(&self, span: Duration) {
        if let Some(at) = &self.0 {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = at.plus(span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_milliseconds_and_sorts_as_text() {
        let early = Time::from_millis(1_000);
        let late = Time::from_millis(1_001);
        assert_eq!(early.to_string(), "1970-01-01T00:00:01.000Z");
        assert!(early.to_string() < late.to_string());
        assert_eq!(serde_json::from_str::<Time>("\"1970-01-01T00:00:01.001Z\"").unwrap(), late);
    }

    #[test]
    fn never_is_the_first_year() {
        assert_eq!(serde_json::to_string(&Time::NEVER).unwrap(), "\"0001-01-01T00:00:00Z\"");
        assert_eq!("0001-01-01T00:00:00Z".parse::<Time>().unwrap(), Time::NEVER);
    }

    #[test]
    fn bson_keeps_it_as_a_date() {
        let at = Time::from_millis(1_700_000_000_123);
        let bytes = bson::serialize_to_vec(&std::collections::BTreeMap::from([("at", at)])).unwrap();
        let document: bson::Document = bson::deserialize_from_slice(&bytes).unwrap();
        assert_eq!(document.get_datetime("at").unwrap().timestamp_millis(), 1_700_000_000_123);
        let back: std::collections::BTreeMap<String, Time> = bson::deserialize_from_slice(&bytes).unwrap();
        assert_eq!(back["at"], at);
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = Clock::manual(Time::from_millis(0));
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), Time::from_millis(5_000));
    }
}
