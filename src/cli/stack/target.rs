//! Which stack is meant by a command that needs no files (cli.md 3.4).

use std::path::{Path, PathBuf};

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask};
use crate::cli::stack::failure;
use crate::compose;
use crate::dev::converge::down::{Below, Found, projects_below};
use crate::dev::project::{Project, generated};
use crate::docker::{Engine, label};

/// A stack by the name that its containers carry.
#[derive(Debug)]
pub struct Target {
    /// The name of the Compose project; without one it is that of the containers made from files below the project.
    pub name: Option<String>,
    /// The services that the files have, as far as there are files.
    pub declared: Vec<String>,
    /// The project, when it is not a name alone.
    pub project: Option<Project>,
    /// The folder its containers were made from files below of, to know them by without a name.
    pub below: Option<PathBuf>,
    /// The folders that its files are in, when it was not named: another project may have the same name.
    pub own: Vec<PathBuf>,
}

impl Target {
    /// What was made from files below a folder, which may be gone.
    pub fn below(root: &Path) -> Self {
        Self {
            name: None,
            declared: Vec::new(),
            project: None,
            below: Some(root.to_owned()),
            own: Vec::new(),
        }
    }

    /// The folder of another project of the same name, if these are its containers. One that is gone owns nothing.
    pub fn owner<'f>(&self, found: &'f Found) -> Option<&'f str> {
        let mut other = None;
        for folder in found.containers.iter().map(|seen| seen.label(label::WORKING_DIR)) {
            match std::fs::canonicalize(folder) {
                Ok(path) if !self.own.iter().any(|own| path.starts_with(own)) => other = Some(folder),
                Ok(_) | Err(_) => return None,
            }
        }
        other.filter(|_| !self.own.is_empty())
    }

    /// Refuses what is another project's.
    pub fn check(&self, found: &Found) -> Result<(), Failure> {
        let (Some(owner), Some(name)) = (self.owner(found), &self.name) else { return Ok(()) };
        let message = format!("the project {name} is there, and it is that of {owner}");
        let refused = Failure::new(ExitCode::Conflict, Code::NameTaken, message);
        Err(refused.hint(format!("if it is meant all the same: orchcli stop --project-name {name}")))
    }
}

/// Finds it: a name that is given needs nothing else; without files that can be read, it is the name that the project
/// is registered with, or that of the containers that were made from files below its folder.
pub fn target(flags: &ComposeFlags, dry_run: bool, output: &mut Output) -> Result<Target, Ended> {
    let access = Access::Mutating { dry_run };
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let given = flags.project_name.clone();
    let given =
        given.or_else(|| variable("ORCHCLI_PROJECT_NAME")).or_else(|| variable("COMPOSE_PROJECT_NAME"));
    let checked = given.map(|name| compose::checked_name(&name)).transpose();
    let given = checked.map_err(|error| Failure::new(ExitCode::Usage, Code::Usage, error.to_string()))?;
    let refused = match project::load(flags, &Ask::new(access, &[]), output) {
        Ok(loaded) => {
            let folders = [loaded.project.root(), Path::new(&loaded.directory)];
            let own = folders.into_iter().filter_map(|folder| std::fs::canonicalize(folder).ok()).collect();
            let beside = loaded.services().into_iter().map(str::to_owned);
            return Ok(Target {
                name: Some(loaded.model.name().to_owned()),
                declared: loaded.model.declared().iter().cloned().chain(beside).collect(),
                own: if given.is_some() { Vec::new() } else { own },
                project: Some(loaded.project),
                below: None,
            });
        }
        Err(refused) => refused,
    };
    let project = project::find(flags, access, None, output).ok();
    let registered = project.as_ref().and_then(|project| project.entry()?.compose_project.clone());
    let name = given.or(registered);
    if name.is_none() && project.is_none() {
        return Err(refused);
    }
    let below = project.as_ref().map(|project| project.root().to_owned());
    Ok(Target { name, declared: Vec::new(), project, below, own: Vec::new() })
}

/// The name of the Compose project whose containers were made from files of a folder, if there are any. Where it cannot
/// be told whose those are that are there, nothing is taken for this one.
pub async fn name_below(engine: &Engine, root: &Path) -> Result<Option<String>, Failure> {
    let Below { own, other } =
        projects_below(engine, root, &[generated::FOLDER]).await.map_err(|error| failure(&error))?;
    let names: Vec<String> = if own.is_empty() { other } else { own.clone() }.into_iter().collect();
    match &names[..] {
        [] => Ok(None),
        [name] if !own.is_empty() => Ok(Some(name.clone())),
        names => {
            let message = format!(
                "it cannot be told which containers are those of {}: below it there are those of {}",
                root.display(),
                names.join(", ")
            );
            let refused = Failure::new(ExitCode::NoProject, Code::NoProject, message);
            Err(refused.hint(format!("name them: orchcli stop --project-name {}", names[0])))
        }
    }
}
