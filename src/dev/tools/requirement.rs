//! Which versions of a program a checkout can work with.

use std::fmt;

use semver::{Comparator, Op, Version, VersionReq};

use super::tool::read;

/// Which versions will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// As it is written in its source.
    text: String,
    /// The oldest version that will do.
    minimum: Version,
    /// What is asked for exactly, as alternatives; empty where the minimum is all.
    ranges: Vec<VersionReq>,
    /// What is installed where nothing will do: the release line that a minimum names.
    line: Option<VersionReq>,
}

impl Requirement {
    /// Any version.
    pub fn any() -> Self {
        Self { text: String::new(), minimum: Version::new(0, 0, 0), ranges: Vec::new(), line: None }
    }

    /// This version or a newer one.
    pub fn at_least(text: &str) -> Option<Self> {
        let minimum = read(text)?;
        let line = VersionReq::parse(&format!("={}", bare(text))).ok();
        Some(Self { text: format!("{minimum} or newer"), minimum, ranges: Vec::new(), line })
    }

    /// A range as `engines` of `package.json` spells it: `>=18.18`, `^20 || >=22`, `18 - 22`, `20.x`.
    pub fn range(text: &str) -> Option<Self> {
        let ranges = text.split("||").map(alternative).collect::<Option<Vec<_>>>()?;
        let minimum = ranges.iter().map(lowest).min()?;
        Some(Self { text: text.trim().to_owned(), minimum, ranges, line: None })
    }

    /// The oldest version that will do.
    pub fn minimum(&self) -> &Version {
        &self.minimum
    }

    /// The one version that is named in full.
    pub(super) fn exact(&self) -> Option<&Version> {
        let named = self.line.iter().chain(&self.ranges).next().filter(|_| self.ranges.len() < 2)?;
        let full = |one: &Comparator| one.op == Op::Exact && one.minor.is_some() && one.patch.is_some();
        matches!(&named.comparators[..], [one] if full(one)).then_some(&self.minimum)
    }

    /// Whether a version is the one to install where nothing will do.
    pub(super) fn means(&self, version: &Version) -> bool {
        self.line.as_ref().is_none_or(|line| line.matches(version))
    }

    /// Whether it says anything.
    pub fn is_any(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether a version is new enough.
    pub fn is_met(&self, version: &Version) -> bool {
        *version >= self.minimum
    }

    /// Whether a version is within what is asked for; one that is newer may do all the same.
    pub fn includes(&self, version: &Version) -> bool {
        self.is_met(version)
            && (self.ranges.is_empty() || self.ranges.iter().any(|range| range.matches(version)))
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_any() { "any version" } else { &self.text })
    }
}

/// Comparators that hold together.
fn alternative(text: &str) -> Option<VersionReq> {
    if let Some((from, to)) = text.split_once(" - ") {
        let text = format!(">={}, <={}", bare(from), bare(to));
        return VersionReq::parse(&text).ok();
    }
    let mut comparators = Vec::new();
    let mut operator = String::new();
    for word in text.split_whitespace() {
        // The operator may stand apart: `>= 18`.
        let word = operator.clone() + word;
        if word.chars().all(|c| "<>=~^".contains(c)) {
            operator = word;
            continue;
        }
        operator.clear();
        let at = word.find(|c| !"<>=~^".contains(c)).unwrap_or(0);
        let (sign, version) = word.split_at(at);
        let version = bare(version);
        // Without an operator npm means the version itself, as far as it is told.
        let sign = if sign.is_empty() && !version.contains(['x', 'X', '*']) { "=" } else { sign };
        comparators.push(format!("{sign}{version}"));
    }
    let text = if comparators.is_empty() { "*".to_owned() } else { comparators.join(", ") };
    operator.is_empty().then(|| VersionReq::parse(&text).ok()).flatten()
}

fn bare(version: &str) -> &str {
    let version = version.trim();
    version.strip_prefix(['v', 'V']).unwrap_or(version)
}

/// The oldest version in a range.
fn lowest(range: &VersionReq) -> Version {
    let bound = |comparator: &Comparator| {
        let Comparator { op, major, minor, patch, .. } = comparator;
        let (major, minor_or, patch_or) = (*major, minor.unwrap_or(0), patch.unwrap_or(0));
        match op {
            Op::Greater => match (minor, patch) {
                (None, _) => Version::new(major + 1, 0, 0),
                (Some(minor), None) => Version::new(major, minor + 1, 0),
                (Some(minor), Some(patch)) => Version::new(major, *minor, patch + 1),
            },
            Op::Less | Op::LessEq => Version::new(0, 0, 0),
            // The enum may grow, and the others begin where they are written.
            _ => Version::new(major, minor_or, patch_or),
        }
    };
    range.comparators.iter().map(bound).max().unwrap_or(Version::new(0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_npm_reads_it() {
        for (text, inside, too_old, newer) in [
            (">=18.18", "20.1.0", "18.17.9", None),
            (">= 18.18.0 <21", "20.1.0", "18.17.9", Some("21.0.0")),
            ("^20 || ^22.1", "22.3.0", "19.9.0", Some("23.0.0")),
            ("20.x", "20.19.4", "19.0.0", Some("21.0.0")),
            ("20", "20.19.4", "19.9.9", Some("21.0.0")),
            ("v20.11.1", "20.11.1", "20.11.0", Some("20.11.2")),
            ("18 - 22.4", "22.4.1", "17.0.0", Some("22.5.0")),
            ("~20.11", "20.11.9", "20.10.0", Some("20.12.0")),
            (">20", "21.0.0", "20.9.9", None),
        ] {
            let range = Requirement::range(text).unwrap();
            let version = |text: &str| Version::parse(text).unwrap();
            assert!(range.includes(&version(inside)), "{text} includes {inside}");
            assert!(!range.is_met(&version(too_old)), "{text} is not met by {too_old}");
            if let Some(newer) = newer.map(version) {
                assert!(range.is_met(&newer) && !range.includes(&newer), "{text} is met by {newer}");
            }
        }
        assert!(Requirement::range("*").unwrap().includes(&Version::new(1, 0, 0)));
        for text in ["latest", ">=", "1.2.3.4.5", "^"] {
            assert_eq!(Requirement::range(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_named_in_full_is_installed_as_it_is() {
        let exact = |found: Option<Requirement>| found.unwrap().exact().map(ToString::to_string);
        assert_eq!(exact(Requirement::at_least("v20.11.1")).as_deref(), Some("20.11.1"));
        assert_eq!(exact(Requirement::range("20.11.1")).as_deref(), Some("20.11.1"));
        for range in ["20.11", "^20.11.1", "20.11.1 || 22.1.0", ">=20.11.1"] {
            assert_eq!(exact(Requirement::range(range)), None, "{range}");
        }
        assert_eq!(exact(Requirement::at_least("20")), None);
        let version = |text: &str| Version::parse(text).unwrap();
        let named = Requirement::at_least("20").unwrap();
        assert!(named.means(&version("20.19.0")) && !named.means(&version("22.1.0")));
    }

    #[test]
    fn a_minimum_is_met_by_what_is_newer_a_candidate_of_a_release_included() {
        let minimum = Requirement::at_least("1.25").unwrap();
        assert!(minimum.includes(&read("1.26rc1").unwrap()) && !minimum.includes(&read("1.25rc1").unwrap()));
        assert_eq!(minimum.to_string(), "1.25.0 or newer");
    }
}
