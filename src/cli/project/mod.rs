//! The project of a command: where it is, its settings, its Compose model (cli.md 4.3, 4.4, 8.2, 8.3).

mod choice;
mod complete;
mod disk;
mod edited;
mod every;
mod found;
mod lock;
mod made;
mod refused;
mod stdin;
mod unwritable;
mod words;

pub use choice::choose;
pub use complete::complete;
pub use disk::Disk;
pub use edited::Edited;
pub use every::every;
pub use found::{Access, document as finding_document, locate, open, project as find, unusable};
pub use lock::{lock, lock_to_end};
pub use made::unusable as unusable_edit;
pub use stdin::{keep_from_asking, leave_stdin, reads_stdin};
pub use unwritable::{in_the_way, unwritable};

use std::path::Path;

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::compose::{self, Model, Request, Severity, Variables, Wanted};
use crate::dev::converge::Origin;
use crate::dev::project::{By, Missing, Project, Provided};
use crate::dev::settings::{Mode, Overrides, Provider, Service, Settings, Unfit};
use made::Made;
use refused::{line, refusal, unknown};
use words::{absolute, compose_files, folder_of, set, split, split_files, texts};

/// A project that was loaded, and what its containers are told of where it comes from.
#[derive(Debug)]
pub struct Loaded {
    /// The project.
    pub project: Project,
    /// What is set for it.
    pub settings: Settings,
    /// Its mode, and how each service is provided.
    pub provided: Provided,
    /// What the files mean together.
    pub model: Model,
    /// The folder that relative paths count from, absolute.
    pub directory: String,
    /// The files, absolute, in their order; `-` is standard input.
    pub files: Vec<String>,
    /// Whether `--file` or its variable named them: what they do not have is not part of the stack.
    named: bool,
    /// What `--env-file` or its variable named, absolute.
    pub env_files: Vec<String>,
    /// The file of the mode, where somebody edited it and a command uses it that would make it.
    pub edited: Option<Edited>,
}

impl Loaded {
    /// The names that a command may be given: the services of the files, and those that run without a container.
    pub fn services(&self) -> Vec<&str> {
        let mut names = self.model.services();
        if self.project.by() != By::File {
            let runs = |provider| matches!(provider, Provider::Source | Provider::Embedded);
            let provided = self.provided.by.iter().filter(|(_, provider)| runs(**provider));
            names.extend(provided.map(|(service, _)| service.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The same, and those whose profile is off: they may have containers too.
    pub fn known(&self) -> Vec<&str> {
        let mut names = self.services();
        names.extend(self.model.declared().iter().map(String::as_str));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Core and the UI where no container provides them: what runs them is a checkout, or this program.
    pub fn beside(&self) -> Vec<(Service, Provider)> {
        if self.project.by() == By::File {
            return Vec::new();
        }
        let model = self.model.services();
        let ours = [Service::Core, Service::Ui].map(|service| (service, self.provided.provider(service)));
        let is_part =
            |name: &str| !self.named || self.model.declared().iter().any(|declared| declared == name);
        let is_beside = |(service, provider): &(Service, Provider)| match provider {
            Provider::Source => !model.contains(&service.as_str()) && is_part(service.as_str()),
            Provider::Embedded => !model.contains(&service.as_str()),
            Provider::Image | Provider::None => false,
        };
        ours.into_iter().filter(is_beside).collect()
    }

    /// Where its containers are told to come from.
    pub fn origin(&self) -> Origin {
        Origin {
            directory: self.directory.clone(),
            files: self.files.clone(),
            env_files: self.env_files.clone(),
            mode: self.provided.mode.as_str().to_owned(),
        }
    }
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
    /// The mode that a flag names.
    pub mode: Option<Mode>,
    /// What other flags say, by key of the settings.
    pub overrides: &'a Overrides,
    /// Services that the command runs itself, without a container.
    pub local: &'a [String],
    /// Whether the files that we make are written, when something is changed at all; else they are foreseen.
    pub make_files: bool,
}

impl<'a> Ask<'a> {
    /// These services of the project, none meaning all, for this.
    pub fn new(access: Access, services: &'a [String]) -> Self {
        static NONE: Overrides = Overrides::NONE;
        Self {
            access,
            services,
            interpolate: true,
            mode: None,
            overrides: &NONE,
            local: &[],
            make_files: false,
        }
    }
}

/// Loads the project that the flags and the environment mean, and tells what is to be told about it.
pub fn load(flags: &ComposeFlags, ask: &Ask<'_>, output: &mut Output) -> Result<Loaded, Ended> {
    let here = here()?;
    let process: Variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let named = if flags.file.is_empty() { split_files(&process) } else { texts(&flags.file) };
    let named = compose_files(&here, named);
    let env_files =
        if flags.env_file.is_empty() { split(&process, "COMPOSE_ENV_FILES") } else { texts(&flags.env_file) };
    let env_files = absolute(&here, env_files);
    let read = |env_files: &[String], folder: &str| {
        compose::variables(process.clone(), env_files, folder, &Disk)
            .map_err(|findings| refusal(&findings, &here))
    };
    // A file that `.env` names counts as named, where nothing else says what the project is.
    let beside = match folder_of(&named, &here) {
        Some(folder) => Some(folder),
        None => folder_of(&compose_files(&here, split_files(&read(&env_files, &here)?)), &here),
    };
    let project = find(flags, ask.access, beside.as_deref(), output)?;
    let root = text_of(project.root())?;
    let in_project = project.by() != By::File;
    let base = if in_project { root.clone() } else { here.clone() };
    let settings =
        project.settings(ask.overrides, &|name| process.get(name).cloned()).map_err(|error| unfit(&error))?;
    let env_files = match settings.env_files {
        Some(files) if env_files.is_empty() => absolute(&base, files),
        Some(_) | None => env_files,
    };
    let folder = folder_of(&named, &here).unwrap_or_else(|| base.clone());
    let mut variables = read(&env_files, &folder)?;
    let settings = project
        .settings(ask.overrides, &|name| variables.get(name).cloned())
        .map_err(|error| unfit(&error))?;
    let provided = project.provided(&settings, ask.mode);
    if in_project {
        project.fill(&settings, &mut variables);
        tell_missing(&provided, output);
    }

    let name = flags
        .project_name
        .as_deref()
        .or_else(|| {
            ["ORCHCLI_PROJECT_NAME", "COMPOSE_PROJECT_NAME"].iter().find_map(|name| set(&variables, name))
        })
        .map(compose::checked_name)
        .transpose()
        .map_err(|error| Failure::new(ExitCode::Usage, Code::Usage, error.to_string()))?;
    let said = settings.name.clone().or_else(|| project.entry()?.compose_project.clone());
    let name = name.or(said);

    let chosen = [compose_files(&base, split_files(&variables)), absolute(&base, settings.files.clone())];
    let chosen = chosen.into_iter().find(|files| !files.is_empty() && named.is_empty());
    let given = |files| Made { files, ..Made::default() };
    let is_named = !named.is_empty();
    let Made { files, reader, edited } = match (is_named, chosen) {
        (true, _) => given(named),
        (false, Some(files)) => given(files),
        (false, None) => made::of_mode(&project, &settings, provided.mode, made::writes(ask))?,
    };
    stdin::once(&files)?;
    let directory = folder_of(&files, &here).unwrap_or_else(|| base.clone());
    let profiles = match &flags.profile[..] {
        [] => settings.profiles.clone(),
        profiles => profiles.to_vec(),
    };
    let mut without = ask.local.to_vec();
    if in_project {
        without.extend(provided.without_container());
    }
    let request = Request {
        files: &files,
        directory: &directory,
        name: name.as_deref(),
        variables: &variables,
        interpolate: ask.interpolate,
        wanted: Wanted { services: ask.services, profiles: &profiles, without: &without },
    };
    let (model, findings) = compose::load(&request, &reader);
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Warning) {
        output.warn(finding.code.as_str(), &line(finding, &here));
    }
    let edited = edited.filter(|_| ask.make_files);
    let model = model.ok_or_else(|| {
        let failure = unknown(&request, &reader).unwrap_or_else(|| refusal(&findings, &here));
        match &edited {
            Some(edited) => edited.refusal(&findings, ask.services, failure),
            None => failure,
        }
    })?;
    if let Some(edited) = &edited {
        edited.tell(output);
    }
    Ok(Loaded { project, settings, provided, model, directory, files, named: is_named, env_files, edited })
}

/// A variable or the user's file that does not fit a setting.
pub fn unfit(error: &Unfit) -> Failure {
    // The name of the project in a variable is as good as the flag (cli.md 8.3).
    let (exit, code) = match error.key {
        "name" => (ExitCode::Usage, Code::Usage),
        _ => (ExitCode::Invalid, Code::ConfigInvalid),
    };
    Failure::new(exit, code, error.to_string())
}

fn tell_missing(provided: &Provided, output: &mut Output) {
    for Missing { service, path, mode } in &provided.missing {
        let (service, path, now) = (service.as_str(), path.display(), provided.mode);
        let message =
            format!("the mode {mode} needs {path} for {service}, and it is not there: goes on as {now}");
        output.warn("MODE", &message);
    }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = format!("{} has a name that is not UTF-8 text", path.display());
        Failure::new(ExitCode::Failed, Code::Internal, message)
    })
}

fn here() -> Result<String, Failure> {
    let failed =
        |why: String| Failure::new(ExitCode::Failed, Code::Internal, format!("the current folder {why}"));
    let folder =
        std::env::current_dir().map_err(|error| failed("is not there".to_owned()).because(&error))?;
    folder.into_os_string().into_string().map_err(|_| failed("has a name that is not UTF-8 text".to_owned()))
}
