//! `completions`: the script that lets a shell complete our commands, and the answers to it (cli.md 3.11).
//!
//! The script asks this program for every word, so that values are those of the moment.

pub mod live;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use clap_complete::env::{CompleteEnv, Shells};
use clap_complete::{Generator, Shell};
use serde_json::json;

use super::args::Global;
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::plan;

/// The variable by which the script asks.
const VARIABLE: &str = "ORCHCLI_COMPLETE";

/// Answers a shell that asks how a line goes on; whether it was one. Whatever fails is silent.
pub fn answer(arguments: &[OsString], definition: impl Fn() -> clap::Command) -> bool {
    if std::env::var_os(VARIABLE).is_none() {
        return false;
    }
    let here = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(definition).var(VARIABLE);
    asked.try_complete(arguments.to_vec(), here.as_deref()).unwrap_or(true)
}

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell; the one in $SHELL when left out
    #[arg(value_enum)]
    shell: Option<Shell>,
    /// Write the script into the folder where the shell of this user looks for it
    #[arg(long)]
    install: bool,
    /// Print where --install would write it
    #[arg(long, conflicts_with = "install")]
    print_path: bool,
}

/// Prints the script, or puts it where the shell looks for it.
pub fn run(arguments: &Arguments, global: &Global, output: &Output) -> Result<(), Ended> {
    let Some(shell) = arguments.shell.or_else(from_environment) else {
        let failure =
            Failure::new(ExitCode::Usage, Code::Usage, "$SHELL does not name a shell that is known here");
        return Err(failure.hint("name it: orchcli completions bash|zsh|fish|powershell|elvish").into());
    };
    let script = script(shell)?;
    if !arguments.install && !arguments.print_path {
        return output.data(&script);
    }
    let path = place(shell)?;
    let fields = json!({
        "shell": shell.to_string(), "path": path.display().to_string(), "installed": arguments.install,
    });
    if arguments.print_path {
        return output.result("Completions", fields, &format!("{}\n", path.display()));
    }
    if global.work.dry_run {
        let action = if path.exists() { "change" } else { "create" };
        let reason = format!("the script for {shell}");
        return plan::show("completions", action, &path.display().to_string(), &reason, output);
    }
    path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, script)).map_err(
        |error| {
            let message = format!("{} cannot be written", path.display());
            Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
        },
    )?;
    let text = match shell {
        Shell::Zsh => {
            let folder = path.parent().unwrap_or(&path).display();
            format!("written to {}\nadd to ~/.zshrc, before compinit: fpath+=({folder})\n", path.display())
        }
        Shell::PowerShell => format!("written to {0}\nadd to $PROFILE: . {0}\n", path.display()),
        Shell::Elvish => format!("written to {}\nadd to rc.elv: use orchcli\n", path.display()),
        _ => format!("written to {}\n", path.display()),
    };
    output.result("Completions", fields, &text)
}

/// The script of a shell.
fn script(shell: Shell) -> Result<Vec<u8>, Failure> {
    let failed = |why: &str| {
        Failure::new(ExitCode::Failed, Code::Internal, format!("there is no script for {shell}: {why}"))
    };
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let completer = shells.completer(&shell.to_string()).ok_or_else(|| failed("it is not known"))?;
    completer
        .write_registration(VARIABLE, "orchcli", "orchcli", "orchcli", &mut script)
        .map_err(|error| failed(&error.to_string()))?;
    if shell == Shell::Zsh {
        // Loaded by its name, it is to answer at once.
        script.extend_from_slice(
            b"if [ \"$funcstack[1]\" = \"_orchcli\" ]; then\n    _clap_dynamic_completer_orchcli \"$@\"\nfi\n",
        );
    }
    Ok(script)
}

fn from_environment() -> Option<Shell> {
    Shell::from_shell_path(Path::new(&std::env::var_os("SHELL")?))
}

/// Where a shell looks for scripts of its user; for those that look nowhere, a place to load it from.
fn place(shell: Shell) -> Result<PathBuf, Failure> {
    let file = shell.file_name("orchcli");
    let (base, below, file) = match shell {
        Shell::Bash => ("XDG_DATA_HOME", "bash-completion/completions", OsStr::new("orchcli")),
        Shell::Zsh => ("XDG_DATA_HOME", "zsh/site-functions", OsStr::new(&file)),
        Shell::Fish => ("XDG_CONFIG_HOME", "fish/completions", OsStr::new(&file)),
        Shell::Elvish => ("XDG_CONFIG_HOME", "elvish/lib", OsStr::new(&file)),
        _ => ("XDG_CONFIG_HOME", "powershell", OsStr::new(&file)),
    };
    let usual = if base == "XDG_DATA_HOME" { ".local/share" } else { ".config" };
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let Some(base) = folder(base).or_else(|| folder("HOME").map(|home| home.join(usual))) else {
        let failure = Failure::new(ExitCode::Failed, Code::Internal, "there is no HOME to install into");
        return Err(failure.hint("print the script instead: orchcli completions SHELL > FILE"));
    };
    Ok(base.join(below).join(file))
}
