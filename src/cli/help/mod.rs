//! `help`: commands, topics, man pages.

mod man;
mod topics;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Command;

use super::args::Global;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use crate::settings::key;

/// What there is help on besides the commands.
const TOPICS: [&str; 5] = ["exit-codes", "environment", "compose", "proxies", "ci"];

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A command, or a topic: exit-codes, environment, compose, proxies, ci
    topic: Option<String>,
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
    let text = match arguments.topic.as_deref() {
        None => definition.render_long_help().ansi().to_string(),
        Some("exit-codes") => exit_codes(),
        Some("environment") => environment(),
        Some("compose") => topics::COMPOSE.to_owned(),
        Some("proxies") => topics::PROXIES.to_owned(),
        Some("ci") => topics::CI.to_owned(),
        Some(name) => match definition.find_subcommand_mut(name) {
            Some(found) => found.render_long_help().ansi().to_string(),
            None => return Err(unknown(name, &definition).into()),
        },
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

fn environment() -> String {
    let mut text = "Environment of every command\n\n".to_owned();
    for (name, about) in [
        ("ORCHCLI_DIRECTORY", "as --directory"),
        ("ORCHCLI_OUTPUT", "as --output"),
        ("COMPOSE_FILE", "as --file; several are separated by : (; on Windows) or COMPOSE_PATH_SEPARATOR"),
        ("ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME", "as --project-name"),
        (
            "COMPOSE_PROFILES, COMPOSE_ENV_FILES",
            "as --profile and --env-file; several are separated by commas",
        ),
        ("NO_COLOR, CLICOLOR_FORCE", "never, or always use colours; --color goes before them"),
        (
            "ORCHCLI_LOG",
            "which log lines serve writes, such as orchcli=debug,kube=info; instead of LOG_LEVEL",
        ),
    ] {
        let _ = writeln!(text, "  {name}\n      {about}");
    }
    text += "\nSettings of serve\n\nEach is read as KUBEORCH_<NAME>, then as <NAME>, then from config.yaml; flags go before all.\n\n";
    for key in key::ALL {
        let default = match key.default {
            None | Some("") => String::new(),
            Some(default) => format!(" [default: {default}]"),
        };
        let _ = writeln!(text, "  {}\n      {}{default}", key.variable(), key.about);
    }
    text
}
