//! `config`: what is in effect, and who says so (cli.md 3.10).

mod check;
mod compose;
mod open;
mod paths;
mod projects;
mod purge;
mod running;
mod schema;
mod target;
mod values;

pub use target::Target;

use clap::Subcommand;

use super::args::Global;
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
    /// List the files in effect
    Path(paths::Arguments),
    /// List every value in effect
    List(values::ListArguments),
    /// Print a value
    Get(values::KeyArguments),
    /// Set a value in its file
    Set(values::SetArguments),
    /// Take a value out of its file
    Unset(values::KeyArguments),
    /// Edit a file; it takes its place when it is right
    Edit(open::Arguments),
    /// Check all files
    Validate,
    /// List the registered projects
    Projects(projects::Arguments),
    /// Make a project the current one: what reading commands are about where there is none
    Use(projects::Named),
    /// Forget a project
    Remove(projects::RemoveArguments),
    /// Take over the projects that KubeOrch's own CLI knew
    Migrate,
    /// Print the resolved Compose model in Compose's canonical form
    Compose(compose::Arguments),
    /// Print the JSON Schema of a file
    Schema(schema::Arguments),
}

/// Shows what is asked for.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let flags = &global.compose;
    match &arguments.what {
        What::Path(arguments) => paths::run(arguments, flags, output),
        What::List(arguments) => values::list(arguments, global, output),
        What::Get(arguments) => values::get(arguments, global, output),
        What::Set(arguments) => values::set(arguments, global, output),
        What::Unset(arguments) => values::unset(arguments, global, output),
        What::Edit(arguments) => open::run(arguments, global, output),
        What::Validate => check::run(global, output),
        What::Projects(arguments) => projects::list(arguments, global, output),
        What::Use(named) => projects::choose(named, global, output),
        What::Remove(arguments) => projects::remove(arguments, global, output),
        What::Migrate => projects::migrate(global, output),
        What::Compose(arguments) => compose::run(arguments, flags, output),
        What::Schema(arguments) => schema::run(arguments, output),
    }
}
