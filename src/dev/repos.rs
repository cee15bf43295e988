//! The checkouts of a project, and how they stand (cli.md 3.7).

use std::path::PathBuf;

use serde::Serialize;

use super::project::Project;
use super::settings::{Service, Settings};
use crate::git::standing;

/// A checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repo {
    /// The service it is of.
    pub service: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// The branch that is checked out.
    pub branch: Option<String>,
    /// The commit that is checked out.
    pub head: Option<String>,
    /// Whether there are changes that are in no commit.
    pub dirty: bool,
    /// The branch of a remote that the branch follows.
    pub follows: Option<String>,
    /// Commits that only this machine has.
    pub ahead: usize,
    /// Commits that only the remote has, as of the last fetch.
    pub behind: usize,
    /// Why it cannot be looked at.
    pub error: Option<String>,
}

/// Looks at them. What is no checkout of Git is left out.
pub fn repos(project: &Project, settings: &Settings) -> Vec<Repo> {
    let look = |service: Service| {
        let path = project.checkout(service, settings);
        let (standing, error) = match standing(&path) {
            Ok(standing) => (Some(standing?), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let empty = Repo {
            service: service.as_str(),
            path,
            branch: None,
            head: None,
            dirty: false,
            follows: None,
            ahead: 0,
            behind: 0,
            error,
        };
        Some(match standing {
            None => empty,
            Some(found) => Repo {
                branch: found.branch,
                head: found.head,
                dirty: found.dirty,
                follows: found.follows,
                ahead: found.ahead,
                behind: found.behind,
                ..empty
            },
        })
    };
    [Service::Ui, Service::Core].into_iter().filter_map(look).collect()
}

impl Repo {
    /// The branch and the first letters of the commit.
    pub fn commit(&self) -> String {
        let head = self.head.as_deref().unwrap_or_default();
        let short = head.get(..7).unwrap_or(head);
        match &self.branch {
            Some(branch) => format!("{branch} {short}"),
            None => short.to_owned(),
        }
    }
}
