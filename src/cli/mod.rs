//! The command line: one file a command; arguments, output, exit codes.

mod args;
mod authorities;
mod browser;
mod command;
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
mod plain;
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

use clap::FromArgMatches;

use args::Color;
use command::{Arguments, definition};
use failure::{Code, Ended, Failure};
use output::Output;

/// Parses the arguments, runs the command, and says how it ended as an exit code (cli.md 2.2).
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if completions::answer(&arguments, definition) {
        return ExitCode::SUCCESS;
    }
    let format = args::format_of(&arguments);
    let (output, ended) = match parse(&arguments) {
        Ok(Arguments { mut global, command }) => {
            let mut output = Output::new(global.output, global.color, global.quiet);
            let ended = enter(global.directory.as_deref())
                .and_then(|()| Ok(authorities::check(global.work.ca_file.as_deref())?))
                .and_then(|()| if command.needs_project() { project::choose(&mut global) } else { Ok(()) })
                .and_then(|()| command.run(&global, &mut output));
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
    let mut command = definition();
    let matches = command.try_get_matches_from_mut(arguments)?;
    let mut parsed = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    defaults::apply(&mut parsed.global, &matches);
    project::keep_from_asking(&mut parsed.global);
    Ok(parsed)
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
