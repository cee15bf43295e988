//! A service that runs from a checkout: which repository, and what is in its place already (cli.md 3.1, 6.2).

use std::path::PathBuf;

use crate::dev::settings::Service;
use crate::git::{self, Checkout, Folder, Identifier, Protocol, Repository, Usual, inspect};

/// A service from source.
#[derive(Debug, Clone)]
pub struct Source {
    /// Core or the UI.
    pub service: Service,
    /// The repository that is asked for; `None` when a checkout is taken as it is.
    pub repository: Option<Repository>,
    /// The official one, reached as that one is.
    pub official: Repository,
    /// A branch, tag or commit.
    pub reference: Option<String>,
    /// Where the checkout is to be.
    pub path: PathBuf,
    /// What is there now.
    pub found: Found,
}

/// What is in the place of a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: it is cloned.
    Nothing,
    /// The repository that is asked for: it stays.
    Same(Checkout),
    /// A checkout that is taken as it is.
    Adopted(Checkout),
}

impl Source {
    /// Whether another repository than the official one is asked for, or found.
    pub fn is_fork(&self) -> bool {
        match (&self.repository, &self.found) {
            (Some(repository), _) => !repository.is(&self.official),
            (None, Found::Same(checkout) | Found::Adopted(checkout)) => {
                let origin = checkout.origin.as_deref().and_then(read);
                origin.is_some_and(|origin| !origin.is(&self.official) && origin.protocol.is_some())
            }
            (None, Found::Nothing) => false,
        }
    }

    /// Whether it is there without what its repository must have.
    pub fn lacks_marker(&self) -> bool {
        match self.found {
            Found::Same(_) | Found::Adopted(_) => !self.path.join(self.marker()).is_file(),
            Found::Nothing => false,
        }
    }

    /// What its repository must have.
    pub fn marker(&self) -> &'static str {
        match self.service {
            Service::Ui => "package.json",
            Service::Core | Service::Mongodb => "go.mod",
        }
    }
}

/// The official repository of a service, by the protocol of `like`.
pub fn official(id: &str, like: Option<&Repository>, usual: Usual<'_>) -> Result<Repository, git::Invalid> {
    let protocol = like.and_then(|repository| repository.protocol).unwrap_or(usual.protocol);
    Ok(Identifier::parse(id, Usual { protocol, ..usual }, false)?.repository)
}

/// Looks at the place of a checkout; what is in the way is told in words.
pub fn conflict(path: &std::path::Path, repository: Option<&Repository>) -> Result<Found, String> {
    let place = path.display();
    match (inspect(path).map_err(|error| error.to_string())?, repository) {
        (Folder::Free, Some(_)) => Ok(Found::Nothing),
        (Folder::Free, None) => Err(format!("{place} is no checkout: it is not there, or empty")),
        (Folder::Other, _) => Err(format!("{place} holds something that is no checkout")),
        (Folder::Checkout(checkout), None) => Ok(Found::Adopted(checkout)),
        (Folder::Checkout(checkout), Some(wanted)) => {
            let origin = checkout.origin.clone().unwrap_or_default();
            match read(&origin) {
                Some(found) if found.is(wanted) => Ok(Found::Same(checkout)),
                Some(_) | None if origin.is_empty() => {
                    Err(format!("{place} is a checkout without an origin"))
                }
                Some(_) | None => {
                    let origin = crate::redact::text(&origin);
                    Err(format!("{place} is a checkout of {origin}, and {wanted} is asked for"))
                }
            }
        }
    }
}

/// The repository a remote names.
fn read(url: &str) -> Option<Repository> {
    let usual = Usual { host: "github.com", protocol: Protocol::Https };
    Identifier::parse(url, usual, true).ok().map(|found| found.repository)
}
