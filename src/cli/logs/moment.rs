//! A moment as `--since` and `--until` spell it (cli.md 3.6).

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cli::args::duration;

/// A moment: how long ago, RFC 3339, a day or a time here, or seconds since 1970.
pub fn ago(text: &str) -> Result<Timestamp, String> {
    moment(text, Timestamp::now(), &TimeZone::system())
}

fn moment(text: &str, now: Timestamp, here: &TimeZone) -> Result<Timestamp, String> {
    let far = |_| "is too far from now".to_owned();
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds).map_err(far);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let local = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from));
    if let Ok(local) = local {
        return here.to_timestamp(local).map_err(far);
    }
    let Ok(before) = duration(text) else {
        return Err("use 10m, 1h30m, 2026-01-31, 2026-01-31T12:00:00Z, or seconds since 1970".to_owned());
    };
    let before = SignedDuration::try_from(before).map_err(far)?;
    now.checked_sub(before).map_err(far)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        for (text, time) in [
            ("10m", "2026-11-25T11:50:00Z"),
            ("1h30m", "2026-11-25T10:30:00Z"),
            ("1764000000", "2025-11-24T16:00:00Z"),
            ("2026-11-25T12:30:00+02:00", "2026-11-25T10:30:00Z"),
            ("2026-11-24", "2026-11-24T00:00:00Z"),
            ("2026-11-24T08:00:00", "2026-11-24T08:00:00Z"),
        ] {
            assert_eq!(moment(text, now, &TimeZone::UTC).unwrap().to_string(), time, "{text}");
        }
        assert!(moment("yesterday", now, &TimeZone::UTC).is_err());
        assert!(moment("99999999999999", now, &TimeZone::UTC).is_err());
    }
}
