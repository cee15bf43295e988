//! A container that did not get where it was to get: how, its last words, and what may help.

use std::fmt;
use std::time::Duration;

use super::Wanted;
use super::hint;
use crate::dev::converge::seen::Seen;
use crate::docker::Engine;
use crate::redact;

/// How many of its last lines are told.
const LINES: usize = 20;

/// A service in trouble.
#[derive(Debug)]
pub struct Trouble {
    /// The service.
    pub service: String,
    /// The name of its container.
    pub container: String,
    /// What happened.
    pub why: Why,
    /// The last lines it wrote.
    pub lines: Vec<String>,
    /// What may help.
    pub hint: Option<&'static str>,
}

/// What happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It ended.
    Exited {
        /// How.
        code: i64,
        /// Whether it was killed because it wanted too much memory.
        oom: bool,
    },
    /// Its health check fails.
    Unhealthy,
    /// The engine starts it again and again.
    Restarts {
        /// How often it did.
        times: i64,
        /// How it ended the last time.
        code: i64,
    },
    /// Somebody waits for a health check that there is not.
    NoHealthCheck,
    /// It took too long.
    TimedOut {
        /// How long.
        after: Duration,
        /// What it did last.
        last: String,
    },
    /// It is not there any more.
    Gone,
    /// The engine does not tell.
    Engine(String),
}

impl Trouble {
    /// Reads what there is to tell of it.
    pub(in crate::dev::converge) async fn of(
        engine: &Engine,
        wanted: Wanted<'_>,
        seen: Option<&Seen>,
        why: Why,
    ) -> Self {
        let lines = match seen {
            // A log that cannot be read tells nothing.
            Some(seen) => engine.last_lines(seen.id(), LINES).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let lines: Vec<String> = lines.iter().map(|line| clean(line)).collect();
        let hint = hint::of(&why, &lines);
        let container =
            seen.map_or_else(|| wanted.id.chars().take(12).collect(), |seen| seen.name().to_owned());
        Self { service: wanted.service.to_owned(), container, why, lines, hint }
    }
}

/// A line of somebody else's on a terminal: no control characters, no secrets.
fn clean(line: &str) -> String {
    let plain = console::strip_ansi_codes(line);
    let plain: String = plain.chars().filter(|c| !c.is_control() || *c == '\t').take(2000).collect();
    redact::text(&plain)
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = &self.service;
        match &self.why {
            Why::Exited { code, oom: true } => {
                write!(f, "{service} was killed because it used more memory than it may (exit code {code})")
            }
            Why::Exited { code, oom: false } => write!(f, "{service} exited with code {code}"),
            Why::Unhealthy => write!(f, "{service} is unhealthy: its health check fails"),
            Why::Restarts { times, code } => {
                write!(f, "{service} was started {times} times again, and exited with code {code} each time")
            }
            Why::NoHealthCheck => {
                write!(f, "{service} has no health check, and another service waits for it to be healthy")
            }
            Why::TimedOut { after, last } => {
                let last = if last.is_empty() { "not ready" } else { last };
                write!(f, "{service} was not ready after {} s: {last}", after.as_secs())
            }
            Why::Gone => write!(f, "the container of {service} is not there any more"),
            Why::Engine(why) => write!(f, "the engine does not tell how {service} is: {why}"),
        }
    }
}
