//! What runs as a local process, and how it is built before.

use std::path::PathBuf;
use std::time::Duration;

use crate::dev::ready::Question;

/// A program that is a service of the stack.
#[derive(Debug, Clone)]
pub struct Program {
    /// The service.
    pub service: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Where it runs.
    pub folder: PathBuf,
    /// Variables beside those of the user.
    pub environment: Vec<(String, String)>,
    /// Where it will listen.
    pub port: u16,
    /// How it is asked whether it is ready.
    pub question: Question,
    /// What has to be done before it can run, and again when its sources changed.
    pub build: Option<Build>,
}

/// How a program is made from its sources.
#[derive(Debug, Clone)]
pub struct Build {
    /// The program that builds, and its arguments.
    pub command: Vec<String>,
    /// What it makes.
    pub product: PathBuf,
    /// What takes the place of the product when the build was good.
    pub program: PathBuf,
}

/// How a process that ended by itself is started again.
#[derive(Debug, Clone)]
pub struct Restarts {
    /// The pause before the first attempt; the next ones double.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// So many ends ..
    pub most: usize,
    /// .. in this time are too many.
    pub within: Duration,
}

impl Default for Restarts {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            most: 5,
            within: Duration::from_mins(1),
        }
    }
}

/// The ends of a process, and what follows from them.
#[derive(Debug, Default)]
pub(super) struct Ends(Vec<Duration>);

impl Ends {
    /// One more end, at this time since the first start: the pause before the next start, or none when it is given up.
    pub(super) fn another(&mut self, at: Duration, rules: &Restarts) -> Option<Duration> {
        self.0.retain(|end| at.saturating_sub(*end) < rules.within);
        self.0.push(at);
        let ends = self.0.len();
        if ends >= rules.most {
            return None;
        }
        let doubled = u32::try_from(ends - 1).map_or(u32::MAX, |doublings| 2_u32.saturating_pow(doublings));
        Some(rules.first.saturating_mul(doubled).min(rules.longest))
    }

    /// It is started anew by the user.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_five_ends_in_a_minute_are_too_many() {
        let rules = Restarts::default();
        let mut ends = Ends::default();
        let mut at =
            |seconds| ends.another(Duration::from_secs(seconds), &rules).map(|pause| pause.as_secs());
        assert_eq!([at(0), at(2), at(5), at(10)], [Some(1), Some(2), Some(4), Some(8)]);
        assert_eq!(at(19), None);
        assert_eq!(at(200), Some(1), "what is long ago does not count");
    }
}
