//! `start`, and `up`, which is `start -d` (cli.md 3.3).

mod elsewhere;
mod foreground;
mod ready;
mod result;

use std::time::{Duration, Instant};

use clap_complete::ArgValueCompleter;
use jiff::Timestamp;

use super::args::{Format, Global, StackFlags};
use super::completions::live;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::project::{self, Loaded};
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::stack::{Background, Leftover};
use super::{engine, service, stack, wake};
use crate::dev::converge::{Options, Orphans, Step};
use crate::dev::images::{self, plan as plan_images};
use crate::dev::start::{self, Start};
use crate::docker::Engine;
use ready::Ready;
use result::Outcome;

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
    /// Open the page of the UI when it is ready
    #[arg(long)]
    open: bool,
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
    let ready = Ready::load(arguments, global, &arguments.stack, output)?;
    let services = || {
        let local = ready.background.iter().map(Background::service);
        ready.desired.stack.services.keys().map(String::as_str).chain(local)
    };
    let ports = arguments.stack.port.iter().map(|(name, _)| name);
    for name in arguments.attach.iter().chain(ports) {
        service::known(name, services())?;
    }
    runtime::run(global.work.timeout, |interrupt| go(arguments, detach, global, ready, interrupt, output))
}

async fn go(
    arguments: &Arguments,
    detach: bool,
    global: &Global,
    ready: Ready,
    interrupt: Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    let (begun, since) = (Instant::now(), Timestamp::now());
    let prompter = Prompter::new(&global.work, &interrupt);
    let needs_none = ready.desired.stack.services.is_empty() && !ready.background.is_empty();
    let connected = if needs_none {
        engine::connect(&global.engine).await
    } else {
        wake::connect(global, &prompter).await?
    };
    let engine = match connected {
        Ok(engine) => Some(engine),
        Err(failure) if needs_none => {
            output.notice(&format!("{}; nothing of this stack needs one\n", failure.message));
            None
        }
        Err(failure) => return Err(failure.into()),
    };
    let lock = stack::lock(&ready.loaded.project, "start", &global.work, &interrupt, output).await?;
    project::complete(&ready.loaded.project)?;
    if let Some(engine) = &engine {
        stack::not_remote(engine, &ready.desired, ready.loaded.project.root())?;
    }
    let wait = ready.loaded.settings.wait;
    let how = Start {
        options: options(arguments),
        wait: !arguments.no_wait,
        budgets: start::budgets(arguments.wait_timeout.unwrap_or(wait.timeout), &wait),
        parallel: stack::parallel(&global.work),
    };
    let mut ready = ready.at_free_ports(arguments, global, engine.as_ref(), &prompter, output).await?;
    let mut background = std::mem::take(&mut ready.background);
    let Ready { loaded: Loaded { project, .. }, desired, leftover, .. } = &ready;
    let wishes = stack::wishes(arguments.pull, arguments.build, global.work.offline, project);
    let images = match &engine {
        Some(engine) => {
            let planned = plan_images(engine, &desired.stack, wishes).await;
            planned.map_err(|error| stack::image_failure(&error))?
        }
        None => images::Plan::default(),
    };
    if global.work.dry_run {
        let mut steps: Vec<Step> = leftover.iter().map(Leftover::step).collect();
        if let Some(engine) = &engine {
            let planned = start::plan(engine, desired, &how.options).await;
            let (plan, _) = planned.map_err(|error| stack::failure(&error))?;
            for (code, message) in &plan.warnings {
                output.warn(code, message);
            }
            steps.extend(plan.steps);
        }
        steps.extend(background.iter().map(Background::step));
        return stack::plan_with_images(&images.steps, &steps, output);
    }
    if let Some(leftover) = leftover {
        leftover.end().await;
    }
    let started = match &engine {
        Some(engine) => {
            let images = &images;
            let up = stack::Up { command: "start", project, engine, desired, images, how: &how };
            Some(stack::bring_up(&up, &global.work, &interrupt, output).await?)
        }
        None => None,
    };
    let mut outcome = Outcome { started, local: Vec::new(), from_source: &ready.from_source, desired };
    if outcome.is_cut() {
        let document = outcome.document(begun.elapsed());
        return Err(stack::cut(&interrupt, document, &outcome.table(), output).into());
    }
    let remote = engine.as_ref().and_then(Engine::remote_host);
    stack::follow(&mut background, outcome.containers(), remote, output)?;
    for server in &background {
        outcome.local.push(server.bring_up().await?);
        server.tell_of_note(output);
    }
    if arguments.open {
        outcome.open(output);
    }
    if detach {
        return outcome.print(begun.elapsed(), output);
    }
    // What is up may be changed by others now.
    drop(lock);
    let services = if arguments.attach.is_empty() { outcome.services() } else { arguments.attach.clone() };
    let logs = (!background.is_empty()).then(|| project.folder().logs());
    let shown = foreground::Shown { project: desired.stack.name.clone(), services, folder: logs, since };
    let ended = foreground::stay(engine.as_ref(), &outcome, shown, &interrupt, output).await;
    for (server, (_, is_new)) in background.iter().zip(&outcome.local) {
        if *is_new {
            server.end().await;
        }
    }
    ended?;
    match output.format() {
        Format::Ndjson => {
            outcome.look_again(engine.as_ref()).await;
            outcome.print(begun.elapsed(), output)
        }
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
