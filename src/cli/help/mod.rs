//! `help`: commands, topics, man pages.

mod environment;
mod man;
mod topics;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Command;

use super::args::Global;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;

/// What there is help on besides the commands.
const TOPICS: [&str; 5] = ["exit-codes", "environment", "compose", "proxies", "ci"];

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A command, or a topic: exit-codes, environment, compose, proxies, ci
    topic: Vec<String>,
    /// Write the man pages into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "topic")]
    man: Option<PathBuf>,
}

/// Prints the help of a command of `definition` or a topic, or writes the man pages.
pub fn run(
    arguments: &Arguments,
    mut definition: Command,
    global: &Global,
    output: &Output,
) -> Result<(), Ended> {
    if let Some(folder) = &arguments.man {
        return man::write(folder, definition, global.work.dry_run, output);
    }
    definition.build();
    let text = match arguments.topic.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => definition.render_long_help().ansi().to_string(),
        ["exit-codes"] => exit_codes(),
        ["environment"] => environment::text(),
        ["compose"] => topics::COMPOSE.to_owned(),
        ["proxies"] => topics::PROXIES.to_owned(),
        ["ci"] => topics::CI.to_owned(),
        ref names => {
            let mut found = definition;
            for name in names {
                let below = found.find_subcommand(name).cloned();
                found = below.ok_or_else(|| unknown(name, &found))?;
            }
            found.render_long_help().ansi().to_string()
        }
    };
    output.people(&text)
}

fn unknown(name: &str, command: &Command) -> Failure {
    let known = command.get_subcommands().map(Command::get_name).chain(TOPICS);
    let near = known
        .map(|known| (strsim::jaro_winkler(known, name), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let failure = Failure::new(ExitCode::Usage, Code::Usage, format!("there is no help on '{name}'"));
    match near {
        Some((_, best)) => failure.hint(format!("did you mean: orchcli help {best}")),
        None => failure.hint(format!("see orchcli help for the commands; topics are {}", TOPICS.join(", "))),
    }
}

fn exit_codes() -> String {
    let mut text = "Exit codes\n\n".to_owned();
    for exit in ExitCode::ALL {
        let (symbol, meaning) = exit.meaning();
        let _ = writeln!(text, "{:>5}  {symbol:<12}  {meaning}", exit.code());
    }
    text += "\nError codes, as -o json tells them\n\n";
    for code in Code::ALL {
        let _ = writeln!(text, "  {:<20} {}", code.as_str(), code.meaning());
    }
    text
}
