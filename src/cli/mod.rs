//! The command line: one file a command; arguments, output, exit codes.

mod args;
mod browser;
mod completions;
mod config;
mod debug;
mod defaults;
mod dev;
mod engine;
mod exec;
pub mod exit;
mod failure;
mod gateway;
mod help;
mod init;
mod install;
mod local;
mod logs;
mod output;
mod plan;
mod progress;
mod project;
mod prompt;
mod registry;
mod render;
mod restart;
mod runtime;
mod serve;
mod service;
mod signals;
mod stack;
mod start;
mod status;
mod stop;
mod table;
mod tools;
mod version;
mod wake;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Arguments, Color, Command, Global};
use failure::{Code, Ended, Failure};
use output::Output;

/// Parses the arguments, runs the command, and says how it ended as an exit code (cli.md 2.2).
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if completions::answer(&arguments) {
        return ExitCode::SUCCESS;
    }
    let format = args::format_of(&arguments);
    let (output, ended) = match parse(&arguments) {
        Ok(Arguments { mut global, command }) => {
            let mut output = Output::new(global.output, global.color, global.quiet);
            let ended = enter(global.directory.as_deref())
                .and_then(|()| if needs_project(&command) { project::choose(&mut global) } else { Ok(()) })
                .and_then(|()| run(&command, &global, &mut output));
            (output, ended)
        }
        Err(error) => {
            let output = Output::new(format, Color::Auto, false);
            let ended = output.usage(&error);
            (output, ended)
        }
    };
    conclude(&output, ended)
}

/// The arguments, with the user's defaults where they say nothing.
fn parse(arguments: &[OsString]) -> Result<Arguments, clap::Error> {
    let mut command = Arguments::command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    let mut parsed = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    defaults::apply(&mut parsed.global, &matches);
    Ok(parsed)
}

fn run(command: &Command, global: &Global, output: &mut Output) -> Result<(), Ended> {
    match command {
        Command::Init(arguments) => init::run(arguments, global, output),
        Command::Start(arguments) => start::run(arguments, false, global, output),
        Command::Up(arguments) => start::run(arguments, true, global, output),
        Command::Stop(arguments) => stop::run(arguments, global, output),
        Command::Restart(arguments) => restart::run(arguments, global, output),
        Command::Serve(arguments) => serve::run(arguments, output),
        Command::Gateway(arguments) => gateway::run(arguments, output),
        Command::Render(arguments) => render::run(arguments, output),
        Command::Dev(arguments) => dev::run(arguments, global, output),
        Command::Status(arguments) => status::run(arguments, global, output),
        Command::Logs(arguments) => logs::run(arguments, global, output),
        Command::Config(arguments) => config::run(arguments, global, output),
        Command::Exec(arguments) => exec::run(arguments, global, output),
        Command::Debug(arguments) => debug::run(arguments, global, output),
        Command::Completions(arguments) => completions::run(arguments, global, output),
        Command::Version(arguments) => version::run(arguments, &global.engine, output),
        Command::Help(arguments) => help::run(arguments, global, output),
    }
}

/// Whether a command changes something of a project that is there.
fn needs_project(command: &Command) -> bool {
    match command {
        Command::Start(_) | Command::Up(_) | Command::Restart(_) | Command::Exec(_) | Command::Dev(_) => true,
        Command::Stop(arguments) => !arguments.is_for_all(),
        Command::Init(_)
        | Command::Serve(_)
        | Command::Gateway(_)
        | Command::Render(_)
        | Command::Status(_)
        | Command::Logs(_)
        | Command::Config(_)
        | Command::Debug(_)
        | Command::Completions(_)
        | Command::Version(_)
        | Command::Help(_) => false,
    }
}

fn enter(directory: Option<&std::path::Path>) -> Result<(), Ended> {
    let Some(directory) = directory else { return Ok(()) };
    std::env::set_current_dir(directory).map_err(|error| {
        let message = format!("cannot work in {}", directory.display());
        Failure::new(exit::ExitCode::Usage, Code::Usage, message).because(&error).into()
    })
}

fn conclude(output: &Output, ended: Result<(), Ended>) -> ExitCode {
    match ended {
        Ok(()) | Err(Ended::ReaderGone) => ExitCode::SUCCESS,
        Err(Ended::Exit(code)) => code.into(),
        Err(Ended::Remote(code)) => code.into(),
        Err(Ended::Failed(failure)) => {
            // With the reader gone there is nobody to tell, but the failure stays one.
            let _ = output.fail(&failure);
            failure.exit.into()
        }
    }
}
