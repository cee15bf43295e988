//! A stack brought up: its images fetched, its containers made and waited for (cli.md 3.3).

use super::end::{failure_of, last_words};
use super::{failure, image_failure};
use crate::cli::args::WorkFlags;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::runtime::Interrupt;
use crate::dev::converge::Desired;
use crate::dev::images::{self, fetch};
use crate::dev::project::Project;
use crate::dev::start::{Start, Started, start};
use crate::docker::Engine;
use crate::docker::discover::Environment;

/// What is brought up.
#[derive(Debug, Clone, Copy)]
pub struct Up<'a> {
    /// The command, for what is kept of how long it took.
    pub command: &'static str,
    /// Of which project.
    pub project: &'a Project,
    /// Where.
    pub engine: &'a Engine,
    /// What.
    pub desired: &'a Desired,
    /// The images it needs.
    pub images: &'a images::Plan,
    /// How.
    pub how: &'a Start,
}

/// Brings it up, and shows how that goes. What fails ends the command, and so does a signal while images are fetched.
pub async fn bring_up(
    up: &Up<'_>,
    work: &WorkFlags,
    interrupt: &Interrupt,
    output: &mut Output,
) -> Result<Started, Ended> {
    let progress = Progress::start(work, output);
    progress.keep(&up.project.folder(), up.command);
    let reporter = progress.reporter();
    let environment = Environment::of_process().or(up.project.proxy().variables());
    let fetched = tokio::select! {
        fetched = fetch(up.engine, &up.desired.stack, up.images, &environment, &reporter) => fetched,
        () = interrupt.asked().cancelled_owned() => {
            progress.finish(output);
            return Err(interrupt.ended().into());
        }
    };
    if let Err(error) = fetched {
        progress.finish(output);
        return Err(image_failure(&error).into());
    }
    let started = start(up.engine, up.desired, up.how, &reporter, &interrupt.asked()).await;
    if let Ok(started) = &started {
        last_words(started, &reporter);
    }
    progress.finish(output);
    let started = started.map_err(|error| failure(&error))?;
    match failure_of(&started) {
        Some(failure) => Err(failure.into()),
        None => Ok(started),
    }
}
