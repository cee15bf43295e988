//! `dev`: the stack with hot reload, in the foreground (cli.md 3.2).

mod begin;
mod chosen;
mod containers;
mod keys;
mod missing;
mod plan;
mod processes;
mod run;
mod save;
mod show;
mod supervise;
mod tools;
mod wanted;
mod watching;

use super::args::{Format, Global, port};
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::install::InstallFlags;
use super::output::Output;
use super::project::{self, Access};
use super::{runtime, stack};
use crate::dev::project::Project;
use crate::dev::settings::{Overrides, Settings};
use chosen::{Asked, CoreRunner, Elsewhere};
use run::Run;

/// Arguments of `dev`.
#[derive(Debug, clap::Args)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    #[command(flatten)]
    mode: chosen::ModeFlags,
    /// Only these services
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    only: Vec<String>,
    /// What provides core where it is not run from its checkout [default: image, without an engine embedded]
    #[arg(long, value_enum, value_name = "PROVIDER")]
    core: Option<Elsewhere>,
    /// What provides the UI where it is not run from its checkout [default: image, without an engine embedded]
    #[arg(long, value_enum, value_name = "PROVIDER")]
    ui: Option<Elsewhere>,
    /// What builds and runs core's checkout [default: builtin; with --backend-only and no Go that will do, container]
    #[arg(long, value_enum, value_name = "RUNNER")]
    core_runner: Option<CoreRunner>,
    /// Keep mode, providers and runner in orchcli.yaml
    #[arg(long)]
    save: bool,
    /// Leave containers and what was started in the background running
    #[arg(long)]
    keep: bool,
    /// Start no containers
    #[arg(long)]
    no_containers: bool,
    /// Do not build again when sources change
    #[arg(long)]
    no_watch: bool,
    /// Open the UI when it is ready
    #[arg(long)]
    open: bool,
    /// End when a service failed, with exit code 7
    #[arg(long)]
    exit_on_failure: bool,
    /// Another port for a service on this machine
    #[arg(long, value_name = "SERVICE=PORT", value_parser = port)]
    port: Vec<(String, u16)>,
    /// Where a port is taken, use the next one that is free, now and later
    #[arg(long)]
    auto_port: bool,
    /// When images are pulled [default: what each service says]
    #[arg(long, value_enum, value_name = "WHEN")]
    pull: Option<stack::When>,
    #[command(flatten)]
    install: InstallFlags,
    /// A variable of the local processes
    #[arg(long, value_name = "K=V", value_parser = super::local::variable)]
    env: Vec<(String, String)>,
}

impl Arguments {
    /// Whether a service takes part.
    fn wants(&self, service: &str) -> bool {
        self.only.is_empty() || self.names(service)
    }

    /// Whether a service is named.
    fn names(&self, service: &str) -> bool {
        self.only.iter().any(|only| only == service)
    }
}

/// Runs the stack until it is told to stop.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    if matches!(output.format(), Format::Json | Format::Yaml) && !global.work.dry_run {
        let failure =
            Failure::new(ExitCode::Usage, Code::Usage, "what goes on has no end, and a document has one");
        return Err(failure.hint("orchcli dev --output ndjson").into());
    }
    let (mut project, mut settings) = found(global, output)?;
    let mut asked = Asked::of(arguments, &project, &settings)?;
    let missing = asked.missing(arguments, &project, &settings);
    if !missing.is_empty() {
        missing::make(&missing, asked.mode, &project, &settings, global, output)?;
        (project, settings) = found(global, output)?;
        asked = Asked::of(arguments, &project, &settings)?;
    }
    let run = Run { arguments, global, project, first: settings };
    runtime::run(global.work.timeout, |interrupt| run.go(asked, interrupt, output))
}

/// The project, and what is set for it as far as it says what runs.
fn found(global: &Global, output: &mut Output) -> Result<(Project, Settings), Failure> {
    let access = Access::Mutating { dry_run: global.work.dry_run };
    let project = project::find(&global.compose, access, None, output)?;
    let settings = project
        .settings(&Overrides::NONE, &|name| std::env::var(name).ok())
        .map_err(|error| project::unfit(&error))?;
    Ok((project, settings))
}
