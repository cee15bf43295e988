//! What a builder says, as lines.

use std::collections::{HashSet, VecDeque};

use bollard::models::{BuildInfo, BuildInfoAux};

use crate::redact;

/// How many of the last lines are kept for when it fails.
const KEPT: usize = 40;
/// Longest line, in bytes; a longer one is told in parts.
const LONGEST: usize = 64 * 1024;

/// What was said up to now.
#[derive(Debug, Default)]
pub struct Said {
    lines: VecDeque<String>,
    open: String,
    /// The steps that were told: BuildKit tells each more than once.
    told: HashSet<String>,
}

impl Said {
    /// What a step of either builder says.
    fn words(&mut self, step: BuildInfo) -> String {
        let mut text = step.stream.unwrap_or_default();
        if let Some(BuildInfoAux::BuildKit(status)) = step.aux {
            for vertex in status.vertexes.into_iter().filter(|vertex| vertex.completed.is_some()) {
                if self.told.insert(vertex.digest) {
                    let cached = if vertex.cached { "CACHED " } else { "" };
                    text.extend([cached, &vertex.name, "\n"]);
                }
            }
            for log in &status.logs {
                text += &String::from_utf8_lossy(&log.msg);
            }
        }
        text
    }

    /// Hears a step, and tells each line that is whole.
    pub fn hear(&mut self, step: BuildInfo, line: &mut impl FnMut(&str)) {
        let words = self.words(step);
        self.open += &words;
        while let Some(end) = self.end_of_line() {
            let rest = self.open.split_off(end);
            let whole = redact::text(self.open.trim_end());
            self.open = rest;
            if whole.is_empty() {
                continue;
            }
            line(&whole);
            if self.lines.len() == KEPT {
                self.lines.pop_front();
            }
            self.lines.push_back(whole);
        }
    }

    /// Where the first line ends, once it does.
    fn end_of_line(&self) -> Option<usize> {
        let found = self.open.find('\n').map(|at| at + 1);
        found.or_else(|| (self.open.len() > LONGEST).then(|| self.open.floor_char_boundary(LONGEST)))
    }

    /// The last lines.
    pub fn lines(&self) -> Vec<String> {
        let open = Some(redact::text(self.open.trim_end())).filter(|open| !open.is_empty());
        self.lines.iter().cloned().chain(open).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(stream: &str) -> BuildInfo {
        BuildInfo { stream: Some(stream.to_owned()), ..BuildInfo::default() }
    }

    #[test]
    fn lines_are_told_when_they_are_whole_and_one_without_an_end_in_parts() {
        let (mut said, mut told) = (Said::default(), Vec::new());
        for text in ["one\ntw", "o\n\n", "rest"] {
            said.hear(step(text), &mut |line| told.push(line.to_owned()));
        }
        assert_eq!(told, ["one", "two"]);
        assert_eq!(said.lines(), ["one", "two", "rest"]);
        said.hear(step(&"ü".repeat(LONGEST)), &mut |line| told.push(line.to_owned()));
        assert!(told[2].starts_with("restü") && told[2].len() <= LONGEST);
    }
}
