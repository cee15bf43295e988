//! What must be there before anything is done: all that is missing is told together (cli.md 3.1, step 2).

use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::tools as told;
use crate::cli::{engine, registry};
use crate::dev::init::Wanted;
use crate::dev::registry::Registry;
use crate::dev::tools;

/// Less is not enough for the images and the dependencies.
#[cfg(unix)]
const ROOM: u64 = 3 << 30;

/// Looks; the first problem gives the code, the others are told with it.
pub async fn check(wanted: &Wanted, user: &Registry, global: &Global) -> Result<(), Failure> {
    let mut problems = Vec::new();
    if !global.work.dry_run
        && let Err(error) = user.check_writable()
    {
        problems.push(registry::failure(&error));
    }
    if let Err(failure) = engine::connect(&global.engine).await {
        problems.push(failure);
    }
    if wanted.dependencies {
        problems.extend(missing(wanted).await);
    }
    problems.extend(room(wanted));
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
    let told = problems.iter().map(|problem| {
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
