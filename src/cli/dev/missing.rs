//! Checkouts that a run needs and that are not there: the part of `init` that gets them is offered (cli.md 3.2).

use clap::{Args, FromArgMatches};

use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::prompt::Prompter;
use crate::cli::{init, runtime};
use crate::dev::project::Project;
use crate::dev::settings::{Mode, Service, Settings};

/// Gets them, if the user agrees.
pub fn make(
    missing: &[Service],
    mode: Mode,
    project: &Project,
    settings: &Settings,
    global: &Global,
    output: &mut Output,
) -> Result<(), Ended> {
    let words = words(missing, project, settings);
    let places = missing.iter().map(|service| {
        let path = project.checkout(*service, settings);
        format!("{} in {}", service.as_str(), path.display())
    });
    let places = places.collect::<Vec<_>>().join(", ");
    let joined = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "));
    let command = format!("orchcli init {joined}");
    let message = format!("mode {mode} needs a checkout that is not there: {places}");
    let question = format!("The {message}. Run {command}?");
    let failure = Failure::new(ExitCode::NoProject, Code::InitIncomplete, message);
    let failure = failure.hint(format!("get it: {command}"));
    let work = &global.work;
    runtime::run(work.timeout, |interrupt| async move {
        let prompter = Prompter::new(work, &interrupt);
        if work.dry_run || !work.yes && !prompter.may_ask() {
            return Err(failure.into());
        }
        prompter.consent(&question, "--yes").await
    })?;
    // init makes a project where it is run.
    std::env::set_current_dir(project.root()).map_err(|error| {
        let message = format!("{} cannot be entered", project.root().display());
        Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    })?;
    let arguments = arguments(&words).map_err(|error| {
        let message = format!("this is no command of this version: {command}");
        Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    })?;
    init::run(&arguments, global, output)
}

/// What `init` makes of these words.
fn arguments(words: &[String]) -> Result<init::Arguments, clap::Error> {
    let init = init::Arguments::augment_args(clap::Command::new("orchcli init").no_binary_name(true));
    init::Arguments::from_arg_matches(&init.try_get_matches_from(words)?)
}

/// The words of the `init` that gets them.
fn words(missing: &[Service], project: &Project, settings: &Settings) -> Vec<String> {
    let mut words = Vec::new();
    for service in missing {
        let name = service.as_str();
        words.push(format!("--fork-{name}"));
        let path = project.checkout(*service, settings);
        if path != project.root().join(name) {
            words.extend([format!("--{name}-path"), path.display().to_string()]);
        }
    }
    words
}
