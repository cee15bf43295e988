//! What the commands of the local stack share: what is wanted, how plans and services are shown, what failures are.

mod background;
mod busy;
mod end;
mod failure;
mod gateway;
mod images;
mod ports;
mod remote;
mod settle;
mod show;
mod target;
mod up;

pub use background::{Background, follow};
pub use busy::{busy, busy_line};
pub use end::{cut, failure_of, last_words};
pub use failure::{failure, of_steps};
pub use gateway::{Leftover, tell_of_note, wanted_gateway};
pub use images::{When, failure as image_failure, wishes};
pub use remote::not_remote;
pub use settle::{keep as keep_ports, make_room, own_ports, settle};
pub use show::{plan, plan_with_images, table};
pub use target::{Target, name_below, target};
pub use up::{Up, bring_up};

use super::args::{Global, StackFlags, WorkFlags};
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::project::{self, Disk, Loaded};
use super::runtime::Interrupt;
use crate::compose::{Finding, Severity};
use crate::dev::converge::Desired;
use crate::dev::lock::Lock;
use crate::dev::project::{By, Project};
use crate::dev::settings::{Mode, Service};

/// What a project that was loaded wants of an engine.
pub fn wanted(
    loaded: &Loaded,
    global: &Global,
    flags: &StackFlags,
    output: &mut Output,
) -> Result<Desired, Ended> {
    let findings = loaded.model.for_containers(global.work.offline);
    let (warnings, errors): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| finding.severity == Severity::Warning);
    for finding in &warnings {
        output.warn(finding.code.as_str(), &finding.to_string());
    }
    if !errors.is_empty() {
        let message = "the Compose files ask for what cannot be done here";
        let mut failure = Failure::new(ExitCode::Invalid, Code::ComposeUnsupported, message);
        failure.causes = errors.iter().map(Finding::to_string).collect();
        return Err(failure.into());
    }
    Ok(desired(loaded, flags)?)
}

/// The same, without a word about what cannot be done here.
pub fn desired(loaded: &Loaded, flags: &StackFlags) -> Result<Desired, Failure> {
    let mut desired = Desired::of(&loaded.model, &Disk, loaded.origin()).map_err(|error| {
        let failure =
            Failure::new(ExitCode::Invalid, Code::ComposeInvalid, "the Compose files have an error");
        failure.because(&error)
    })?;
    // Core is built in its volumes, by whoever owns the checkout.
    let builds = loaded.provided.mode == Mode::CoreDev && loaded.project.by() != By::File;
    desired.hand_over = builds.then(|| Service::Core.as_str().to_owned());
    ports::publish(&mut desired, loaded, flags);
    for (name, value) in &loaded.provided.variables {
        desired.set_variable(Service::Core.as_str(), name, value);
    }
    Ok(desired)
}

/// Takes the lock of a project, unless nothing is changed (cli.md 2.8).
pub async fn lock(
    project: &Project,
    command: &str,
    work: &WorkFlags,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<Option<Lock>, Failure> {
    if work.dry_run {
        return Ok(None);
    }
    project::lock(project, command, work, interrupt, output).await.map(Some)
}

/// How many calls to the engine at once (cli.md 2.1).
pub fn parallel(work: &WorkFlags) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    work.parallel.map_or((2 * cores).min(8), usize::from)
}
