//! The programs, and how each tells its version.

use semver::{BuildMetadata, Prerelease, Version};

/// A program that a checkout may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// Node.js.
    Node,
    /// npm, which comes with Node.js.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn.
    Yarn,
    /// Bun.
    Bun,
    /// Go.
    Go,
    /// Air, which builds Go programs again when they change.
    Air,
}

impl Tool {
    /// Every tool, in the order they are shown.
    pub const ALL: [Self; 7] =
        [Self::Node, Self::Npm, Self::Pnpm, Self::Yarn, Self::Bun, Self::Go, Self::Air];

    /// The program.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
            Self::Go => "go",
            Self::Air => "air",
        }
    }

    /// The page that tells how to get it.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Node | Self::Npm => "https://nodejs.org/en/download",
            Self::Pnpm => "https://pnpm.io/installation",
            Self::Yarn => "https://yarnpkg.com/getting-started/install",
            Self::Bun => "https://bun.com/docs/installation",
            Self::Go => "https://go.dev/dl/",
            Self::Air => "https://github.com/air-verse/air#installation",
        }
    }

    /// Whether its vendor has archives that can be installed for one user, or systems have packages of it.
    pub const fn is_installable(self) -> bool {
        match self {
            Self::Node | Self::Npm | Self::Go => true,
            Self::Pnpm | Self::Yarn | Self::Bun | Self::Air => false,
        }
    }

    /// What makes it tell its version.
    pub(super) const fn question(self) -> &'static str {
        match self {
            Self::Node | Self::Npm | Self::Pnpm | Self::Yarn | Self::Bun => "--version",
            Self::Go => "version",
            Self::Air => "-v",
        }
    }

    /// The version in what it answers: `v20.20.2`, `11.19.1`, `go version go1.26.8 linux/amd64`.
    pub(super) fn version(self, answer: &str) -> Option<Version> {
        answer.split_whitespace().find_map(|word| {
            let word = match self {
                Self::Go => word.strip_prefix("go")?,
                Self::Node | Self::Npm | Self::Pnpm | Self::Yarn | Self::Bun | Self::Air => word,
            };
            read(word)
        })
    }
}

/// Reads a version as Node.js and Go write theirs; parts that are missing are 0: `v20`, `1.25`, `1.26rc1`.
pub(super) fn read(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let mut parts = numbers.split('.').map(str::parse::<u64>);
    let first = parts.next()?.ok()?;
    let mut next = || parts.next().unwrap_or(Ok(0)).ok();
    let (second, third) = (next()?, next()?);
    let rest = rest.split('+').next().unwrap_or_default().trim_start_matches('-');
    // Go's release candidates are told apart by their number: rc1, rc2.
    let pre = Prerelease::new(rest).unwrap_or(Prerelease::EMPTY);
    Some(Version { major: first, minor: second, patch: third, pre, build: BuildMetadata::EMPTY })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tells_its_version_in_its_own_way() {
        for (tool, answer, expected) in [
            (Tool::Node, "v20.20.2\n", "20.20.2"),
            (Tool::Npm, "11.19.1", "11.19.1"),
            (Tool::Bun, "1.2.4+fd9a5ea66", "1.2.4"),
            (Tool::Go, "go version go1.26.8 linux/amd64", "1.26.8"),
            (Tool::Go, "go version go1.21 darwin/arm64", "1.21.0"),
            (Tool::Go, "go version go1.26rc1 linux/amd64", "1.26.0-rc1"),
            (Tool::Go, "go version go1.24.4 X:nocoverageredesign linux/amd64", "1.24.4"),
            (Tool::Air, "\n  __    _   ___  \n /_/-- |_| |_|_ v1.61.7, built with Go go1.23", "1.61.7"),
        ] {
            assert_eq!(tool.version(answer).map(|version| version.to_string()).as_deref(), Some(expected));
        }
        assert_eq!(Tool::Go.version("devel"), None);
    }
}
