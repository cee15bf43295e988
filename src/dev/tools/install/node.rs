//! Releases of Node.js: `index.json` tells which there are, `SHASUMS256.txt` of each what its archives are.

use semver::Version;
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Error;
use super::release::{LIST, Release, is_musl, is_sum};
use crate::dev::tools::{Need, Requirement, Tool, read_version};
use crate::outbound::Fetcher;

/// A version in the list.
#[derive(Debug, Deserialize)]
struct Listed {
    version: String,
    #[serde(default)]
    files: Vec<String>,
    /// `false`, or the name of the line that is supported for long.
    #[serde(default)]
    lts: Value,
}

/// The release that meets a need.
pub(super) async fn find(
    need: &Need,
    base: &str,
    fetcher: &Fetcher,
    cancel: &CancellationToken,
) -> Result<Option<Release>, Error> {
    let Some(machine) = machine() else { return Ok(None) };
    let version = match need.requirement.exact() {
        Some(version) => version.clone(),
        None => {
            let list = format!("{base}/index.json");
            let text = fetcher.get(&list, LIST, cancel).await?;
            let listed: Vec<Listed> = serde_json::from_slice(&text)
                .map_err(|error| Error::List { list: list.clone(), why: error.to_string() })?;
            choose(&listed, &need.requirement, machine.listed).ok_or_else(|| {
                let wanted = need.requirement.to_string();
                Error::NoRelease { tool: "Node.js", wanted, from: base.to_owned() }
            })?
        }
    };
    let file = format!("node-v{version}-{}.tar.gz", machine.archive);
    let list = format!("{base}/v{version}/SHASUMS256.txt");
    let text = fetcher.get(&list, LIST, cancel).await?;
    let sha256 = checksum(&String::from_utf8_lossy(&text), &file)
        .ok_or_else(|| Error::NotListed { list, file: file.clone() })?;
    let url = format!("{base}/v{version}/{file}");
    Ok(Some(Release { tool: Tool::Node, version, file, url, sha256 }))
}

/// This machine, as the list and the names of archives call it.
struct Machine {
    listed: &'static str,
    archive: &'static str,
}

fn machine() -> Option<Machine> {
    let (listed, archive) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", _) if is_musl() => return None,
        ("linux", "x86_64") => ("linux-x64", "linux-x64"),
        ("linux", "aarch64") => ("linux-arm64", "linux-arm64"),
        ("linux", "arm") => ("linux-armv7l", "linux-armv7l"),
        ("linux", "powerpc64") => ("linux-ppc64le", "linux-ppc64le"),
        ("linux", "s390x") => ("linux-s390x", "linux-s390x"),
        ("macos", "x86_64") => ("osx-x64-tar", "darwin-x64"),
        ("macos", "aarch64") => ("osx-arm64-tar", "darwin-arm64"),
        // Windows has it as a zip; its package managers are offered instead.
        _ => return None,
    };
    Some(Machine { listed, archive })
}

/// The newest that is meant; one that is supported for long before others.
fn choose(listed: &[Listed], wanted: &Requirement, machine: &str) -> Option<Version> {
    let there = listed.iter().filter(|one| one.files.iter().any(|file| file == machine));
    let all: Vec<(bool, Version)> = there
        .filter_map(|one| Some((one.lts.is_string(), read_version(&one.version)?)))
        .filter(|(_, version)| version.pre.is_empty() && wanted.includes(version))
        .collect();
    let meant = all.iter().filter(|(_, version)| wanted.means(version)).max();
    meant.or_else(|| all.iter().max()).map(|(_, version)| version.clone())
}

/// The checksum of a file in a list as `sha256sum` writes it.
pub(super) fn checksum(list: &str, file: &str) -> Option<String> {
    let found = list.lines().find_map(|line| {
        let (sum, name) = line.trim().split_once(char::is_whitespace)?;
        (name.trim().trim_start_matches('*') == file).then_some(sum)
    })?;
    is_sum(found).then(|| found.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_that_is_meant_and_supported_for_long_is_chosen() {
        let listed: Vec<Listed> = serde_json::from_str(
            r#"[{"version": "v25.1.0", "files": ["linux-x64"], "lts": false},
                {"version": "v24.11.0", "files": ["linux-arm64"], "lts": "Krypton"},
                {"version": "v22.4.0", "files": ["linux-x64"], "lts": "Jod"},
                {"version": "v22.3.0", "files": ["linux-x64"], "lts": "Jod"},
                {"version": "v20.9.1", "files": ["linux-x64"], "lts": "Iron"},
                {"version": "v19.1.0", "files": ["linux-x64"], "lts": false}]"#,
        )
        .unwrap();
        let choose = |wanted: Option<Requirement>, machine| {
            choose(&listed, &wanted.unwrap(), machine).map(|version| version.to_string())
        };
        for (range, expected) in [
            (">=18.18", Some("22.4.0")),
            ("^20", Some("20.9.1")),
            (">=23", Some("25.1.0")),
            ("19.x || 18.x", Some("19.1.0")),
            ("<19", None),
        ] {
            assert_eq!(choose(Requirement::range(range), "linux-x64").as_deref(), expected, "{range}");
        }
        assert_eq!(choose(Requirement::at_least("20"), "linux-x64").as_deref(), Some("20.9.1"));
        assert_eq!(choose(Requirement::at_least("23"), "linux-x64").as_deref(), Some("25.1.0"));
        assert_eq!(choose(Requirement::range("*"), "linux-arm64").as_deref(), Some("24.11.0"));
    }

    #[test]
    fn a_checksum_is_found_by_the_whole_name() {
        let sum = "A".repeat(64);
        let list = format!(
            "{}  node-v1-linux-x64.tar.xz\n{sum} *node-v1-linux-x64.tar.gz\nzz  other\n",
            "b".repeat(64)
        );
        assert_eq!(checksum(&list, "node-v1-linux-x64.tar.gz"), Some("a".repeat(64)));
        assert_eq!(checksum(&list, "linux-x64.tar.gz"), None);
        assert_eq!(checksum(&list, "other"), None);
    }
}
