//! `completions`: the script that lets a shell complete our commands.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use super::exit::ExitCode;
use super::failure::{Ended, Failure};
use super::output::Output;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell; the one in $SHELL when left out
    #[arg(value_enum)]
    shell: Option<Shell>,
}

/// Prints the script.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), Ended> {
    let Some(shell) = arguments.shell.or_else(from_environment) else {
        let failure =
            Failure::new(ExitCode::Usage, "USAGE", "$SHELL does not name a shell that is known here");
        return Err(failure.hint("name it: orchcli completions bash|zsh|fish|powershell|elvish").into());
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::args::Arguments::command(), "orchcli", &mut script);
    output.data(&script)
}

fn from_environment() -> Option<Shell> {
    Shell::from_shell_path(Path::new(&std::env::var_os("SHELL")?))
}
