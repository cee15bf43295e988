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
use crate::dev::status::put;
use local::Local;

/// Arguments of `restart`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only these services, and those that follow them
    #[arg(value_name = "SERVICE", add = ArgValueCompleter::new(live::services))]
    services: Vec<String>,
    /// How long a container may take to end [default: what its service says, else 10s]
    #[arg(short = 't', long, value_name = "DURATION", value_parser = super::args::duration)]
    grace: Option<Duration>,
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
    let background = Background::all(&loaded, &desired.stack, &global.compose)?;
    let (project, wait) = (loaded.project, loaded.settings.wait);
    let known = desired.stack.services.keys().cloned().collect::<Vec<_>>();
    let local = Local::of(&project, arguments, &wait);
    for name in &arguments.services {
        let servers = background.iter().map(Background::service);
        service::known(name, known.iter().map(String::as_str).chain(local.known()).chain(servers))?;
    }
    let is_named = |server: &Background| arguments.services.iter().any(|name| name == server.service());
    let still = background.iter().find(|server| {
        is_named(server) && !server.has_container() && !server.is_running() && !local.has(server.service())
    });
    if let Some(server) = still {
        let message = format!("{} does not run", server.service());
        let failure = Failure::new(ExitCode::Unhealthy, Code::ServiceNotRunning, message);
        return Err(failure.hint(format!("orchcli start {}", server.service())).into());
    }
    let background: Vec<Background> = background
        .into_iter()
        .filter(|server| server.is_running() || server.has_container() && !local.has(server.service()))
        .filter(|server| arguments.services.is_empty() || is_named(server))
        .collect();
    restart::choose(&mut desired, &arguments.services, !arguments.no_deps);
    let beside = Beside { local, background };
    runtime::run(global.work.timeout, |interrupt| {
        go(arguments, global, (desired, project, wait), beside, interrupt, output)
    })
}

async fn go(
    arguments: &Arguments,
    global: &Global,
    (mut desired, project, wait): (Desired, Project, Wait),
    mut beside: Beside,
    interrupt: Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    let begun = Instant::now();
    let _lock = stack::lock(&project, "restart", &global.work, &interrupt, output).await?;
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
    let (plan, observed) = restart::plan(&engine, &mut desired, &arguments.services, arguments.recreate)
        .await
        .map_err(|error| stack::failure(&error))?;
    if global.work.dry_run {
        let steps: Vec<Step> = plan.steps.into_iter().chain(beside.plan()).collect();
        return stack::plan(&steps, output);
    }
    let how = Start {
        options: Options { grace: arguments.grace, ..Options::default() },
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
    if let Some(failure) = stack::failure_of(&started) {
        return Err(failure.into());
    }
    if started.interrupted {
        let (document, text) = told(Some(&started), &[], begun.elapsed());
        return Err(stack::cut(&interrupt, document, &text, output).into());
    }
    stack::follow(&mut beside.background, &started.services, engine.remote_host(), output)?;
    let processes = beside.restart(&interrupt, output).await?;
    print(Some(&started), &processes, begun.elapsed(), output)
}

/// What runs beside the containers.
struct Beside {
    /// The processes of a `dev`.
    local: Local,
    /// The servers of this program.
    background: Vec<Background>,
}

impl Beside {
    fn is_empty(&self) -> bool {
        self.local.is_empty() && self.background.is_empty()
    }

    fn plan(&self) -> Vec<Step> {
        let background = self.background.iter().map(|server| Step {
            action: Action::Change,
            reason: Some("restart".to_owned()),
            ..server.step()
        });
        self.local.plan().chain(background).collect()
    }

    /// Restarts it, unless a signal comes first.
    async fn restart(self, interrupt: &Interrupt, output: &Output) -> Result<Vec<ServiceStatus>, Ended> {
        let work = async {
            let mut all = self.local.restart(output).await?;
            for server in self.background {
                all.push(server.restart().await?);
            }
            Ok::<_, Failure>(all)
        };
        Ok(interrupt.unless_asked(work).await??)
    }
}

/// Prints what was done (`RestartResult`).
fn print(
    started: Option<&Started>,
    processes: &[ServiceStatus],
    took: Duration,
    output: &Output,
) -> Result<(), Ended> {
    let (document, text) = told(started, processes, took);
    output.result("RestartResult", document, &text)
}

/// What was done, for programs and people.
fn told(started: Option<&Started>, processes: &[ServiceStatus], took: Duration) -> (Value, String) {
    let steps = || started.into_iter().flat_map(Started::done);
    let of = |wanted: fn(&Work) -> bool| {
        steps().filter(move |step| wanted(&step.work)).filter_map(|step| Some((step.work.service()?, step)))
    };
    let restarted = of(|work| matches!(work, Work::Restart(_) | Work::Start(_)));
    let mut restarted: Vec<&str> = restarted.map(|(name, _)| name).collect();
    for process in processes {
        if !restarted.contains(&process.name.as_str()) {
            restarted.push(&process.name);
        }
    }
    restarted.dedup();
    let recreated: Vec<Value> = of(|work| matches!(work, Work::Recreate { .. }))
        .map(|(name, step)| json!({"service": name, "reason": step.reason}))
        .collect();
    let containers = started.iter().flat_map(|started| &started.services);
    let mut services: Vec<ServiceStatus> = containers.cloned().collect();
    for process in processes {
        put(&mut services, process.clone());
    }
    let took_each = started.map_or(&[][..], |started| &started.took);
    let text = stack::table(&services, took_each);
    let document = json!({
        "services": services, "restarted": restarted, "recreated": recreated,
        "durationMs": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    });
    (document, text)
}
