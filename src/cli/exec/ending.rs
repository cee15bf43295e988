//! How a command in a container ended, as our own exit code (cli.md 2.2, 3.8).

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::dev::exec::{Refusal, refusal};

/// A command that never ran, for what its runtime says.
pub fn refused(sentence: &str) -> Failure {
    let (exit, message) = match refusal(sentence) {
        Refusal::NotFound => (ExitCode::CommandNotFound, "the container has no such command"),
        Refusal::NotExecutable => (ExitCode::NotExecutable, "the container cannot execute the command"),
        Refusal::Refused => (ExitCode::ExecRefused, "the engine refused to run the command"),
    };
    let mut failure = Failure::new(exit, Code::ExecRefused, message);
    failure.causes.push(sentence.trim().to_owned());
    failure
}

/// The code of a command that ran. A code is a byte, whatever the engine makes of it.
pub fn code(code: i64) -> Result<(), Ended> {
    match u8::try_from(code.rem_euclid(256)) {
        Ok(0) => Ok(()),
        Ok(code) => Err(Ended::Remote(code)),
        Err(_) => Err(Ended::Exit(ExitCode::Failed)),
    }
}
