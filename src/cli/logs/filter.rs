//! Which lines are shown.

use std::collections::HashMap;
use std::sync::Arc;

use regex::Regex;

use crate::dev::logs::{Entry, Level, Origin};
use crate::docker::Stdio;

/// What a line must be like.
#[derive(Debug)]
pub struct Filter {
    grep: Option<Regex>,
    invert: bool,
    level: Option<Level>,
    /// The last level of each stream: lines that do not say belong to the one before, as those of a stack trace do.
    last: HashMap<(Arc<Origin>, Stdio), Level>,
}

impl Filter {
    /// Lines that match, or do not, and are this severe or worse.
    pub fn new(grep: Option<Regex>, invert: bool, level: Option<Level>) -> Self {
        Self { grep, invert, level, last: HashMap::new() }
    }

    /// Whether a line is shown.
    pub fn passes(&mut self, entry: &Entry) -> bool {
        if self.grep.is_none() && self.level.is_none() {
            return true;
        }
        let text = String::from_utf8_lossy(&entry.line.text);
        let severe = match self.level {
            None => true,
            Some(wanted) => {
                let key = (Arc::clone(&entry.origin), entry.stream());
                let level = Level::of(&text).or_else(|| self.last.get(&key).copied());
                if let Some(level) = level {
                    self.last.insert(key, level);
                }
                level.is_none_or(|level| level <= wanted)
            }
        };
        severe && self.grep.as_ref().is_none_or(|grep| grep.is_match(&text) != self.invert)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::docker::Line;

    #[test]
    fn lines_that_do_not_say_how_severe_they_are_go_with_the_one_before() {
        let origin = Arc::new(Origin::Process { service: "core".to_owned() });
        let entry = |stream, text: &str| Entry {
            origin: Arc::clone(&origin),
            line: Line { time: Timestamp::UNIX_EPOCH, stream, text: text.as_bytes().to_vec() },
        };
        let mut filter = Filter::new(Some(Regex::new("x").unwrap()), true, Some(Level::Warn));
        for (stream, text, shown) in [
            (Stdio::Out, "unknown", true),
            (Stdio::Out, "INFO fine", false),
            (Stdio::Out, "  behind it", false),
            (Stdio::Err, "  the other stream", true),
            (Stdio::Err, "ERROR bad", true),
            (Stdio::Err, "  at main", true),
            (Stdio::Err, "  at x", false),
        ] {
            assert_eq!(filter.passes(&entry(stream, text)), shown, "{text}");
        }
    }
}
