//! The lock of a project as commands take it (cli.md 2.8).

use std::io::{self, ErrorKind};

use serde_json::json;

use super::unwritable;
use crate::cli::args::WorkFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::cli::runtime::Interrupt;
use crate::dev::lock::{self, Holder, Lock};
use crate::dev::project::{By, Project};

/// Takes the lock of the project for `command`, making `.orchcli/` if it is not there, and waits for it as long as
/// `--lock-timeout` says, or until a signal comes; the user is told whom for.
pub async fn lock(
    project: &Project,
    command: &str,
    work: &WorkFlags,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<Lock, Failure> {
    take(project, command, work, interrupt, output).await.map_err(|refused| refused.failure(project))
}

/// The same for a command that only takes away what runs: where the folder cannot be written, it goes on without a lock
/// that nobody else can have there either.
pub async fn lock_to_end(
    project: &Project,
    command: &str,
    work: &WorkFlags,
    interrupt: &Interrupt,
    output: &mut Output,
) -> Result<Option<Lock>, Failure> {
    let refused = match take(project, command, work, interrupt, output).await {
        Ok(lock) => return Ok(Some(lock)),
        Err(refused) if refused.is_read_only() => refused,
        Err(refused) => return Err(refused.failure(project)),
    };
    let (folder, path) = (project.folder(), project.folder().lock());
    match lock::is_held(&path) {
        Ok(false) => {
            let message = format!("{} cannot be written: no lock is taken", folder.path().display());
            output.warn("READ_ONLY", &message);
            Ok(None)
        }
        Ok(true) => {
            let holder = lock::holder(&path);
            Err(Refused::Lock(lock::Error::Held { path, holder }).failure(project))
        }
        Err(_) => Err(refused.failure(project)),
    }
}

/// Why the lock is not had.
enum Refused {
    /// Its folder cannot be written.
    Folder(io::Error),
    /// The lock itself.
    Lock(lock::Error),
    /// A signal came.
    Interrupted(Failure),
}

async fn take(
    project: &Project,
    command: &str,
    work: &WorkFlags,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<Lock, Refused> {
    let folder = project.folder();
    folder.prepare().and_then(|()| folder.mark(project.by() != By::File)).map_err(Refused::Folder)?;
    let path = folder.lock();
    let waiting = |holder: &Holder| output.notice(&format!("waits for {holder}\n"));
    let taken = lock::take_async(&path, command, work.lock_timeout, waiting);
    interrupt.unless_asked(taken).await.map_err(Refused::Interrupted)?.map_err(Refused::Lock)
}

impl Refused {
    /// Whether nothing can be written there.
    fn is_read_only(&self) -> bool {
        let why = match self {
            Self::Folder(why) | Self::Lock(lock::Error::Unusable { source: why, .. }) => why.kind(),
            Self::Lock(lock::Error::Held { .. }) | Self::Interrupted(_) => return false,
        };
        matches!(why, ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
    }

    fn failure(&self, project: &Project) -> Failure {
        match self {
            Self::Folder(why) => unwritable(project.folder().path(), why),
            Self::Interrupted(failure) => failure.clone(),
            Self::Lock(lock::Error::Held { holder, .. }) => {
                let who = holder.as_ref().map_or_else(|| "another command".to_owned(), ToString::to_string);
                let message = format!("{who} works on {}", project.root().display());
                let failure = Failure::new(ExitCode::Conflict, Code::LockHeld, message);
                failure
                    .hint("wait for it, or give more time: --lock-timeout 5m")
                    .details(json!({"holder": holder}))
            }
            Self::Lock(error @ lock::Error::Unusable { .. }) => {
                Failure::new(ExitCode::Failed, Code::Internal, "the project cannot be locked").because(error)
            }
        }
    }
}
