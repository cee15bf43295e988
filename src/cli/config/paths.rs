//! `config path`: the files in effect.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access};
use crate::cli::registry;
use crate::dev::folder::Folder;
use crate::dev::project::FILE;
use crate::dev::settings::Mode;

/// Arguments of `config path`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Whose files
    #[arg(long, value_enum, default_value_t)]
    scope: Scope,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Scope {
    User,
    Project,
    #[default]
    All,
}

/// Lists them, there or not.
pub fn run(arguments: &Arguments, flags: &ComposeFlags, output: &mut Output) -> Result<(), Ended> {
    let mut files: Vec<(&str, PathBuf)> = Vec::new();
    if arguments.scope != Scope::Project {
        let registry = registry::open(flags).map_err(|error| registry::failure(&error))?;
        files.push(("user", registry.path().to_owned()));
    }
    if arguments.scope != Scope::User {
        match project::locate(flags, Access::ReadOnly, None, output) {
            Ok((found, _)) => files.extend(of_project(&found.root)),
            // Nobody asked for one.
            Err(failure)
                if arguments.scope == Scope::All
                    && flags.project.is_none()
                    && failure.exit == ExitCode::NoProject => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let (mut text, mut list): (String, Vec<Value>) = Default::default();
    for (scope, path) in files {
        let exists = path.exists();
        let _ = writeln!(text, "{scope:<7}  {}{}", path.display(), if exists { "" } else { "  (not there)" });
        let path = path.to_str().ok_or_else(|| {
            let message = format!("{} has a name that is not UTF-8 text", path.display());
            Failure::new(ExitCode::Failed, Code::Internal, message)
        })?;
        list.push(json!({"scope": scope, "path": path, "exists": exists}));
    }
    output.result("ConfigPaths", json!({"files": list}), &text)
}

fn of_project(root: &Path) -> Vec<(&'static str, PathBuf)> {
    let compose = Mode::ALL.into_iter().map(|mode| root.join("docker").join(mode.file()));
    let files =
        [root.join(FILE), Folder::of(root).state()].into_iter().chain(compose.filter(|path| path.exists()));
    files.map(|path| ("project", path)).collect()
}
