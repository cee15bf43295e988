//! Which stack is meant by a command that needs no files (cli.md 3.4).

use std::path::{Path, PathBuf};

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask};
use crate::cli::stack::failure;
use crate::compose;
use crate::dev::converge::down::{Below, projects_below};
use crate::dev::project::Project;
use crate::docker::Engine;

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
}

impl Target {
    /// What was made from files below a folder, which may be gone.
    pub fn below(root: &Path) -> Self {
        Self { name: None, declared: Vec::new(), project: None, below: Some(root.to_owned()) }
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
            let beside = loaded.services().into_iter().map(str::to_owned);
            return Ok(Target {
                name: Some(loaded.model.name().to_owned()),
                declared: loaded.model.declared().iter().cloned().chain(beside).collect(),
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
    Ok(Target { name, declared: Vec::new(), project, below })
}

/// The name of the Compose project whose containers were made from files of a folder, if there are any. Where it cannot
/// be told whose those are that are there, nothing is taken for this one.
pub async fn name_below(engine: &Engine, root: &Path) -> Result<Option<String>, Failure> {
    let Below { own, other } = projects_below(engine, root).await.map_err(|error| failure(&error))?;
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
