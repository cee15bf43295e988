//! `init`: make a project here (cli.md 3.1).

mod arguments;
mod asked;
mod failure;
mod leftovers;
mod place;
mod ports;
mod preflight;
mod show;
mod wanted;

pub use arguments::Arguments;
pub use wanted::access;

use super::args::Global;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::progress::Progress;
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::{project, registry};
use crate::dev::Reporter;
use crate::dev::init::{self, Journal, Wanted};
use crate::dev::project::{By, Found, Project};
use crate::dev::registry::Registry;
use crate::dev::task::Limits;
use crate::git::{Moved, Transfer, reachable};
use crate::redact;

/// Makes the project.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let user = registry::read(&global.compose, output)?;
    let registry = registry::open(&global.compose).map_err(|error| registry::failure(&error))?;
    let mut arguments = arguments.clone();
    runtime::run(global.work.timeout, |interrupt| async move {
        let place = place::place(global, &user.contents, output)?;
        if arguments.interactive {
            asked::complete(&mut arguments, &place, &Prompter::new(&global.work, &interrupt)).await?;
        }
        let progress = Progress::start(&global.work, output);
        let prompter = Prompter::new(&global.work, &interrupt).over(progress.screen());
        let mut wanted = wanted::wanted(&arguments, place, global, &user.contents, &prompter)?;
        preflight::check(&arguments, &mut wanted, &registry, (global, &prompter), output).await?;
        go(&wanted, &registry, arguments.restart, global, &interrupt, progress, output).await
    })
}

/// As it can be repeated.
fn command_line() -> String {
    let mut words: Vec<String> = ["orchcli".to_owned()].into_iter().chain(std::env::args().skip(1)).collect();
    // What stands before the command may stand behind it.
    if let Some(place) = words.iter().position(|word| word == "init") {
        words[1..=place].rotate_right(1);
    }
    redact::text(&shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default())
}

async fn go(
    wanted: &Wanted,
    registry: &Registry,
    restart: bool,
    global: &Global,
    interrupt: &Interrupt,
    progress: Progress,
    output: &mut Output,
) -> Result<(), Ended> {
    if global.work.dry_run {
        let ended = dry_run(wanted, &progress.reporter(), interrupt).await;
        progress.finish(output);
        ended?;
        return show::plan(&init::plan(wanted), output);
    }
    let contents = registry.read().map_err(|error| registry::failure(&error))?.contents;
    let found = Found { root: wanted.root.clone(), by: By::Marker };
    let project = Project::open(found, &contents).map_err(|error| project::unusable(&error))?;
    let _lock = project::lock(&project, "init", &global.work, interrupt, output).await?;
    let folder = project.folder();
    progress.keep(&folder, "init");
    let before = Journal::read(&folder).filter(|_| !restart);
    if before.as_ref().is_some_and(|journal| !journal.finished) {
        output.notice("goes on where the last init ended\n");
    }
    let journal = Journal::begin(&folder, command_line());
    let limits = Limits::new(global.work.parallel);
    let done = init::run(wanted, registry, journal, &limits, &progress.reporter(), &interrupt.asked()).await;
    progress.finish(output);
    let again = command_line();
    if interrupt.asked().is_cancelled() && done.cancelled() {
        let ended = interrupt.ended().details(show::document(wanted, &done, &again));
        return Err(ended.hint(format!("it goes on where it ended: {again}")).into());
    }
    if let Some(failure) = failure::of(&done, &again) {
        return Err(failure.details(show::document(wanted, &done, &again)).into());
    }
    let settled = init::foresee(wanted, &contents).map_err(|error| failure::of_error(&error))?;
    show::result(wanted, &done, &settled.ports(), output)
}

/// Asks the hosts whether what is to be cloned can be read; all that cannot be is told together.
async fn dry_run(wanted: &Wanted, reporter: &Reporter, interrupt: &Interrupt) -> Result<(), Ended> {
    let cancel = interrupt.asked();
    let mut problems = Vec::new();
    for source in wanted.sources.iter().filter(|source| source.found == init::Found::Nothing) {
        let Some(repository) = &source.repository else { continue };
        let reporter = reporter.clone();
        let transfer = Transfer::new(cancel.clone(), move |moved| {
            if let Moved::Waiting { on } = moved {
                reporter.tell(init::waits(&on));
            }
        });
        let reached = reachable(repository.url.clone(), wanted.access.clone(), &transfer).await;
        problems.extend(reached.err().map(|error| failure::git(&error)));
        if cancel.is_cancelled() {
            return Err(interrupt.ended().into());
        }
    }
    Ok(preflight::all(problems)?)
}

/// A usage error of its own.
fn usage(message: impl Into<String>) -> Failure {
    Failure::new(ExitCode::Usage, Code::Usage, message)
}
