//! `.dockerignore`: which files of a context stay at home. The rules are Docker's, which are not Git's: patterns count
//! from the context, the last one that matches decides, and a pattern that matches a folder matches what is in it.

use regex::Regex;

/// The patterns of a file, in their order.
#[derive(Debug, Default)]
pub struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    /// `!`: what it matches is sent after all.
    kept: bool,
    /// What comes before the first wildcard.
    literal: String,
    expression: Regex,
}

impl Ignore {
    /// Reads patterns. One that cannot be understood is told.
    pub fn read(text: &str) -> Result<Self, String> {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let mut patterns = Vec::new();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (kept, written) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            let path = clean(written);
            if path == "." && !kept {
                // Docker ignores a pattern that would leave nothing.
                continue;
            }
            let wrong = || format!("the pattern {line} cannot be understood");
            let expression = Regex::new(&expression(&path)).map_err(|_| wrong())?;
            let literal = path.split(['*', '?', '[', '\\']).next().unwrap_or_default().to_owned();
            patterns.push(Pattern { kept, literal, expression });
        }
        Ok(Self { patterns })
    }

    /// Whether a path of the context, with slashes, stays at home.
    pub fn excludes(&self, path: &str) -> bool {
        self.patterns.iter().fold(false, |excluded, pattern| {
            // A pattern that would change nothing needs no look.
            if excluded != pattern.kept || !pattern.matches(path) { excluded } else { !pattern.kept }
        })
    }

    /// Whether something below an excluded folder may be sent after all.
    pub fn may_keep_below(&self, folder: &str) -> bool {
        let folder = format!("{folder}/");
        let kept = self.patterns.iter().filter(|pattern| pattern.kept);
        kept.into_iter()
            .any(|pattern| pattern.literal.starts_with(&folder) || folder.starts_with(&pattern.literal))
    }
}

impl Pattern {
    fn matches(&self, path: &str) -> bool {
        let parents = path.match_indices('/').map(|(at, _)| &path[..at]);
        self.expression.is_match(path) || parents.into_iter().any(|parent| self.expression.is_match(parent))
    }
}

/// `/a//b/../c/` is `a/c`.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The pattern as an expression.
fn expression(pattern: &str) -> String {
    let mut regex = String::from(r"\A");
    let mut rest = pattern.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '*' if rest.next_if_eq(&'*').is_some() => {
                rest.next_if_eq(&'/');
                regex += if rest.peek().is_none() { ".*" } else { "(?:.*/)?" };
            }
            '*' => regex += "[^/]*",
            '?' => regex += "[^/]",
            // Sets are written the same way.
            '[' | ']' | '-' => regex.push(char),
            '^' => regex.push('^'),
            '\\' => regex += &regex::escape(&rest.next().unwrap_or('\\').to_string()),
            char => regex += &regex::escape(&char.to_string()),
        }
    }
    regex + r"\z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(patterns: &str, excluded: &[&str], sent: &[&str]) {
        let ignore = Ignore::read(patterns).unwrap();
        for path in excluded {
            assert!(ignore.excludes(path), "{patterns:?} leaves {path} in");
        }
        for path in sent {
            assert!(!ignore.excludes(path), "{patterns:?} takes {path} out");
        }
    }

    #[test]
    fn patterns_count_from_the_context() {
        check("target", &["target", "target/debug/x"], &["src/target", "targets"]);
        check("/target/", &["target/x"], &["a/target"]);
        check("a/../b", &["b"], &["a"]);
    }

    #[test]
    fn a_star_stays_within_a_folder_and_two_do_not() {
        check("*.log", &["x.log"], &["a/x.log"]);
        check("*/*.log", &["a/x.log"], &["x.log", "a/b/x.log"]);
        check("**/*.log", &["x.log", "a/x.log", "a/b/x.log"], &["x.logs"]);
        check("a/**", &["a/b", "a/b/c"], &["b"]);
        check("a/**/z", &["a/z", "a/b/z", "a/b/c/z"], &["b/z"]);
        check("**", &["x", "a/b"], &[]);
        check("file?", &["file1"], &["file", "file10", "file/"]);
        check("[a-c]x", &["ax", "cx"], &["dx"]);
        check("a.b", &["a.b"], &["aXb"]);
        check(r"a\*b", &["a*b"], &["aXb"]);
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        check("*\n!keep\n", &["x"], &["keep", "keep/deep"]);
        check("!keep\n*\n", &["keep"], &[]);
        check("*.md\n!README*.md\nREADME-secret.md", &["a.md", "README-secret.md"], &["README.md"]);
        check("node_modules\n! node_modules/a", &["node_modules/b"], &["node_modules/a"]);
    }

    #[test]
    fn comments_blank_lines_and_marks_mean_nothing() {
        check("\u{feff}# x\n\n  a  \r\n.\n", &["a"], &["x", "b"]);
    }

    #[test]
    fn an_excluded_folder_is_entered_only_for_what_may_be_in_it() {
        let ignore = Ignore::read("*\n!src/keep\n").unwrap();
        assert!(ignore.may_keep_below("src"));
        assert!(!ignore.may_keep_below("target"));
        assert!(Ignore::read("*\n!**/x\n").unwrap().may_keep_below("target"));
    }

    #[test]
    fn a_broken_pattern_is_named() {
        assert!(Ignore::read("a\n[b\n").unwrap_err().contains("[b"));
    }
}
