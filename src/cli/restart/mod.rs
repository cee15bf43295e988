//! `restart` (cli.md 3.5).

mod local;

use std::time::{Duration, Instant};

use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use super::args::{Global, StackFlags};
use super::completions::live;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::progress::Progress;
use super::project::{self, Access, Ask};
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::stack::Background;
use super::{service, stack, wake};
use crate::dev::ServiceStatus;
use crate::dev::converge::{Action, Desired, Options, Step, Work};
use crate::dev::project::Project;
use crate::dev::restart;
use crate::dev::settings::Wait;
use crate::dev::start::{self, Start, Started};
use local::Local;

/// Arguments of `restart`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only these services, and those that follow them
    #[arg(value_name = "SERVICE", add = ArgValueCompleter::new(live::services))]
    services: Vec<String>,
    /// How long a container may take to end
    #[arg(short = 't', long, value_name = "DURATION", value_parser = super::args::duration, default_value = "10s")]
    grace: Duration,
    /// Make anew what is out of date
    #[arg(long)]
    recreate: bool,
    /// Without the services that follow these
    #[arg(long)]
    no_deps: bool,
    /// Do not wait until the services are ready
    #[arg(long)]
    no_wait: bool,
}

/// Runs it.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let access = Access::Mutating { dry_run: global.work.dry_run };
    let loaded = project::load(&global.compose, &Ask { make_files: true, ..Ask::new(access, &[]) }, output)?;
    let mut desired = stack::wanted(&loaded, global, &StackFlags::default(), output)?;
    let background = Background::of(&loaded, &global.compose)?;
    let (project, wait) = (loaded.project, loaded.settings.wait);
    let known = desired.stack.services.keys().cloned().collect::<Vec<_>>();
    let local = Local::of(&project, arguments, &wait);
    for name in &arguments.services {
        let core = background.iter().map(|_| "core");
        service::known(name, known.iter().map(String::as_str).chain(local.known()).chain(core))?;
    }
    let names_core = arguments.services.iter().any(|name| name == "core");
    if names_core && local.is_empty() && background.as_ref().is_some_and(|core| !core.is_running()) {
        let failure = Failure::new(ExitCode::Unhealthy, Code::ServiceNotRunning, "core does not run");
        return Err(failure.hint("orchcli start core").into());
    }
    let background =
        background.filter(|core| core.is_running() && (arguments.services.is_empty() || names_core));
    restart::choose(&mut desired, &arguments.services, !arguments.no_deps);
    let beside = Beside { local, background };
    runtime::run(global.work.timeout, |interrupt| {
        go(arguments, global, (desired, project, wait), beside, interrupt, output)
    })
}

async fn go(
    arguments: &Arguments,
    global: &Global,
    (desired, project, wait): (Desired, Project, Wait),
    beside: Beside,
    interrupt: Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    let begun = Instant::now();
    let _lock = stack::lock(&project, "restart", &global.work, output).await?;
    project::complete(&project)?;
    // What runs on this machine needs no engine.
    if desired.stack.services.is_empty() && !beside.is_empty() {
        if global.work.dry_run {
            return stack::plan(&beside.plan(), output);
        }
        let processes = beside.restart(&interrupt, output).await?;
        return print(None, &processes, begun.elapsed(), output);
    }
    let engine = wake::connect(global, &Prompter::new(&global.work, &interrupt)).await??;
    stack::not_remote(&engine, &desired, project.root())?;
    let (plan, observed) =
        restart::plan(&engine, &desired, arguments.recreate).await.map_err(|error| stack::failure(&error))?;
    if global.work.dry_run {
        let steps: Vec<Step> = plan.steps.into_iter().chain(beside.plan()).collect();
        return stack::plan(&steps, output);
    }
    let how = Start {
        options: Options { grace: Some(arguments.grace), ..Options::default() },
        wait: !arguments.no_wait,
        budgets: start::budgets(wait.timeout, &wait),
        parallel: stack::parallel(&global.work),
    };
    let progress = Progress::start(&global.work, output);
    progress.keep(&project.folder(), "restart");
    let reporter = progress.reporter();
    let cancel = interrupt.asked();
    let started = start::carry_out(&engine, &desired, (plan, observed), &how, &reporter, &cancel).await;
    if let Ok(started) = &started {
        stack::last_words(started, &reporter);
    }
    progress.finish(output);
    let started = started.map_err(|error| stack::failure(&error))?;
    stack::conclude(&started, &interrupt, output)?;
    let processes = beside.restart(&interrupt, output).await?;
    print(Some(&started), &processes, begun.elapsed(), output)
}

/// What runs beside the containers.
struct Beside {
    /// The processes of a `dev`.
    local: Local,
    /// Core within this program.
    background: Option<Background>,
}

impl Beside {
    fn is_empty(&self) -> bool {
        self.local.is_empty() && self.background.is_none()
    }

    fn plan(&self) -> Vec<Step> {
        let background = self.background.iter().map(|core| Step {
            action: Action::Change,
            reason: Some("restart".to_owned()),
            ..core.step()
        });
        self.local.plan().chain(background).collect()
    }

    /// Restarts it, unless a signal comes first.
    async fn restart(self, interrupt: &Interrupt, output: &Output) -> Result<Vec<ServiceStatus>, Ended> {
        let work = async {
            let mut all = self.local.restart(output).await?;
            if let Some(core) = self.background {
                all.push(core.restart().await?);
            }
            Ok::<_, Failure>(all)
        };
        match interrupt.asked().run_until_cancelled(work).await {
            Some(restarted) => Ok(restarted?),
            None => Err(interrupt.ended()),
        }
    }
}

/// Prints what was done (`RestartResult`).
fn print(
    started: Option<&Started>,
    processes: &[ServiceStatus],
    took: Duration,
    output: &Output,
) -> Result<(), Ended> {
    let steps = || started.iter().flat_map(|started| &started.plan.steps);
    let of = |wanted: fn(&Work) -> bool| {
        steps().filter(move |step| wanted(&step.work)).filter_map(|step| Some((step.work.service()?, step)))
    };
    let restarted = of(|work| matches!(work, Work::Restart(_) | Work::Start(_)));
    let mut restarted: Vec<&str> = restarted.map(|(name, _)| name).collect();
    restarted.extend(processes.iter().map(|process| process.name.as_str()));
    restarted.dedup();
    let recreated: Vec<Value> = of(|work| matches!(work, Work::Recreate { .. }))
        .map(|(name, step)| json!({"service": name, "reason": step.reason}))
        .collect();
    let containers = started.iter().flat_map(|started| &started.services);
    let services: Vec<ServiceStatus> = containers.chain(processes).cloned().collect();
    let took_each = started.map_or(&[][..], |started| &started.took);
    let text = stack::table(&services, took_each);
    let document = json!({
        "services": services, "restarted": restarted, "recreated": recreated,
        "durationMs": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    });
    output.result("RestartResult", document, &text)
}
