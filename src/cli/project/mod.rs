//! Which files, which variables and which name: from the flags, the environment and `.env` (cli.md 8.2, 8.3).

mod disk;
mod found;
mod lock;

pub use disk::Disk;
pub use found::{Access, project as find};
pub use lock::lock;

use std::path::Path;

use serde_json::json;

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Ended, Failure};
use crate::cli::output::Output;
use crate::compose::{self, Code, Finding, Model, Request, Severity, Variables, Wanted};
use crate::dev::project::{By, Mode, Project};

/// A project that was loaded, and what its containers are told of where it comes from.
#[derive(Debug)]
pub struct Loaded {
    /// The project.
    pub project: Project,
    /// The mode it is in.
    pub mode: Mode,
    /// What the files mean together.
    pub model: Model,
    /// The folder of the first file, absolute.
    pub directory: String,
    /// The files, absolute, in their order.
    pub files: Vec<String>,
    /// What `--env-file` or its variable named, absolute.
    pub env_files: Vec<String>,
}

/// What of a project is loaded, and what for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// What the command does with it.
    pub access: Access,
    /// Services and what they depend on; none means all.
    pub services: &'a [String],
    /// Whether variables are filled in.
    pub interpolate: bool,
}

impl<'a> Ask<'a> {
    /// These services of the project, none meaning all, for this.
    pub fn new(access: Access, services: &'a [String]) -> Self {
        Self { access, services, interpolate: true }
    }
}

/// Loads the project that the flags and the environment mean, and tells what is to be told about it.
pub fn load(flags: &ComposeFlags, ask: &Ask<'_>, output: &mut Output) -> Result<Loaded, Ended> {
    let here = here()?;
    let process: Variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let named = if flags.file.is_empty() { split_files(&process) } else { texts(&flags.file) };
    let named = absolute(&here, named);
    let env_files = absolute(
        &here,
        if flags.env_file.is_empty() { split(&process, "COMPOSE_ENV_FILES") } else { texts(&flags.env_file) },
    );
    let variables = |folder: &str| {
        compose::variables(process.clone(), &env_files, folder, &Disk)
            .map_err(|findings| refusal(&findings, &here))
    };
    // A file that `.env` names counts as named, where nothing else says what the project is.
    let beside = match named.first() {
        Some(first) => Some(compose::parent(first)),
        None => absolute(&here, split_files(&variables(&here)?)).first().map(|first| compose::parent(first)),
    };
    let project = find(flags, ask.access, beside.as_deref(), output)?;
    let mode = project.mode_of_disk();
    let root = text_of(project.root())?;
    let (base, env_folder) = match (named.first(), project.by()) {
        (Some(first), _) => (here.clone(), compose::parent(first)),
        (None, By::File) => (here.clone(), here.clone()),
        (None, By::Name | By::Marker | By::Registered | By::Checkout | By::Current) => {
            (root.clone(), root.clone())
        }
    };
    let variables = variables(&env_folder)?;
    let files = if named.is_empty() { absolute(&base, split_files(&variables)) } else { named };
    let files = if files.is_empty() { by_mode(&root, mode) } else { files };
    let Some(first) = files.first() else { return Err(no_files(&project, mode).into()) };
    let name = flags
        .project_name
        .as_deref()
        .or_else(|| {
            ["ORCHCLI_PROJECT_NAME", "COMPOSE_PROJECT_NAME"].iter().find_map(|name| set(&variables, name))
        })
        .map(compose::checked_name)
        .transpose()
        .map_err(|error| Failure::new(ExitCode::Usage, "USAGE", error.to_string()))?;
    let name = name.or_else(|| project.entry()?.compose_project.clone());
    let profiles =
        if flags.profile.is_empty() { split(&variables, "COMPOSE_PROFILES") } else { flags.profile.clone() };
    let directory = compose::parent(first);
    let request = Request {
        files: &files,
        directory: &directory,
        name: name.as_deref(),
        variables: &variables,
        interpolate: ask.interpolate,
        wanted: Wanted { services: ask.services, profiles: &profiles },
    };
    let (model, findings) = compose::load(&request, &Disk);
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Warning) {
        output.warn(finding.code.as_str(), &line(finding, &here));
    }
    let model = model.ok_or_else(|| refusal(&findings, &here))?;
    Ok(Loaded { project, mode, model, directory, files, env_files })
}

/// The file of the mode, and what the user lays on it.
fn by_mode(root: &str, mode: Mode) -> Vec<String> {
    let file = compose::join(root, &format!("docker/{}", mode.file()));
    let laid_on = ["docker/docker-compose.override.yml", "orchcli.override.yaml"];
    let laid_on = laid_on.iter().map(|file| compose::join(root, file));
    [file].into_iter().chain(laid_on).filter(|file| Path::new(file).is_file()).collect()
}

fn no_files(project: &Project, mode: Mode) -> Failure {
    let message = format!("{} has no docker/{}", project.root().display(), mode.file());
    Failure::new(ExitCode::NoProject, "INIT_INCOMPLETE", message)
        .hint("name a Compose file: --file compose.yaml")
}

fn text_of(path: &Path) -> Result<String, Failure> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = format!("{} has a name that is not UTF-8 text", path.display());
        Failure::new(ExitCode::Failed, "INTERNAL", message)
    })
}

fn here() -> Result<String, Failure> {
    let failed =
        |why: String| Failure::new(ExitCode::Failed, "INTERNAL", format!("the current folder {why}"));
    let folder =
        std::env::current_dir().map_err(|error| failed("is not there".to_owned()).because(&error))?;
    folder.into_os_string().into_string().map_err(|_| failed("has a name that is not UTF-8 text".to_owned()))
}

/// Everything that is wrong, and how the command ends for it.
fn refusal(findings: &[Finding], here: &str) -> Failure {
    let errors: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let unknown = errors.iter().find(|finding| finding.code == Code::Service);
    let mut failure = match (unknown, errors.len()) {
        (Some(unknown), _) => {
            return Failure::new(ExitCode::Usage, "SERVICE_UNKNOWN", unknown.message.clone());
        }
        (None, 1) => Failure::new(ExitCode::Invalid, "COMPOSE_INVALID", "the Compose files have an error"),
        (None, many) => Failure::new(
            ExitCode::Invalid,
            "COMPOSE_INVALID",
            format!("the Compose files have {many} errors"),
        ),
    };
    failure.causes = errors.iter().map(|finding| line(finding, here)).collect();
    let detail = |finding: &&Finding| {
        json!({
            "code": finding.code.as_str(), "message": finding.message, "file": shown(&finding.file, here),
            "line": finding.line, "column": finding.column, "path": finding.path,
        })
    };
    failure.details(json!({"findings": errors.iter().map(detail).collect::<Vec<_>>()}))
}

/// A finding with its file as seen from here.
fn line(finding: &Finding, here: &str) -> String {
    Finding { file: shown(&finding.file, here), ..finding.clone() }.to_string()
}

fn shown(file: &str, here: &str) -> String {
    let below = Path::new(file).strip_prefix(here).ok().and_then(Path::to_str);
    below.unwrap_or(file).to_owned()
}

fn set<'v>(variables: &'v Variables, name: &str) -> Option<&'v str> {
    variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

fn split(variables: &Variables, name: &str) -> Vec<String> {
    let parts = set(variables, name).unwrap_or_default().split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn split_files(variables: &Variables) -> Vec<String> {
    let usual = if cfg!(windows) { ";" } else { ":" };
    let separator = set(variables, "COMPOSE_PATH_SEPARATOR").unwrap_or(usual);
    let parts = set(variables, "COMPOSE_FILE").unwrap_or_default().split(separator);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn texts(paths: &[std::path::PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
}

fn absolute(here: &str, paths: Vec<String>) -> Vec<String> {
    paths.into_iter().map(|path| compose::join(here, &path)).collect()
}
