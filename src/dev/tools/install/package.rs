//! Packages of the system (cli.md 7.3): offered when the packaged version is new enough, installed by the system's own
//! package manager, with `sudo` where it is needed.

use std::ffi::OsStr;
use std::fmt;
use std::process::Stdio;
use std::time::Duration;

use semver::Version;
use tokio::process::Command;

use super::Error;
use crate::dev::task::Context;
use crate::dev::tools::{Need, Tool, is_root, read_version};

/// Longest wait for what a package manager knows.
const PATIENCE: Duration = Duration::from_secs(10);

/// A package, or several that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// What installs it.
    pub command: Vec<String>,
    /// The version, where the package manager tells it beforehand.
    pub version: Option<Version>,
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.command.join(" "))?;
        self.version.as_ref().map_or(Ok(()), |version| write!(f, " ({version})"))
    }
}

/// A package manager.
struct Manager {
    program: &'static str,
    /// What tells about a package, and what stands before the version there. Without it the version is not known.
    query: Option<(&'static [&'static str], &'static str)>,
    install: &'static [&'static str],
    node: &'static [&'static str],
    go: &'static str,
    /// Whether it changes what belongs to everybody.
    root: bool,
}

/// Those that are known; `{}` is the major version.
const MANAGERS: [Manager; 9] = [
    Manager {
        program: "apt-get",
        query: Some((&["apt-cache", "policy"], "Candidate:")),
        install: &["install", "-y"],
        node: &["nodejs", "npm"],
        go: "golang-go",
        root: true,
    },
    Manager {
        program: "dnf",
        query: Some((
            &["dnf", "-q", "repoquery", "--latest-limit=1", "--qf", "version: %{version}\n"],
            "version:",
        )),
        install: &["install", "-y"],
        node: &["nodejs", "nodejs-npm"],
        go: "golang",
        root: true,
    },
    Manager {
        program: "pacman",
        query: Some((&["pacman", "-Si"], "Version         :")),
        install: &["-S", "--noconfirm"],
        node: &["nodejs", "npm"],
        go: "go",
        root: true,
    },
    Manager {
        program: "zypper",
        query: Some((&["zypper", "--non-interactive", "info"], "Version        :")),
        install: &["--non-interactive", "install"],
        node: &["nodejs{}", "npm{}"],
        go: "go",
        root: true,
    },
    Manager {
        program: "apk",
        query: Some((&["apk", "policy"], "policy:")),
        install: &["add"],
        node: &["nodejs", "npm"],
        go: "go",
        root: true,
    },
    Manager {
        program: "brew",
        query: Some((&["brew", "info", "--json=v2"], "\"stable\":")),
        install: &["install"],
        node: &["node@{}"],
        go: "go",
        root: false,
    },
    Manager {
        program: "winget",
        query: None,
        install: &["install", "--exact", "--id"],
        node: &["OpenJS.NodeJS.LTS"],
        go: "GoLang.Go",
        root: false,
    },
    Manager {
        program: "scoop",
        query: None,
        install: &["install"],
        node: &["nodejs-lts"],
        go: "go",
        root: false,
    },
    Manager {
        program: "choco",
        query: None,
        install: &["install", "-y"],
        node: &["nodejs-lts"],
        go: "golang",
        root: false,
    },
];

/// The packages that meet a need, of the package managers that are there.
pub(super) async fn find(need: &Need, path: &OsStr) -> Vec<Package> {
    let mut found = Vec::new();
    for manager in &MANAGERS {
        let there = which::which_in(manager.program, Some(path), "/").is_ok();
        if there && let Some(package) = manager.package(need, path).await {
            found.push(package);
        }
    }
    found
}

impl Manager {
    async fn package(&self, need: &Need, path: &OsStr) -> Option<Package> {
        let major = need.requirement.minimum().major.to_string();
        let names: Vec<String> = match need.tool {
            Tool::Node | Tool::Npm => self.node.iter().map(|name| name.replace("{}", &major)).collect(),
            Tool::Go => vec![self.go.to_owned()],
            Tool::Pnpm | Tool::Yarn | Tool::Bun | Tool::Air => return None,
        };
        let version = match self.query {
            Some((query, before)) => {
                let told = told(query, names.first()?, path).await?;
                Some(version(&told, before).filter(|version| need.requirement.is_met(version))?)
            }
            None => None,
        };
        let mut command = Vec::new();
        if self.root && !is_root() {
            which::which_in("sudo", Some(path), "/").ok()?;
            command.push("sudo".to_owned());
        }
        command.push(self.program.to_owned());
        command.extend(self.install.iter().map(|word| (*word).to_owned()));
        command.extend(names);
        Some(Package { command, version })
    }
}

async fn told(query: &[&str], name: &str, path: &OsStr) -> Option<String> {
    let (program, arguments) = query.split_first()?;
    let program = which::which_in(program, Some(path), "/").ok()?;
    let mut command = Command::new(program);
    command.args(arguments).arg(name).env("LC_ALL", "C").stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first version behind some words: `2:1.19.8-1`, `18.20.4+dfsg-1~deb12u1`, `"22.1.0"`.
fn version(told: &str, before: &str) -> Option<Version> {
    let (_, rest) = told.split_once(before)?;
    let word =
        rest.split(|c: char| c.is_whitespace() || c == '"' || c == ',').find(|word| !word.is_empty())?;
    let epoch = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = word.split_once(':').filter(|(before, _)| epoch(before)).map_or(word, |(_, bare)| bare);
    // What the packager added is no candidate of a release.
    read_version(bare.split(|c: char| !c.is_ascii_digit() && c != '.').next()?)
}

impl Package {
    /// Installs it. The package manager has the terminal: it may ask for a password.
    pub(super) async fn install(
        &self,
        path: &OsStr,
        proxies: &[(String, String)],
        context: &Context,
    ) -> Result<(), Error> {
        let command = self.command.join(" ");
        let failed = |how: String| Error::Package { command: command.clone(), how };
        let (program, arguments) = self.command.split_first().ok_or_else(|| failed("is empty".to_owned()))?;
        let program =
            which::which_in(program, Some(path), "/").map_err(|_| failed("is not there".to_owned()))?;
        let mut child = Command::new(program);
        // The results of this program stay alone on its standard output.
        child.args(arguments).env("PATH", path).envs(proxies.iter().map(|(name, value)| (name, value)));
        child.stdout(std::io::stderr()).kill_on_drop(true);
        let mut child = child.spawn().map_err(|error| failed(format!("cannot be run: {error}")))?;
        tokio::select! {
            biased;
            () = context.cancel.cancelled() => Err(Error::Cancelled),
            ended = child.wait() => match ended {
                Ok(status) if status.success() => Ok(()),
                Ok(status) => Err(failed(format!("ended with {status}"))),
                Err(error) => Err(failed(format!("cannot be waited for: {error}"))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_version_is_read_from_what_each_tells() {
        for (program, told, expected) in [
            (
                "apt-get",
                "nodejs:\n  Installed: (none)\n  Candidate: 18.20.4+dfsg-1~deb12u1\n",
                Some("18.20.4"),
            ),
            ("apt-get", "golang-go:\n  Installed: (none)\n  Candidate: 2:1.19~1\n", Some("1.19.0")),
            ("apt-get", "nodejs:\n  Installed: (none)\n  Candidate: (none)\n", None),
            ("dnf", "version: 22.11.0\n", Some("22.11.0")),
            ("pacman", "Name            : go\nVersion         : 2:1.25.1-1\n", Some("1.25.1")),
            ("zypper", "Name           : go\nVersion        : 1.24-150000.1\n", Some("1.24.0")),
            ("apk", "nodejs policy:\n  22.13.1-r0:\n    https://…\n", Some("22.13.1")),
            ("brew", r#"{"formulae": [{"versions": {"stable": "22.20.0", "head": null}}]}"#, Some("22.20.0")),
        ] {
            let manager = MANAGERS.iter().find(|manager| manager.program == program).unwrap();
            let found = version(told, manager.query.unwrap().1);
            assert_eq!(found.map(|version| version.to_string()).as_deref(), expected, "{program}: {told}");
        }
    }
}
