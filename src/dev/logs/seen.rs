//! Which lines of a container were told already (cli.md 3.6).
//!
//! An engine can be asked for lines since a second, so what comes again has to be dropped by its nanoseconds. The two
//! streams of a container are written by different hands: near the end of a log their times are not in order, and a
//! line can be older than one that was told before it. So the lines of the last two seconds are counted.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::docker::{Line, Stdio};

/// How far back lines may still appear.
const SLACK: SignedDuration = SignedDuration::from_secs(1);

/// What was told of one container.
#[derive(Debug, Default)]
pub(super) struct Seen {
    newest: Option<Timestamp>,
    /// Lines before it are not wanted.
    floor: Option<Timestamp>,
    /// The lines from [`Seen::since`] on.
    counts: HashMap<(Timestamp, Stdio), u32>,
    /// Those that will come again.
    again: HashMap<(Timestamp, Stdio), u32>,
}

impl Seen {
    /// Nothing older than this is wanted.
    pub(super) fn from(floor: Option<Timestamp>) -> Self {
        Self { floor, ..Self::default() }
    }

    /// Nothing is older than what was told first.
    pub(super) fn settle(&mut self, oldest: Timestamp) {
        self.floor = Some(self.floor.map_or(oldest, |floor| floor.max(oldest)));
    }

    /// The lines are read again; says from when on.
    pub(super) fn again(&mut self) -> Option<Timestamp> {
        self.again = self.counts.clone();
        self.since().or(self.floor)
    }

    /// Whether a line is a new one.
    pub(super) fn is_new(&mut self, line: &Line) -> bool {
        if self.floor.is_some_and(|floor| line.time < floor) {
            return false;
        }
        let key = (line.time, line.stream);
        if let Some(count) = self.again.get_mut(&key)
            && *count > 0
        {
            *count -= 1;
            return false;
        }
        let before = self.since();
        self.newest = self.newest.max(Some(line.time));
        *self.counts.entry(key).or_default() += 1;
        let since = self.since();
        if since != before {
            self.counts.retain(|(time, _), _| Some(*time) >= since);
        }
        true
    }

    /// The second from which on lines are counted.
    fn since(&self) -> Option<Timestamp> {
        let newest = self.newest?;
        let second = Timestamp::from_second(newest.as_second()).ok()?;
        second.checked_sub(SLACK).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(nanoseconds: i64, stream: Stdio) -> Line {
        let time =
            Timestamp::new(nanoseconds / 1_000_000_000, i32::try_from(nanoseconds % 1_000_000_000).unwrap());
        Line { time: time.unwrap(), stream, text: Vec::new() }
    }

    #[test]
    fn what_comes_again_is_dropped_and_what_is_new_is_not_even_if_it_is_older() {
        let mut seen = Seen::default();
        assert_eq!(seen.again(), None);
        for time in [5_100_000_000, 9_900_000_000, 10_500_000_000] {
            assert!(seen.is_new(&line(time, Stdio::Out)));
        }
        assert!(seen.is_new(&line(10_500_000_000, Stdio::Out)), "two lines of one time are two");
        assert_eq!(seen.again(), Timestamp::from_second(9).ok());
        for (time, stream, new) in [
            (9_900_000_000, Stdio::Out, false),
            (9_950_000_000, Stdio::Err, true),
            (10_500_000_000, Stdio::Out, false),
            (10_500_000_000, Stdio::Err, true),
            (10_500_000_000, Stdio::Out, false),
            (10_500_000_000, Stdio::Out, true),
            (11_000_000_000, Stdio::Out, true),
        ] {
            assert_eq!(seen.is_new(&line(time, stream)), new, "{time} {stream:?}");
        }
        assert_eq!(seen.again(), Timestamp::from_second(10).ok());
        assert!(!seen.is_new(&line(10_500_000_000, Stdio::Out)));
    }

    #[test]
    fn nothing_older_than_the_first_told_line_appears() {
        let mut seen = Seen::from(None);
        assert!(seen.is_new(&line(10_900_000_000, Stdio::Out)));
        seen.settle(Timestamp::new(10, 900_000_000).unwrap());
        seen.again();
        assert!(!seen.is_new(&line(10_100_000_000, Stdio::Out)));
        assert!(!seen.is_new(&line(10_900_000_000, Stdio::Out)));
        assert!(seen.is_new(&line(10_950_000_000, Stdio::Out)));
    }
}
