//! The user's file as commands use it: where it is, and what its errors are to a user (cli.md 4.1, 4.6).

use std::fmt::Write as _;

use serde_json::json;

use super::args::ComposeFlags;
use super::exit::ExitCode;
use super::failure::{Code, Failure};
use super::output::Output;
use crate::dev::registry::{self, Error, Read, Registry, Surroundings};

/// The user's file that the flags and the environment mean.
pub fn open(flags: &ComposeFlags) -> Result<Registry, Error> {
    let surroundings = Surroundings {
        named: flags.user_config.as_deref(),
        variable: &|name| std::env::var_os(name),
        program: std::env::current_exe().ok(),
    };
    registry::locate(&surroundings).map(Registry::at)
}

/// What it says; a user without a home has none. What is to be told about it is told.
pub fn read(flags: &ComposeFlags, output: &mut Output) -> Result<Read, Failure> {
    let registry = match open(flags) {
        Ok(registry) => registry,
        Err(Error::Homeless) => return Ok(Read::default()),
        Err(error) => return Err(failure(&error)),
    };
    let read = registry.read().map_err(|error| failure(&error))?;
    if read.newer {
        let message =
            format!("{} is from a newer orchcli: it is read, and not changed", registry.path().display());
        output.warn("CONFIG_NEWER", &message);
    }
    Ok(read)
}

/// What an error of the user's file is to whoever ran the command.
pub fn failure(error: &Error) -> Failure {
    let invalid = |message: String| Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message);
    match error {
        Error::Locked { holder, .. } => {
            let failure = Failure::new(ExitCode::Conflict, Code::ConfigLocked, error.to_string());
            failure.hint("run the command again").details(json!({"holder": holder}))
        }
        Error::Corrupt { path, copy, .. } => {
            let mut hint = "correct it".to_owned();
            let backup = format!("{}.bak", path.display());
            if std::path::Path::new(&backup).exists() {
                let _ = write!(hint, ", or go back to {backup}");
            }
            if let Some(copy) = copy {
                let _ = write!(hint, "; a copy is {}", copy.display());
            }
            invalid("the user configuration cannot be used".to_owned()).because(error).hint(hint)
        }
        Error::Reference { .. } => invalid("what the old program left cannot be taken over".to_owned())
            .because(error)
            .hint("correct it, or take it away"),
        Error::Two { .. } => invalid(error.to_string()).hint("keep one of them"),
        Error::Newer { .. } => invalid(error.to_string()).hint("use the newer orchcli"),
        Error::Homeless => {
            invalid(error.to_string()).hint("name a file with --user-config or ORCHCLI_CONFIG")
        }
        Error::Unreadable { .. } => {
            invalid("the user configuration cannot be used".to_owned()).because(error)
        }
        Error::Unwritable { source, .. } => {
            let mine = matches!(
                source.kind(),
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem
            );
            let (exit, code) = if mine {
                (ExitCode::Invalid, Code::ConfigInvalid)
            } else {
                (ExitCode::Failed, Code::Internal)
            };
            let failure = Failure::new(exit, code, "the user configuration cannot be changed").because(error);
            failure.hint("make it writable, or name another file with --user-config or ORCHCLI_CONFIG")
        }
        Error::Form(_) => Failure::new(ExitCode::Failed, Code::Internal, error.to_string()),
    }
}
