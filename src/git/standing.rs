//! How a checkout stands to what it follows, as far as this machine knows: no network (cli.md 3.7).

use std::path::Path;

use git2::{BranchType, Repository, StatusOptions};
use serde::Serialize;

use super::error::Error;

/// How a checkout stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The branch; without it a commit alone is checked out.
    pub branch: Option<String>,
    /// The commit.
    pub head: Option<String>,
    /// Whether there are changes that are in no commit.
    pub dirty: bool,
    /// The branch of a remote that it follows.
    pub follows: Option<String>,
    /// Commits that are here and not there.
    pub ahead: usize,
    /// Commits that are there, as of the last fetch, and not here.
    pub behind: usize,
}

/// Looks at `folder`; a folder that is no checkout has no standing.
pub fn standing(folder: &Path) -> Result<Option<Standing>, Error> {
    let failed = || Error::repository(format!("cannot look at {}", folder.display()));
    let repository = match Repository::open(folder) {
        Ok(repository) => repository,
        Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(failed()(error)),
    };
    let head = repository.head().ok();
    let branch = head.as_ref().filter(|head| head.is_branch()).and_then(|head| head.shorthand().ok());
    let branch = branch.map(str::to_owned);
    let commit = head.as_ref().and_then(git2::Reference::target);
    let followed = branch.as_deref().and_then(|branch| {
        let local = repository.find_branch(branch, BranchType::Local).ok()?;
        let upstream = local.upstream().ok()?;
        Some((upstream.name().ok()??.to_owned(), upstream.get().target()?))
    });
    let (ahead, behind) = match (commit, &followed) {
        (Some(here), Some((_, there))) => repository.graph_ahead_behind(here, *there).map_err(failed())?,
        (_, _) => (0, 0),
    };
    let mut options = StatusOptions::new();
    options.include_untracked(true).include_ignored(false).exclude_submodules(true);
    let dirty = !repository.statuses(Some(&mut options)).map_err(failed())?.is_empty();
    Ok(Some(Standing {
        branch,
        head: commit.map(|commit| commit.to_string()),
        dirty,
        follows: followed.map(|(name, _)| name),
        ahead,
        behind,
    }))
}
