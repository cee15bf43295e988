//! Looks for programs and asks them for their version, each once a run (cli.md 7.2).

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use semver::Version;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use super::install::Means;
use super::need::Need;
use super::places::Places;
use super::toolbox::Toolbox;
use super::{Problem, Tool, Unprovided};
use crate::dev::task::Context;
use crate::docker::discover::Environment;

/// Longest wait for a version.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often one is asked that cannot be started yet.
const PACE: Duration = Duration::from_millis(20);

/// The first Go that fetches a newer one by itself.
const FETCHES: Version = Version::new(1, 21, 0);

/// The programs of this machine. Clones share what was seen.
#[derive(Debug, Clone)]
pub struct Tools {
    places: Arc<Places>,
    offline: bool,
    seen: Arc<Mutex<HashMap<PathBuf, Option<Version>>>>,
    means: Option<Arc<Means>>,
    proxies: Arc<Vec<(String, String)>>,
}

/// A program that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub path: PathBuf,
    /// Its version; none when it does not tell.
    pub version: Option<Version>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{version} at {}", self.path.display()),
            None => write!(f, "{}, which does not tell its version", self.path.display()),
        }
    }
}

/// What was found for a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It will do.
    Fits {
        /// The program.
        found: Found,
        /// What is worth knowing about it.
        note: Option<String>,
    },
    /// It is too old.
    TooOld(Found),
    /// It is not there.
    Missing,
}

impl Tools {
    /// Those that the environment leads to.
    pub fn new(environment: &Environment, offline: bool) -> Self {
        let places = Arc::new(Places::of(environment));
        Self { places, offline, seen: Arc::default(), means: None, proxies: Arc::default() }
    }

    /// With these proxies for what they reach, where the environment names none.
    #[must_use]
    pub fn through(mut self, proxies: Vec<(String, String)>, environment: &Environment) -> Self {
        let unset =
            |name: &str| environment.get(name).is_none() && environment.get(&name.to_lowercase()).is_none();
        self.proxies = Arc::new(proxies.into_iter().filter(|(name, _)| unset(name)).collect());
        self
    }

    /// The variables that name them.
    pub fn proxies(&self) -> &[(String, String)] {
        &self.proxies
    }

    /// With means to install what is missing, through the proxies that are known by then.
    #[must_use]
    pub fn with(mut self, means: Means) -> Self {
        self.means = Some(Arc::new(means.through(Arc::clone(&self.proxies))));
        self
    }

    /// Whether [`Self::provide`] may do something about a problem.
    pub fn may_provide(&self, problem: &Problem) -> bool {
        self.means.as_ref().is_some_and(|means| means.may_install(problem.need().tool))
    }

    /// Where they are looked for.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Whether nothing may be fetched.
    pub fn offline(&self) -> bool {
        self.offline
    }

    /// What this machine has for a need: the first that will do, `PATH` first; else the first that is too old.
    pub async fn look(&self, need: &Need) -> Verdict {
        self.look_in(need, self.places.path()).await
    }

    /// The program that is found first, whatever its version.
    pub async fn first(&self, tool: Tool) -> Option<Found> {
        let path = self.candidates(tool, self.places.path()).into_iter().next()?;
        let version = self.version(tool, &path).await;
        Some(Found { path, version })
    }

    async fn look_in(&self, need: &Need, folders: &OsStr) -> Verdict {
        let mut too_old = None;
        for path in self.candidates(need.tool, folders) {
            let version = self.version(need.tool, &path).await;
            let found = Found { path, version };
            match self.judge(need, &found).await {
                Some(note) => return Verdict::Fits { found, note },
                None => too_old = too_old.or(Some(found)),
            }
        }
        too_old.map_or(Verdict::Missing, Verdict::TooOld)
    }

    /// What there is for all of these needs, or everything that is missing or too old.
    pub async fn require(&self, needs: &[Need]) -> Result<Toolbox, Vec<Problem>> {
        let mut toolbox = Toolbox::new(self.places.path().clone());
        let mut problems = Vec::new();
        for need in needs {
            // A package manager comes with its Node.js: that one's folder is looked at first.
            match self.look_in(need, &toolbox.path()).await {
                Verdict::Fits { found, note } => toolbox.put(need.tool, &found.path, note),
                // Corepack, which comes with Node.js, stands in for them.
                Verdict::Missing
                    if matches!(need.tool, Tool::Pnpm | Tool::Yarn) && toolbox.has_corepack() => {}
                Verdict::Missing => problems.push(Problem::Missing { need: need.clone() }),
                Verdict::TooOld(found) => problems.push(Problem::TooOld { need: need.clone(), found }),
            }
        }
        if problems.is_empty() { Ok(toolbox) } else { Err(problems) }
    }

    /// The same; what is missing is installed first, as far as there are means to, and the user wants it.
    pub async fn provide(&self, needs: &[Need], context: &Context) -> Result<Toolbox, Unprovided> {
        let problems = match self.require(needs).await {
            Ok(toolbox) => return Ok(toolbox),
            Err(problems) => problems,
        };
        let Some(means) = &self.means else { return Err(Unprovided::Missing(problems)) };
        let _turn = means.turn().await;
        // Whoever had the turn before may have installed it.
        let problems = self.require(needs).await.err().unwrap_or_default();
        let mut tools: Vec<Tool> = Vec::new();
        for problem in problems.iter().filter(|problem| means.may_install(problem.need().tool)) {
            let tool = if problem.need().tool == Tool::Npm { Tool::Node } else { problem.need().tool };
            if !tools.contains(&tool) {
                tools.push(tool);
            }
        }
        for tool in tools {
            let Some(need) = needs.iter().find(|need| need.tool == tool) else { continue };
            means.install(need, &self.places, self.offline, context).await?;
        }
        // A package may have put another version in the same place.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.require(needs).await.map_err(Unprovided::Missing)
    }

    fn candidates(&self, tool: Tool, folders: &OsStr) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = Vec::new();
        let on_path = which::which_in_all(tool.program(), Some(folders), "/").into_iter().flatten();
        let elsewhere = self
            .places
            .folders(tool)
            .into_iter()
            .filter_map(|folder| which::which_in(tool.program(), Some(folder), "/").ok());
        for path in on_path.chain(elsewhere) {
            if !found.contains(&path) {
                found.push(path);
            }
        }
        found
    }

    /// `None` when it is too old; else with what is worth knowing.
    async fn judge(&self, need: &Need, found: &Found) -> Option<Option<String>> {
        let requirement = &need.requirement;
        let Some(version) = &found.version else {
            // Nothing says that it will not do.
            return Some((!requirement.is_any()).then(|| {
                format!("{} does not tell its version; {requirement} is needed", found.path.display())
            }));
        };
        if requirement.includes(version) {
            return Some(None);
        }
        let name = need.tool.program();
        if requirement.is_met(version) {
            return Some(Some(format!("{name} {version} is newer than {requirement} ({})", need.source)));
        }
        let wanted = requirement.minimum();
        (need.tool == Tool::Go && !self.offline && *version >= FETCHES && fetches(&found.path).await)
            .then(|| Some(format!("{name} {version} fetches go{wanted} by itself ({})", need.source)))
    }

    async fn version(&self, tool: Tool, path: &Path) -> Option<Version> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(seen) = seen {
            return seen;
        }
        let told = ask(path, &[tool.question()]).await.and_then(|answer| tool.version(&answer));
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), told.clone());
        told
    }
}

/// Whether this Go fetches a newer one when a module asks for it; distributions turn that off.
async fn fetches(go: &Path) -> bool {
    let mut command = Command::new(go);
    // As the user set it, not as this process was told to ask for versions.
    command.args(["env", "GOTOOLCHAIN"]).current_dir("/");
    answer(command).await.is_some_and(|told| told.trim() == "auto" || told.trim().ends_with("+auto"))
}

/// What a program says. It is asked where no project has a say, and may fetch nothing: shims of version managers do.
async fn ask(program: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir("/").env("GOTOOLCHAIN", "local").env("COREPACK_ENABLE_NETWORK", "0");
    if let Some(folder) = program.parent() {
        // npm is a script that looks for the Node.js beside it.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
        command.envs(std::env::join_paths(path).ok().map(|path| ("PATH", path)));
    }
    answer(command).await
}

async fn answer(mut command: Command) -> Option<String> {
    command.stdin(std::process::Stdio::null()).kill_on_drop(true);
    let output = async {
        loop {
            match command.output().await {
                // One that was written just now is still open in a program that is about to start.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => sleep(PACE).await,
                output => return output,
            }
        }
    };
    let output = timeout(PATIENCE, output).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn one_that_is_still_open_for_writing_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tool");
        fs::write(&path, "#!/bin/sh\necho 1.2.3\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let open = File::options().append(true).open(&path).unwrap();
        let written = async {
            sleep(PACE * 3).await;
            drop(open);
        };
        let (told, ()) = tokio::join!(answer(Command::new(&path)), written);
        assert_eq!(told.as_deref(), Some("1.2.3\n"));
    }
}
