//! Checkouts that a run needs and that are not there: the part of `init` that gets them is offered (cli.md 3.2).

use clap::Parser;

use crate::cli::args::{Arguments, Command, Global};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::prompt::Prompter;
use crate::cli::{init, runtime};
use crate::dev::project::{Mode, Project};
use crate::dev::settings::{Service, Settings};

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
    let command = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "));
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
    match Arguments::try_parse_from(words).map(|arguments| arguments.command) {
        Ok(Command::Init(arguments)) => init::run(&arguments, global, output),
        Ok(_) | Err(_) => {
            let message = format!("this is no command of this version: {command}");
            Err(Failure::new(ExitCode::Failed, Code::Internal, message).into())
        }
    }
}

/// The command that gets them.
fn words(missing: &[Service], project: &Project, settings: &Settings) -> Vec<String> {
    let mut words = vec!["orchcli".to_owned(), "init".to_owned()];
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
