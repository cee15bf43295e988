//! `start`, and `up`, which is `start -d` (cli.md 3.3).

mod elsewhere;
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
use super::project::{self, Access, Ask};
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::stack::Background;
use super::{engine, service, stack, wake};
use crate::dev::converge::{Desired, Options, Orphans, Step};
use crate::dev::images::{self, PullFlag, Wishes, plan as plan_images};
use crate::dev::ports::wanted;
use crate::dev::project::Project;
use crate::dev::settings::Wait;
use crate::dev::start::{self, Start};
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

/// What is to be up.
struct Ready {
    desired: Desired,
    project: Project,
    wait: Wait,
    /// Core within this program.
    background: Option<Background>,
    /// Services that run from their checkouts, which `dev` does.
    from_source: Vec<String>,
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
    let ready = load(arguments, global, &arguments.stack, output)?;
    let services = || {
        let local = ready.background.iter().map(|_| "core");
        ready.desired.stack.services.keys().map(String::as_str).chain(local)
    };
    let ports = arguments.stack.port.iter().map(|(name, _)| name);
    for name in arguments.attach.iter().chain(ports) {
        service::known(name, services())?;
    }
    runtime::run(global.work.timeout, |interrupt| go(arguments, detach, global, ready, interrupt, output))
}

fn load(
    arguments: &Arguments,
    global: &Global,
    flags: &StackFlags,
    output: &mut Output,
) -> Result<Ready, Ended> {
    let elsewhere = elsewhere::named(&arguments.services, global, flags, output)?;
    let rest = arguments.services.iter().filter(|name| !elsewhere.contains(name));
    let rest: Vec<String> = rest.cloned().collect();
    let overrides = flags.overrides();
    let access = Access::Mutating { dry_run: global.work.dry_run };
    let ask = Ask { make_files: true, mode: flags.mode, overrides: &overrides, ..Ask::new(access, &rest) };
    let loaded = project::load(&global.compose, &ask, output)?;
    let mut desired = stack::wanted(&loaded, global, flags, output)?;
    if rest.is_empty() && !elsewhere.is_empty() {
        desired.stack.services.clear();
    }
    if arguments.no_deps {
        desired.stack.services.retain(|name, _| rest.contains(name));
    }
    let is_wanted = arguments.services.is_empty() || elsewhere.iter().any(|name| name == "core");
    let background = if is_wanted { Background::of(&loaded, &global.compose)? } else { None };
    let from_source = elsewhere::from_source(&loaded);
    let wait = loaded.settings.wait;
    Ok(Ready { desired, project: loaded.project, wait, background, from_source })
}

async fn go(
    arguments: &Arguments,
    detach: bool,
    global: &Global,
    mut ready: Ready,
    interrupt: Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    let (begun, since) = (Instant::now(), Timestamp::now());
    let prompter = Prompter::new(&global.work, &interrupt);
    let needs_none = ready.desired.stack.services.is_empty() && ready.background.is_some();
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
    let lock = stack::lock(&ready.project, "start", &global.work, output).await?;
    project::complete(&ready.project)?;
    if let Some(engine) = &engine {
        stack::not_remote(engine, &ready.desired, ready.project.root())?;
    }
    let how = Start {
        options: options(arguments),
        wait: !arguments.no_wait,
        budgets: start::budgets(arguments.wait_timeout.unwrap_or(ready.wait.timeout), &ready.wait),
        parallel: stack::parallel(&global.work),
    };
    let local = ready.background.iter().flat_map(Background::ports);
    let ports: Vec<_> = wanted(&ready.desired.stack).into_iter().chain(local).collect();
    let name = &ready.desired.stack.name;
    let chosen = stack::settle(arguments.auto_port, engine.as_ref(), name, &ports, &prompter).await?;
    if !chosen.is_empty() {
        if !global.work.dry_run {
            stack::keep_ports(&ready.project, &chosen)?;
        }
        let mut flags = arguments.stack.clone();
        flags.port.extend(chosen);
        ready = load(arguments, global, &flags, output)?;
    }
    let Ready { desired, project, background, .. } = &ready;
    let wishes = stack::wishes(arguments.pull, arguments.build, global.work.offline);
    let wishes = Wishes { usual: project.user_default("pull").and_then(PullFlag::of), ..wishes };
    let images = match &engine {
        Some(engine) => {
            let planned = plan_images(engine, &desired.stack, wishes).await;
            planned.map_err(|error| stack::image_failure(&error))?
        }
        None => images::Plan::default(),
    };
    if global.work.dry_run {
        let mut steps: Vec<Step> = Vec::new();
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
    let started = match &engine {
        Some(engine) => {
            let images = &images;
            let up = stack::Up { command: "start", project, engine, desired, images, how: &how };
            Some(stack::bring_up(&up, &global.work, &interrupt, output).await?)
        }
        None => None,
    };
    let local = match background {
        Some(background) => Some(background.bring_up().await?),
        None => None,
    };
    let outcome = Outcome { started, local, from_source: &ready.from_source, desired };
    if arguments.open {
        outcome.open(output);
    }
    if detach {
        return outcome.print(begun.elapsed(), output);
    }
    // What is up may be changed by others now.
    drop(lock);
    let services = if arguments.attach.is_empty() { outcome.services() } else { arguments.attach.clone() };
    let logs = background.as_ref().map(|_| project.folder().logs());
    let shown = foreground::Shown { project: desired.stack.name.clone(), services, folder: logs, since };
    let ended = foreground::stay(engine.as_ref(), &outcome, shown, &interrupt, output).await;
    if let (Some(background), true) = (background, outcome.has_started_core()) {
        background.end().await;
    }
    ended?;
    match output.format() {
        Format::Ndjson => outcome.print(begun.elapsed(), output),
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
