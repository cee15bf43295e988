//! `config`: what is in effect (cli.md 3.10).

mod compose;
mod paths;
mod projects;

use clap::Subcommand;

use super::args::ComposeFlags;
use super::failure::Ended;
use super::output::Output;

/// Arguments of `config`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the resolved Compose model in Compose's canonical form
    Compose(compose::Arguments),
    /// List the files in effect
    Path(paths::Arguments),
    /// List the registered projects
    Projects(projects::Arguments),
    /// Make a project the current one: what reading commands are about where there is none
    Use(projects::Named),
}

/// Shows what is asked for.
pub fn run(arguments: &Arguments, flags: &ComposeFlags, output: &mut Output) -> Result<(), Ended> {
    match &arguments.what {
        What::Compose(arguments) => compose::run(arguments, flags, output),
        What::Path(arguments) => paths::run(arguments, flags, output),
        What::Projects(arguments) => projects::list(arguments, flags, output),
        What::Use(named) => projects::choose(named, flags, output),
    }
}
