//! Which project a command works on, and what it may do there (cli.md 4.4).

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::cli::registry;
use crate::dev::counted;
use crate::dev::project::{By, Error, FindError, Found, Project, Search, find};
use crate::dev::registry::{Contents, Read};
use crate::dev::settings::Finding;

/// What a command does with its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It shows what files mean, and needs nothing of the user's: `config compose`.
    Model,
    /// It looks, and may look at the current project where there is none.
    ReadOnly,
    /// It changes something, or with `--dry-run` tells what it would change: only where the user says so.
    Mutating {
        /// Whether nothing is changed this time.
        dry_run: bool,
    },
}

/// Where the project is, and what the user's file says. `beside` is the folder of a Compose file that was named: the
/// project, when there is no other.
pub fn locate(
    flags: &ComposeFlags,
    access: Access,
    beside: Option<&str>,
    output: &mut Output,
) -> Result<(Found, Contents), Failure> {
    let contents = contents(flags, access, output)?;
    let here = super::here()?;
    let search = Search { here: Path::new(&here), named: flags.project.as_deref(), contents: &contents };
    let found = find(&search).map_err(|error| refusal(&error, &contents))?;
    let by_file = || beside.map(|folder| Found { root: folder.into(), by: By::File });
    let found = found.or_else(by_file).or_else(|| current(&contents, access, output));
    Ok((found.ok_or_else(|| nowhere(&contents))?, contents))
}

/// Finds the project and reads its `orchcli.yaml`.
pub fn project(
    flags: &ComposeFlags,
    access: Access,
    beside: Option<&str>,
    output: &mut Output,
) -> Result<Project, Failure> {
    let (found, contents) = locate(flags, access, beside, output)?;
    let mut project = open(found, &contents, output)?;
    if access == (Access::Mutating { dry_run: false }) {
        note_use(&mut project, flags, output);
    }
    Ok(project)
}

/// Reads what is known of a project; it is told when what was chosen for it is lost.
pub fn open(found: Found, contents: &Contents, output: &mut Output) -> Result<Project, Failure> {
    let project = Project::open(found, contents).map_err(|error| unusable(&error))?;
    if let Some(error) = project.state_lost() {
        let path = project.folder().state();
        let message = format!(
            "{} cannot be read, and counts as empty: {error}; ports that were chosen are forgotten: correct it, or \
             choose anew with --auto-port",
            path.display()
        );
        output.warn("STATE_INVALID", &message);
    }
    Ok(project)
}

/// What is wrong with `orchcli.yaml`, each with its place.
pub fn unusable(error: &Error) -> Failure {
    match error {
        Error::Invalid { path, findings } => {
            let path = path.display().to_string();
            let message = match findings.len() {
                1 => format!("{path} has an error"),
                many => format!("{path} has {many} errors"),
            };
            let mut failure = Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message);
            failure.causes = findings.iter().map(|finding| format!("{path}:{finding}")).collect();
            let details: Vec<Value> = findings.iter().map(|finding| document(&path, finding)).collect();
            failure.hint("config schema tells every key").details(json!({"findings": details}))
        }
        Error::Unreadable { .. } => {
            Failure::new(ExitCode::Invalid, Code::ConfigInvalid, "the project cannot be used").because(error)
        }
    }
}

/// A finding for programs.
pub fn document(file: &str, finding: &Finding) -> Value {
    let Finding { code, message, line, column, path } = finding;
    json!({"code": code, "message": message, "file": file, "line": line, "column": column, "path": path})
}

/// The user's file; who does not need it does without one that cannot be used.
fn contents(flags: &ComposeFlags, access: Access, output: &mut Output) -> Result<Contents, Failure> {
    match (registry::read(flags, output), access) {
        (Ok(read), Access::ReadOnly | Access::Mutating { dry_run: false }) => {
            take_over(&read, flags, output);
            Ok(read.contents)
        }
        (Ok(read), Access::Model | Access::Mutating { dry_run: true }) => Ok(read.contents),
        (Err(failure), Access::Model) => {
            let why = failure.causes.first().unwrap_or(&failure.message);
            output.warn(failure.code.as_str(), &format!("goes on without the user configuration: {why}"));
            Ok(Contents::default())
        }
        (Err(failure), Access::ReadOnly | Access::Mutating { .. }) => Err(failure),
    }
}

/// What the reference knew becomes ours, which is told that once; where it cannot be kept, it is found again next time.
fn take_over(read: &Read, flags: &ComposeFlags, output: &mut Output) {
    let Some(from) = read.imported.as_ref().filter(|_| !read.contents.projects.is_empty()) else { return };
    if registry::open(flags).and_then(|registry| registry.update(|_| ())).is_ok() {
        let count = counted(read.contents.projects.len(), "project");
        let message = format!("took over {count} from {}, which stays as it is", from.display());
        output.warn("IMPORTED", &message);
    }
}

/// The current project, for who only looks.
fn current(contents: &Contents, access: Access, output: &mut Output) -> Option<Found> {
    let root = contents.current_project.as_deref().filter(|root| Path::new(root).is_dir())?;
    match access {
        Access::Model | Access::ReadOnly => {
            output.warn("CURRENT_PROJECT", &format!("there is no project here: this is about {root}"));
            Some(Found { root: root.into(), by: By::Current })
        }
        Access::Mutating { .. } => None,
    }
}

/// The work goes on when the note cannot be taken.
fn note_use(project: &mut Project, flags: &ComposeFlags, output: &mut Output) {
    let noted = registry::open(flags).and_then(|registry| project.note_use(&registry, Timestamp::now()));
    if let Err(error) = noted {
        let failure = registry::failure(&error);
        let why = failure.causes.first().unwrap_or(&failure.message);
        output.warn(failure.code.as_str(), &format!("the project is not registered: {why}"));
    }
}

fn nowhere(contents: &Contents) -> Failure {
    let message = "there is no project here: no folder from here up has orchcli.yaml or .orchcli, \
                   and neither --file nor COMPOSE_FILE names a Compose file";
    known(Failure::new(ExitCode::NoProject, Code::NoProject, message), contents)
}

fn refusal(error: &FindError, contents: &Contents) -> Failure {
    let failure = Failure::new(ExitCode::NoProject, Code::NoProject, error.to_string());
    match error {
        FindError::Unknown(_) | FindError::NotOne(_) => known(failure, contents),
        FindError::Ambiguous { roots, .. } => {
            let hint = format!("name the folder: {}", roots.join(", "));
            failure.hint(hint).details(json!({"projects": roots}))
        }
        FindError::Unreadable { .. } => {
            Failure::new(ExitCode::NoProject, Code::NoProject, "the project cannot be found").because(error)
        }
    }
}

/// With the projects there are.
fn known(failure: Failure, contents: &Contents) -> Failure {
    let projects: Vec<&String> = contents.projects.keys().collect();
    if projects.is_empty() {
        return failure.hint("make one: orchcli init; or name a Compose file: --file compose.yaml");
    }
    let names = projects.iter().map(|root| root.as_str()).collect::<Vec<_>>().join(", ");
    failure.hint(format!("name one with --project: {names}")).details(json!({"projects": projects}))
}
