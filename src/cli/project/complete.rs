//! Whether a project is whole (cli.md 2.3, `INIT_INCOMPLETE`).

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::init::Journal;
use crate::dev::project::Project;

/// Refuses a project that `init` did not bring to its end. Asked by who holds its lock, as an `init` that still works
/// on it is none that ended.
pub fn complete(project: &Project) -> Result<(), Failure> {
    match Journal::read(&project.folder()).filter(Journal::is_incomplete) {
        None => Ok(()),
        Some(journal) => {
            let message = format!("init of {} did not come to its end", project.root().display());
            let failure = Failure::new(ExitCode::NoProject, Code::InitIncomplete, message);
            Err(failure.hint(format!("it goes on where it ended: {}", journal.again())))
        }
    }
}
