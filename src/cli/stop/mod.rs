//! `stop`, and `down`, which is the same (cli.md 3.4).

mod all;
mod local;
mod result;
mod volumes;

use std::time::Duration;

use clap::ValueEnum;
use clap_complete::ArgValueCompleter;

use super::args::Global;
use super::completions::live;
use super::failure::{Ended, Failure};
use super::output::Output;
use super::progress::Progress;
use super::project;
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::{engine, service, stack};
use crate::dev::converge::Step;
use crate::dev::converge::down::{Down, Found, Images};
use crate::dev::folder::Folder;
use crate::dev::lock::Lock;
use crate::dev::project::Project;
use crate::dev::stop;
use crate::docker::Engine;
use local::Local;
use result::Done;

/// Arguments of `stop`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only these services, whose containers stay
    #[arg(value_name = "SERVICE", add = ArgValueCompleter::new(live::services))]
    services: Vec<String>,
    /// Remove the volumes too, with what is in them
    #[arg(short, long, conflicts_with_all = ["services", "keep_containers"])]
    volumes: bool,
    /// How long a container may take to end [default: what its service says, else 10s]
    #[arg(short = 't', long, value_name = "DURATION", value_parser = super::args::duration)]
    grace: Option<Duration>,
    /// Remove images too
    #[arg(long, value_enum, default_value_t, value_name = "WHICH", conflicts_with_all = ["services", "keep_containers"])]
    rmi: Rmi,
    /// Stop containers, and leave them
    #[arg(long)]
    keep_containers: bool,
    /// Every registered project
    #[arg(long, conflicts_with = "services")]
    all: bool,
}

impl Arguments {
    /// Whether every project is meant.
    pub fn is_for_all(&self) -> bool {
        self.all
    }
}

/// Which images go too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Rmi {
    /// None
    #[default]
    None,
    /// Those that were built for the project
    Local,
    /// All that its containers were made from
    All,
}

/// What came of a project.
enum Ran {
    /// What would be done.
    Plan(Vec<Step>),
    /// What was done.
    Done(Done),
}

/// Runs it.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    if arguments.all {
        return all::run(arguments, global, output);
    }
    let target = stack::target(&global.compose, global.work.dry_run, output)?;
    runtime::run(global.work.timeout, async |interrupt| {
        let engine = engine::connect(&global.engine).await;
        match stop_one(arguments, target, engine.as_ref(), (global, &interrupt), output).await? {
            Ran::Plan(steps) => stack::plan(&steps, output),
            Ran::Done(done) => {
                if let Some(failure) = done.failure() {
                    return Err(failure.into());
                }
                if done.is_cut() {
                    return Err(stack::cut(&interrupt, done.fields(), &done.text(), output).into());
                }
                output.result("StopResult", done.fields(), &done.text())
            }
        }
    })
}

/// Stops one project.
async fn stop_one(
    arguments: &Arguments,
    target: stack::Target,
    engine: Result<&Engine, &Failure>,
    (global, interrupt): (&Global, &Interrupt),
    output: &mut Output,
) -> Result<Ran, Ended> {
    let project = target.project.as_ref().map(Project::folder);
    let folder = project.or_else(|| target.below.as_deref().map(Folder::of));
    let local = folder.map(|folder| Local::of(&folder, arguments)).transpose()?;
    let local = local.filter(|local| !local.is_empty());
    let (engine, local) = match (engine, local) {
        (Ok(engine), local) => (engine, local),
        (Err(failure), None) => return Err(failure.clone().into()),
        // What runs beside the containers still ends.
        (Err(failure), Some(local)) => {
            let message = format!("containers were not looked at: {}", failure.message);
            output.warn(failure.code.as_str(), &message);
            return without_engine(local, &target, (global, interrupt), output).await;
        }
    };
    let _lock = lock(&target, (global, interrupt), output).await?;
    let name = match (&target.name, &target.below) {
        (Some(name), _) => Some(name.clone()),
        (None, Some(root)) => stack::name_below(engine, root).await?,
        (None, None) => None,
    };
    let found = Found::look(engine, name.as_deref().unwrap_or_default())
        .await
        .map_err(|error| stack::failure(&error))?;
    // Of all projects, that other one has its own turn.
    let found = if arguments.all && target.owner(&found).is_some() { Found::default() } else { found };
    target.check(&found)?;
    for name in &arguments.services {
        let local = local.iter().flat_map(Local::services);
        let declared = target.declared.iter().map(String::as_str);
        service::known(name, found.services().into_iter().chain(declared).chain(local))?;
    }
    let images = match arguments.rmi {
        Rmi::None => Images::None,
        Rmi::Local => Images::Local,
        Rmi::All => Images::All,
    };
    let wanted = Down {
        services: arguments.services.clone(),
        keep_containers: arguments.keep_containers,
        volumes: arguments.volumes,
        images,
    };
    let steps = found.plan(&wanted);
    if global.work.dry_run {
        return Ok(Ran::Plan(local.iter().flat_map(Local::plan).chain(steps).collect()));
    }
    if arguments.volumes {
        volumes::consent(engine, &found, &Prompter::new(&global.work, interrupt)).await?;
    }
    let processes = match local {
        Some(local) => local.end(output).await,
        None => Vec::new(),
    };
    let progress = Progress::start(&global.work, output);
    let reporter = progress.reporter();
    let parallel = stack::parallel(&global.work);
    let stopped = stop::stop(engine, &steps, arguments.grace, parallel, &reporter, &interrupt.asked()).await;
    progress.finish(output);
    for network in &stopped.in_use {
        output
            .warn("NETWORK_IN_USE", &format!("the network {network} stays: containers of others are on it"));
    }
    Ok(Ran::Done(Done { processes, steps, outcomes: stopped.outcomes }))
}

async fn without_engine(
    local: Local,
    target: &stack::Target,
    (global, interrupt): (&Global, &Interrupt),
    output: &mut Output,
) -> Result<Ran, Ended> {
    if global.work.dry_run {
        return Ok(Ran::Plan(local.plan().collect()));
    }
    let _lock = lock(target, (global, interrupt), output).await?;
    Ok(Ran::Done(Done { processes: local.end(output).await, steps: Vec::new(), outcomes: Vec::new() }))
}

/// Keeps other commands from what is stopped, unless nothing is changed.
async fn lock(
    target: &stack::Target,
    (global, interrupt): (&Global, &Interrupt),
    output: &mut Output,
) -> Result<Option<Lock>, Failure> {
    match target.project.as_ref().filter(|_| !global.work.dry_run) {
        Some(project) => project::lock_to_end(project, "stop", &global.work, interrupt, output).await,
        None => Ok(None),
    }
}
