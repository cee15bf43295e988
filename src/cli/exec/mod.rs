//! `exec`: a command in a container of the stack (cli.md 3.8).

mod ending;
mod local;
mod session;
mod terminal;

use std::io::{self, IsTerminal};

use clap_complete::ArgValueCompleter;

use super::args::Global;
use super::completions::live;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::plan;
use super::project::{self, Access, Ask};
use super::runtime::{self, Interrupt};
use super::{engine, service};
use crate::dev::exec::{self as used, NotThere};
use crate::docker::{Command, Engine, Error, Found};

/// The status for a container that cannot run a command now.
const CONFLICT: u16 = 409;

/// Arguments of `exec`.
#[derive(Debug, clap::Args)]
#[command(override_usage = "orchcli exec [OPTIONS] SERVICE [--] [CMD]...")]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    /// No terminal [default: one when stdin and stdout are terminals]
    #[arg(short = 'T', long)]
    no_tty: bool,
    /// Whether the command can read our standard input
    #[arg(
        short,
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        default_value_t = true,
        action = clap::ArgAction::Set
    )]
    interactive: bool,
    /// Run as this user
    #[arg(short, long, value_name = "USER")]
    user: Option<String>,
    /// Run in this folder of the container
    #[arg(short, long, value_name = "DIR")]
    workdir: Option<String>,
    /// A variable of the command; without a value it is ours
    #[arg(short, long, value_name = "K=V")]
    env: Vec<String>,
    /// Number of the container [default: the first that runs]
    #[arg(long, value_name = "N")]
    index: Option<u32>,
    /// Give the command every right
    #[arg(long)]
    privileged: bool,
    /// Start the command and do not wait for it
    #[arg(short, long)]
    detach: bool,
    /// The service, and what runs in it; all that follows it belongs to the command
    /// [default: mongosh in mongodb, else a shell]
    #[arg(
        required = true,
        trailing_var_arg = true,
        value_name = "SERVICE [CMD]",
        add = ArgValueCompleter::new(live::services)
    )]
    words: Vec<String>,
}

/// Runs the command. Standard output is the command's, so what fails here is told on standard error.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let ended = attempt(arguments, global, output);
    let Err(Ended::Failed(failure)) = ended else { return ended };
    // After a signal its code says it: whoever sent that one reads the command in the container.
    if failure.code != Code::Interrupted {
        output.fail_aside(&failure);
    }
    Err(Ended::Exit(failure.exit))
}

fn attempt(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let Some((name, words)) = arguments.words.split_first() else {
        return Err(Failure::new(ExitCode::Usage, Code::Usage, "a service is missing").into());
    };
    let words = if words.first().is_some_and(|word| word == "--") { &words[1..] } else { words };
    if let Some(odd) = arguments.env.iter().find(|entry| entry.is_empty() || entry.starts_with('=')) {
        let message = format!("--env {odd} names no variable");
        return Err(Failure::new(ExitCode::Usage, Code::Usage, message).into());
    }
    if arguments.interactive && !arguments.detach && project::reads_stdin(&global.compose) {
        let message = "the command would read standard input, and --file - reads it";
        let failure = Failure::new(ExitCode::Usage, Code::Usage, message);
        return Err(failure.hint("add -i=false, or name the Compose file by its path").into());
    }
    let access = Access::Mutating { dry_run: global.work.dry_run };
    let project = project::load(&global.compose, &Ask::new(access, &[]), output)?;
    let output = &*output;
    if let Some(service) = local::service(name, &project)? {
        if global.work.dry_run {
            return planned(&format!("process of {name} on this machine"), words, output);
        }
        return runtime::run(global.work.timeout, async |interrupt| {
            local::run(service, arguments, words, (&project, &global.compose), &interrupt).await
        });
    }
    runtime::run(global.work.timeout, async |interrupt| {
        let engine = engine::connect(&global.engine).await?;
        let containers =
            engine.of_project(project.model.name()).await.map_err(|error| engine::failure(&error))?;
        let there = containers.iter().map(|container| container.service.as_str());
        service::known(name, project.known().into_iter().chain(there))?;
        let container = used::choose(&containers, name, arguments.index)
            .map_err(|missing| not_running(name, &missing))?;
        if global.work.dry_run {
            return planned(&format!("process in {}", container.name), words, output);
        }
        go(&engine, container, arguments, words, &interrupt, output).await
    })
}

/// What would be run.
fn planned(target: &str, words: &[String], output: &Output) -> Result<(), Ended> {
    let reason =
        if words.is_empty() { "the usual command of the service".to_owned() } else { words.join(" ") };
    plan::show("exec", "create", target, &reason, output)
}

async fn go(
    engine: &Engine,
    container: &Found,
    arguments: &Arguments,
    words: &[String],
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Ended> {
    let refused = |error: Error| refused(container, &error);
    let terminals = io::stdin().is_terminal() && io::stdout().is_terminal() && terminal::CAN_BE_RAW;
    let attached = !arguments.detach;
    let mut command = Command {
        arguments: words.to_vec(),
        environment: environment(&arguments.env),
        user: arguments.user.clone(),
        directory: arguments.workdir.clone(),
        tty: attached && terminals && arguments.interactive && !arguments.no_tty,
        size: terminal::size(),
        stdin: attached && arguments.interactive,
        privileged: arguments.privileged,
    };
    if words.is_empty() {
        command.arguments = used::usual(engine, container, &command).await.map_err(refused)?;
    }
    let exec = engine.prepare(&container.id, &command).await.map_err(refused)?;
    if !attached {
        engine.launch(&exec).await.map_err(refused)?;
        return Ok(());
    }
    session::hold(engine, &exec, &command, interrupt, output).await
}

/// Variables of the command; a name alone stands for ours, and is nothing when we have none.
fn environment(given: &[String]) -> Vec<String> {
    let entry = |entry: &String| match entry.split_once('=') {
        Some(_) => Some(entry.clone()),
        None => std::env::var(entry).ok().map(|value| format!("{entry}={value}")),
    };
    given.iter().filter_map(entry).collect()
}

fn not_running(service: &str, missing: &NotThere) -> Failure {
    let failure = |message: String| Failure::new(ExitCode::Unhealthy, Code::ServiceNotRunning, message);
    match missing {
        NotThere::None => failure(format!("{service} has no container"))
            .hint(format!("start it: orchcli start -d {service}")),
        NotThere::Number { known } => {
            let known: Vec<String> = known.iter().map(u32::to_string).collect();
            failure(format!("{service} has no container of this number"))
                .hint(format!("it has {}", known.join(", ")))
        }
        NotThere::Not { container, state } => {
            failure(format!("{container}, the container of {service}, does not run: {}", state.as_str()))
                .hint(format!("see why: orchcli logs {service}"))
        }
    }
}

/// What the engine says before there is a process.
fn refused(container: &Found, error: &Error) -> Failure {
    let Error::Refused { status, message } = error else { return engine::failure(error) };
    if *status != CONFLICT {
        return ending::refused(message);
    }
    let text = format!("{} does not run now", container.name);
    let mut failure = Failure::new(ExitCode::Unhealthy, Code::ServiceNotRunning, text);
    failure.causes.push(message.clone());
    failure
}
