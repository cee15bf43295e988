//! A Compose file that comes through standard input (`--file -`): read once, however often it is asked for.

use std::io;
use std::sync::OnceLock;

use super::disk::within_limit;
use super::words::split_files;
use crate::cli::args::{ComposeFlags, Global};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::compose::{STDIN, Variables};

/// What came through it, or why it is not read.
static READ: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();

/// The file that comes through it.
pub(super) fn read() -> Result<Vec<u8>, String> {
    READ.get_or_init(|| within_limit(io::stdin().lock())).clone()
}

/// Leaves it to somebody else, from whom nothing is to be taken.
pub fn leave_stdin() {
    // Where it was read already there is nothing to leave.
    let _ = READ.set(Err("is somebody else's here".to_owned()));
}

/// Whether the Compose file of the flags, or of the environment, comes through it.
pub fn reads_stdin(flags: &ComposeFlags) -> bool {
    if !flags.file.is_empty() {
        return flags.file.iter().any(|file| file.as_os_str() == STDIN);
    }
    let named = ["COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR"].into_iter();
    let set: Variables =
        named.filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?))).collect();
    split_files(&set).iter().any(|file| file == STDIN)
}

/// Asks nobody who types a file, or is none.
pub fn keep_from_asking(global: &mut Global) {
    global.work.no_input |= reads_stdin(&global.compose);
}

/// Refuses a list of files that has it twice: there is one text in it.
pub(super) fn once(files: &[String]) -> Result<(), Failure> {
    if files.iter().filter(|file| *file == STDIN).count() < 2 {
        return Ok(());
    }
    let message = "--file - is given twice, and standard input holds one file";
    let failure = Failure::new(ExitCode::Usage, Code::Usage, message);
    Err(failure.hint("name one of them by its path; several documents in one file are parted by ---"))
}
