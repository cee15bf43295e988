//! The lock of a project as commands take it (cli.md 2.8).

use std::time::Duration;

use serde_json::json;

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::lock::{self, Holder, Lock};
use crate::dev::project::Project;

/// Takes the lock of the project for `command`, making `.orchcli/` if it is not there, and waits for it as long as
/// `--lock-timeout` says; `waiting` is told whom for.
pub async fn lock(
    project: &Project,
    command: &str,
    patience: Duration,
    waiting: impl FnMut(&Holder),
) -> Result<Lock, Failure> {
    let folder = project.folder();
    folder.prepare().map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return Failure::new(ExitCode::Conflict, Code::DirExists, error.to_string())
                .hint("nothing is written through a link, which may lead out of the project");
        }
        let message = format!("{} cannot be made", folder.path().display());
        Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    })?;
    lock::take_async(&folder.lock(), command, patience, waiting).await.map_err(|error| match &error {
        lock::Error::Held { holder, .. } => {
            let who = holder.as_ref().map_or_else(|| "another command".to_owned(), ToString::to_string);
            let message = format!("{who} works on {}", project.root().display());
            let failure = Failure::new(ExitCode::Conflict, Code::LockHeld, message);
            failure
                .hint("wait for it, or give more time: --lock-timeout 5m")
                .details(json!({"holder": holder}))
        }
        lock::Error::Unusable { .. } => {
            Failure::new(ExitCode::Failed, Code::Internal, "the project cannot be locked").because(&error)
        }
    })
}
