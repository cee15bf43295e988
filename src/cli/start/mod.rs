//! `start`, and `up`, which is `start -d` (cli.md 3.3).

mod foreground;
mod result;

use std::time::{Duration, Instant};

use clap_complete::ArgValueCompleter;
use jiff::Timestamp;

use super::args::{Format, Global, StackFlags};
use super::completions::live;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::{engine, project, service, stack};
use crate::dev::converge::{Desired, Options, Orphans};
use crate::dev::images::{PullFlag, Wishes, plan as plan_images};
use crate::dev::ports::wanted;
use crate::dev::project::Project;
use crate::dev::settings::Wait;
use crate::dev::start::{self, Start};

/// Arguments of `start`.
#[derive(Debug, clap::Args)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    /// Only these services, and what they depend on
    #[arg(value_name = "SERVICE", add = ArgValueCompleter::new(live::services))]
    services: Vec<String>,
    /// Leave it running and return
    #[arg(short, long)]
    detach: bool,
    /// Make every container anew
    #[arg(long, conflicts_with = "no_recreate")]
    force_recreate: bool,
    /// Make no container anew, even if it is out of date
    #[arg(long)]
    no_recreate: bool,
    /// Remove containers of services that there are no more, whoever made them
    #[arg(long, conflicts_with = "keep_orphans")]
    remove_orphans: bool,
    /// Leave containers of services that there are no more
    #[arg(long)]
    keep_orphans: bool,
    /// Without what the services depend on
    #[arg(long, requires = "services")]
    no_deps: bool,
    /// Do not wait until the services are ready
    #[arg(long)]
    no_wait: bool,
    /// How long the services may take to become ready [default: 180s, or wait.timeout of orchcli.yaml]
    #[arg(long, value_name = "DURATION", value_parser = super::args::duration)]
    wait_timeout: Option<Duration>,
    /// In the foreground, show what these services write, separated by commas [default: all that are started]
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    attach: Vec<String>,
    /// Give new containers new anonymous volumes
    #[arg(long, short = 'V')]
    renew_anon_volumes: bool,
    /// When images are pulled [default: what each service says]
    #[arg(long, value_enum, value_name = "WHEN")]
    pull: Option<stack::When>,
    /// Build images that are there already
    #[arg(long)]
    build: bool,
    /// Where a port is taken, use the next one that is free, now and later
    #[arg(long)]
    auto_port: bool,
    #[command(flatten)]
    stack: StackFlags,
}

/// Runs it; `detach` as if `-d` had been given.
pub fn run(arguments: &Arguments, detach: bool, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let detach = detach || arguments.detach;
    if !detach && matches!(output.format(), Format::Json | Format::Yaml) && !global.work.dry_run {
        let message = "start in the foreground has no single document to print";
        return Err(Failure::new(ExitCode::Usage, Code::Usage, message)
            .hint("orchcli start -d -o json")
            .into());
    }
    let (desired, project, wait) = load(arguments, global, &arguments.stack, output)?;
    let services = || desired.stack.services.keys().map(String::as_str);
    let ports = arguments.stack.port.iter().map(|(name, _)| name);
    for name in arguments.attach.iter().chain(ports) {
        service::known(name, services())?;
    }
    runtime::run(global.work.timeout, |interrupt| {
        go(arguments, detach, global, (desired, project, wait), interrupt, output)
    })
}

/// What is to be up.
fn load(
    arguments: &Arguments,
    global: &Global,
    flags: &StackFlags,
    output: &mut Output,
) -> Result<(Desired, Project, Wait), Ended> {
    let (mut desired, project, wait) = stack::desired(global, &arguments.services, flags, output)?;
    if arguments.no_deps {
        desired.stack.services.retain(|name, _| arguments.services.contains(name));
    }
    Ok((desired, project, wait))
}

async fn go(
    arguments: &Arguments,
    detach: bool,
    global: &Global,
    (mut desired, project, wait): (Desired, Project, Wait),
    interrupt: Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    let (begun, since) = (Instant::now(), Timestamp::now());
    let engine = engine::connect(&global.engine).await?;
    let lock = stack::lock(&project, "start", &global.work, output).await?;
    project::complete(&project)?;
    stack::not_remote(&engine, &desired, project.root())?;
    let whole = arguments.wait_timeout.unwrap_or(wait.timeout);
    let how = Start {
        options: options(arguments),
        wait: !arguments.no_wait,
        budgets: start::budgets(whole, &wait),
        parallel: stack::parallel(&global.work),
    };
    let prompter = Prompter::new(&global.work, &interrupt);
    let (name, ports) = (&desired.stack.name, wanted(&desired.stack));
    let chosen = stack::settle(arguments.auto_port, Some(&engine), name, &ports, &prompter).await?;
    if !chosen.is_empty() {
        if !global.work.dry_run {
            stack::keep_ports(&project, &chosen)?;
        }
        let mut flags = arguments.stack.clone();
        flags.port.extend(chosen);
        desired = load(arguments, global, &flags, output)?.0;
    }
    let wishes = stack::wishes(arguments.pull, arguments.build, global.work.offline);
    let wishes = Wishes { usual: project.user_default("pull").and_then(PullFlag::of), ..wishes };
    let images =
        plan_images(&engine, &desired.stack, wishes).await.map_err(|error| stack::image_failure(&error))?;
    if global.work.dry_run {
        let (plan, _) =
            start::plan(&engine, &desired, &how.options).await.map_err(|error| stack::failure(&error))?;
        for (code, message) in &plan.warnings {
            output.warn(code, message);
        }
        return stack::plan_with_images(&images.steps, &plan.steps, output);
    }
    let up = stack::Up {
        command: "start",
        project: &project,
        engine: &engine,
        desired: &desired,
        images: &images,
        how: &how,
    };
    let started = stack::bring_up(&up, &global.work, &interrupt, output).await?;
    if detach {
        return result::print(&started, &desired, begun.elapsed(), output);
    }
    // What is up may be changed by others now.
    drop(lock);
    let all = || desired.stack.services.keys().cloned().collect();
    let services = if arguments.attach.is_empty() { all() } else { arguments.attach.clone() };
    let shown = foreground::Shown { project: desired.stack.name.clone(), services, since };
    foreground::stay(&engine, &started, shown, &interrupt, output).await?;
    match output.format() {
        Format::Ndjson => result::print(&started, &desired, begun.elapsed(), output),
        Format::Text | Format::Json | Format::Yaml => Ok(()),
    }
}

fn options(arguments: &Arguments) -> Options {
    Options {
        force_recreate: arguments.force_recreate,
        no_recreate: arguments.no_recreate,
        orphans: match (arguments.remove_orphans, arguments.keep_orphans) {
            (true, _) => Orphans::Remove,
            (false, true) => Orphans::Keep,
            (false, false) => Orphans::RemoveOurs,
        },
        renew_anonymous_volumes: arguments.renew_anon_volumes,
        grace: None,
    }
}
