//! What is in a folder that may be a checkout (cli.md 3.1, directory states).

use std::path::Path;

use git2::Repository;

use super::error::Error;

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folder {
    /// It is not there, or empty.
    Free,
    /// Something that is no checkout.
    Other,
    /// A checkout.
    Checkout(Checkout),
}

/// A checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The URL of `origin`, as it is written down.
    pub origin: Option<String>,
    /// The URL of `upstream`.
    pub upstream: Option<String>,
    /// The commit that is checked out; without it the repository is broken or empty.
    pub head: Option<String>,
    /// The branch.
    pub branch: Option<String>,
}

/// Looks at `folder`, and at nothing above it.
pub fn inspect(folder: &Path) -> Result<Folder, Error> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_none() {
                return Ok(Folder::Free);
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Folder::Free),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => return Ok(Folder::Other),
        Err(error) => return Err(Error::local(format!("cannot look into {}", folder.display()))(error)),
    }
    let repository = match Repository::open(folder) {
        Ok(repository) => repository,
        Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(Folder::Other),
        Err(error) => return Err(Error::repository(format!("cannot use {}", folder.display()))(error)),
    };
    let config = repository.config().and_then(|mut config| config.snapshot());
    // As it is written: the library answers with what `insteadOf` makes of it.
    let url = |name: &str| {
        config.as_ref().ok().and_then(|config| config.get_string(&format!("remote.{name}.url")).ok())
    };
    let head = repository.head().ok();
    let branch = head.as_ref().filter(|head| head.is_branch()).and_then(|head| head.shorthand().ok());
    Ok(Folder::Checkout(Checkout {
        origin: url("origin"),
        upstream: url("upstream"),
        head: head.as_ref().and_then(git2::Reference::target).map(|head| head.to_string()),
        branch: branch.map(str::to_owned),
    }))
}
