//! Releases of Go: the list of the vendor tells which there are, and what their archives are.

use semver::Version;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::Error;
use super::release::{LIST, Release, is_sum};
use crate::dev::tools::{Need, Requirement, Tool, read_version};
use crate::outbound::{DownloadError, Fetcher};

/// A version in the list, newest first.
#[derive(Debug, Deserialize)]
struct Listed {
    version: String,
    #[serde(default)]
    stable: bool,
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    filename: String,
    #[serde(default)]
    sha256: String,
}

/// The release that meets a need.
pub(super) async fn find(
    need: &Need,
    base: &str,
    fetcher: &Fetcher,
    cancel: &CancellationToken,
) -> Result<Option<Release>, Error> {
    let Some(machine) = machine() else { return Ok(None) };
    let list = format!("{base}/?mode=json&include=all");
    let listed = match fetcher.get(&list, LIST, cancel).await {
        Ok(text) => serde_json::from_slice::<Vec<Listed>>(&text).ok(),
        Err(DownloadError::Status { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let (version, file, sha256) = match listed {
        Some(listed) => choose(&listed, &need.requirement, &machine).ok_or_else(|| {
            let wanted = need.requirement.to_string();
            Error::NoRelease { tool: "Go", wanted, from: base.to_owned() }
        })?,
        // A mirror of nothing but files has the checksum beside each.
        None => {
            let version = need.requirement.exact().unwrap_or(need.requirement.minimum()).clone();
            let file = format!("{}.{machine}.tar.gz", name(&version));
            let list = format!("{base}/{file}.sha256");
            let text = fetcher.get(&list, LIST, cancel).await?;
            let text = String::from_utf8_lossy(&text);
            let sum = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
            (version, file, sum)
        }
    };
    if !is_sum(&sha256) {
        return Err(Error::NotListed { list: base.to_owned(), file });
    }
    let url = format!("{base}/{file}");
    Ok(Some(Release { tool: Tool::Go, version, file, url, sha256 }))
}

fn machine() -> Option<String> {
    let system = match std::env::consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        // Windows has it as a zip; its package managers are offered instead.
        _ => return None,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "arm" => "armv6l",
        "powerpc64" => "ppc64le",
        "s390x" => "s390x",
        "riscv64" => "riscv64",
        _ => return None,
    };
    Some(format!("{system}-{processor}"))
}

/// `go1.25.0`; before 1.21 the first of a line had no third number.
fn name(version: &Version) -> String {
    let Version { major, minor, patch, .. } = version;
    if *patch == 0 && (*major, *minor) < (1, 21) {
        format!("go{major}.{minor}")
    } else {
        format!("go{major}.{minor}.{patch}")
    }
}

/// Exactly what is asked for, if it is there; else the newest.
fn choose(listed: &[Listed], wanted: &Requirement, machine: &str) -> Option<(Version, String, String)> {
    let there = listed.iter().filter_map(|one| {
        let version = read_version(one.version.strip_prefix("go")?)?;
        let end = format!(".{machine}.tar.gz");
        let file = one.files.iter().find(|file| file.filename == format!("{}{end}", one.version))?;
        let sum = file.sha256.to_ascii_lowercase();
        Some((one.stable, version, file.filename.clone(), sum))
    });
    let all: Vec<_> = there.collect();
    let exact = all.iter().find(|(_, version, ..)| !wanted.is_any() && version == wanted.minimum());
    let mut good = all.iter().filter(|(stable, version, ..)| *stable && wanted.includes(version));
    let found = exact.or_else(|| good.next())?;
    Some((found.1.clone(), found.2.clone(), found.3.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_the_module_names_comes_before_newer_ones() {
        let file = |name: &str| format!(r#"[{{"filename": "{name}.linux-amd64.tar.gz", "sha256": "AB"}}]"#);
        let list = format!(
            r#"[{{"version": "go1.26.1", "stable": true, "files": {}}},
                {{"version": "go1.26rc1", "stable": false, "files": {}}},
                {{"version": "go1.25.0", "stable": true, "files": {}}},
                {{"version": "go1.20", "stable": true, "files": {}}}]"#,
            file("go1.26.1"),
            file("go1.26rc1"),
            file("go1.25.0"),
            file("go1.20")
        );
        let listed: Vec<Listed> = serde_json::from_str(&list).unwrap();
        let choose = |wanted: Option<Requirement>, machine| choose(&listed, &wanted.unwrap(), machine);
        let amd64 = |wanted| {
            choose(wanted, "linux-amd64").map(|(version, file, sum)| format!("{version} {file} {sum}"))
        };
        assert_eq!(amd64(Requirement::at_least("1.25.0")).unwrap(), "1.25.0 go1.25.0.linux-amd64.tar.gz ab");
        assert_eq!(amd64(Requirement::at_least("1.24.3")).unwrap(), "1.26.1 go1.26.1.linux-amd64.tar.gz ab");
        assert_eq!(amd64(Some(Requirement::any())).unwrap(), "1.26.1 go1.26.1.linux-amd64.tar.gz ab");
        assert_eq!(choose(Requirement::at_least("1.99"), "linux-amd64"), None);
        assert_eq!(choose(Requirement::at_least("1.25"), "linux-arm64"), None);
        assert_eq!(
            (name(&Version::new(1, 20, 0)), name(&Version::new(1, 21, 0))),
            ("go1.20".into(), "go1.21.0".into())
        );
    }
}
