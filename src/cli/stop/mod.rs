//! `stop`, and `down`, which is the same (cli.md 3.4).

mod local;
mod volumes;

use std::collections::BTreeMap;
use std::time::Duration;

use clap::ValueEnum;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::args::Global;
use super::completions::live;
use super::failure::Ended;
use super::output::Output;
use super::progress::Progress;
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::{engine, service, stack};
use crate::dev::converge::down::{self, Down, Found, Images};
use crate::dev::converge::{Action, Step, StepOutcome, Work};
use crate::dev::stop;
use local::Local;

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

/// Runs it.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let target = stack::target(global, output)?;
    runtime::run(global.work.timeout, |interrupt| go(arguments, target, global, interrupt, output))
}

async fn go(
    arguments: &Arguments,
    target: stack::Target,
    global: &Global,
    interrupt: Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    let local = target.project.as_ref().map(|project| Local::of(project, arguments, output));
    let local = local.filter(|local| !local.is_empty());
    let (engine, local) = match (engine::connect(&global.engine).await, local) {
        (Ok(engine), local) => (engine, local),
        (Err(failure), None) => return Err(failure.into()),
        // Without an engine there are no containers; what runs beside them still ends.
        (Err(_), Some(local)) => return without_engine(local, &target, global, output).await,
    };
    let _lock = match &target.project {
        Some(project) => stack::lock(project, "stop", &global.work, output).await?,
        None => None,
    };
    let name = match (target.name, &target.project) {
        (Some(name), _) => Some(name),
        (None, Some(project)) => {
            down::project_below(&engine, project.root()).await.map_err(|error| stack::failure(&error))?
        }
        (None, None) => None,
    };
    let found = Found::look(&engine, name.as_deref().unwrap_or_default())
        .await
        .map_err(|error| stack::failure(&error))?;
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
        let all: Vec<Step> = local.iter().flat_map(Local::plan).chain(steps).collect();
        return stack::plan(&all, output);
    }
    if arguments.volumes {
        volumes::consent(&engine, &found, &Prompter::new(&global.work, &interrupt)).await?;
    }
    let ended = match local {
        Some(local) => local.end(output).await,
        None => Vec::new(),
    };
    let progress = Progress::start(&global.work, output);
    let reporter = progress.reporter();
    let parallel = stack::parallel(&global.work);
    let stopped = stop::stop(&engine, &steps, arguments.grace, parallel, &reporter, &interrupt.asked()).await;
    progress.finish(output);
    for network in &stopped.in_use {
        output
            .warn("NETWORK_IN_USE", &format!("the network {network} stays: containers of others are on it"));
    }
    if let Some(failure) = stack::of_steps(&steps, &stopped.outcomes) {
        return Err(failure.into());
    }
    print(&ended, &steps, &stopped.outcomes, output)?;
    let cut = stopped.outcomes.iter().any(|outcome| matches!(outcome, StepOutcome::Cancelled));
    if cut { Err(interrupt.ended()) } else { Ok(()) }
}

async fn without_engine(
    local: Local,
    target: &stack::Target,
    global: &Global,
    output: &mut Output,
) -> Result<(), Ended> {
    if global.work.dry_run {
        return stack::plan(&local.plan().collect::<Vec<_>>(), output);
    }
    let _lock = match &target.project {
        Some(project) => stack::lock(project, "stop", &global.work, output).await?,
        None => None,
    };
    let ended = local.end(output).await;
    print(&ended, &[], &[], output)
}

/// Prints what was done (`StopResult`).
fn print(
    processes: &[String],
    steps: &[Step],
    outcomes: &[StepOutcome],
    output: &Output,
) -> Result<(), Ended> {
    let mut removed: BTreeMap<&str, Vec<&str>> =
        ["containers", "networks", "volumes", "images"].map(|kind| (kind, Vec::new())).into();
    let mut stopped = Vec::new();
    for (step, _) in steps.iter().zip(outcomes).filter(|(_, outcome)| matches!(outcome, StepOutcome::Done)) {
        let (kind, name) = step.target.split_once(' ').unwrap_or((&step.target, ""));
        match (kind, step.action) {
            ("container", Action::Change) => stopped.push(name),
            (kind, _) => {
                if kind == "container" {
                    stopped.push(name);
                }
                let kinds = format!("{kind}s");
                if let Some((_, names)) = removed.iter_mut().find(|(known, _)| **known == kinds) {
                    names.push(name);
                }
            }
        }
    }
    let nothing = steps.iter().all(|step| matches!(step.work, Work::Keep(_)));
    let text = if nothing && processes.is_empty() {
        "= nothing running\n".to_owned()
    } else {
        let mut parts = Vec::new();
        parts.extend((!processes.is_empty()).then(|| format!("ended {}", processes.join(", "))));
        parts.extend((!nothing).then(|| counted("stopped", stopped.len(), "container")));
        for kind in ["network", "volume", "image"] {
            let count = removed.get(format!("{kind}s").as_str()).map_or(0, Vec::len);
            parts.extend((count > 0).then(|| counted("removed", count, kind)));
        }
        parts.join(", ") + "\n"
    };
    let stopped: Vec<&str> = processes.iter().map(String::as_str).chain(stopped).collect();
    output.result("StopResult", json!({"stopped": stopped, "removed": removed}), &text)
}

fn counted(done: &str, count: usize, what: &str) -> String {
    format!("{done} {count} {what}{}", if count == 1 { "" } else { "s" })
}
