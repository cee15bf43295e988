//! What must be there before anything is done: all that is missing is told together (cli.md 3.1, step 2).

use super::{Arguments, failure, leftovers, ports};
use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::prompt::Prompter;
use crate::cli::stack::busy;
use crate::cli::tools as told;
use crate::cli::{engine, project, registry, wake};
use crate::dev::adopt::{self, Leftovers};
use crate::dev::init::{self, Adopted, Wanted};
use crate::dev::ports::Conflict;
use crate::dev::registry::Registry;
use crate::dev::{tools, wsl};

/// Less is not enough for the images and the dependencies.
#[cfg(unix)]
const ROOM: u64 = 3 << 30;

/// Looks, and adds to what is wanted what follows from what was seen. The first problem gives the code, the others are
/// told with it.
pub async fn check(
    arguments: &Arguments,
    wanted: &mut Wanted,
    user: &Registry,
    (global, prompter): (&Global, &Prompter),
    output: &mut Output,
) -> Result<(), Ended> {
    let mut problems = Vec::new();
    if !global.work.dry_run
        && let Err(error) = user.check_writable()
    {
        problems.push(registry::failure(&error));
    }
    let contents = user.read().map(|read| read.contents).unwrap_or_default();
    let foreseen = init::foresee(wanted, &contents).map_err(|error| failure::of_error(&error))?;
    if !wanted.force {
        let (project, settings) = (&foreseen.project, &foreseen.settings);
        let without = foreseen.without_container();
        problems.extend(project::unusable_edit(project, settings, foreseen.mode(), &without)?);
    }
    let connected = if foreseen.needs_engine() {
        wake::connect(global, prompter).await?
    } else {
        engine::connect(&global.engine).await
    };
    let engine = match connected {
        Ok(engine) => Some(engine),
        Err(failure) if foreseen.needs_engine() => {
            problems.push(failure);
            None
        }
        Err(failure) => {
            output.notice(&format!("{}; nothing that is asked for needs an engine\n", failure.message));
            None
        }
    };
    if wsl::is_slow(&wsl::version(), &wanted.root) {
        let root = wanted.root.display();
        let message = format!("{root} is a drive of Windows: changes are seen late there; {}", wsl::WAY_OUT);
        output.warn("WINDOWS_DRIVE", &message);
    }
    if wanted.dependencies {
        problems.extend(missing(wanted).await);
    }
    problems.extend(room(wanted));
    let leftovers = match &engine {
        Some(engine) => adopt::find(engine).await.map_err(|error| engine::failure(&error))?,
        None => Leftovers::default(),
    };
    let conflicts = ports::taken(&foreseen, engine.as_ref()).await?;
    let (theirs, others): (Vec<Conflict>, Vec<Conflict>) =
        conflicts.into_iter().partition(|conflict| ports::is_of(conflict, &leftovers));
    if !arguments.auto_port && !others.is_empty() {
        problems.push(busy(&others));
    }
    all(problems)?;
    let adopts = leftovers::are_taken_over(arguments.adopt, &leftovers, prompter, output).await?;
    let in_the_way = if adopts { others } else { [others, theirs].concat() };
    if arguments.auto_port {
        wanted.ports = ports::move_away(&foreseen, &in_the_way)?;
    } else if !in_the_way.is_empty() {
        let hint = "go on with what they hold: --adopt; or other ports: --auto-port";
        return Err(busy(&in_the_way).hint(hint).into());
    }
    wanted.adopted = engine.filter(|_| adopts).map(|engine| Adopted { engine, leftovers });
    Ok(())
}

/// The first of them, with the others as its causes.
pub fn all(problems: Vec<Failure>) -> Result<(), Failure> {
    let mut problems = problems.into_iter();
    let Some(mut first) = problems.next() else { return Ok(()) };
    for other in problems {
        first.causes.push(other.message);
        first.causes.extend(other.causes);
    }
    Err(first)
}

/// Tools that are missing or too old, as far as it is known before the checkouts are there.
async fn missing(wanted: &Wanted) -> Vec<Failure> {
    let mut needs = Vec::new();
    for source in &wanted.sources {
        needs.extend(tools::needs(source.service, &source.path, wanted.runner()));
    }
    let problems = wanted.tools.require(&needs).await.err().unwrap_or_default();
    // What can be installed is, once the checkout tells which version.
    let left = problems.iter().filter(|problem| !wanted.tools.may_provide(problem));
    let told = left.map(|problem| {
        let failure = told::problem(problem);
        let hint = failure.hint.clone().unwrap_or_default();
        failure.hint(format!("{hint}; or go without dependencies: --skip-deps"))
    });
    told.collect()
}

#[cfg(unix)]
fn room(wanted: &Wanted) -> Option<Failure> {
    let found = rustix::fs::statvfs(&wanted.root).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    (free < ROOM).then(|| {
        let message = format!("only {} are free at {}", indicatif::BinaryBytes(free), wanted.root.display());
        Failure::new(ExitCode::Failed, Code::Internal, message).hint("make room: 3 GiB are needed")
    })
}

#[cfg(not(unix))]
fn room(_: &Wanted) -> Option<Failure> {
    None
}
