//! A file that cannot be written (cli.md 2.2).

use std::io;
use std::path::Path;

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::link::Link;

/// Why it cannot be.
pub fn unwritable(path: &Path, error: &io::Error) -> Failure {
    in_the_way(error).unwrap_or_else(|| {
        let message = format!("{} cannot be written", path.display());
        Failure::new(ExitCode::Failed, Code::Internal, message).because(error)
    })
}

/// A link that is in the way of a file, if that is why: the user's to take away.
pub fn in_the_way(error: &io::Error) -> Option<Failure> {
    let failure = Failure::new(ExitCode::Conflict, Code::DirExists, Link::behind(error)?.to_string());
    Some(failure.hint("nothing is written through a link, which may lead out of the project"))
}
