//! The remote `upstream` of a fork (cli.md 6.3).

use std::path::{Path, PathBuf};

use git2::{AutotagOption, Repository};

use super::connect::{Access, Link};
use super::error::Error;
use super::remote::anonymous;
use super::transfer::Transfer;

/// Where nobody can push to.
pub const NO_PUSH: &str = "no_push";

/// How `upstream` is to be.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The checkout.
    pub checkout: PathBuf,
    /// The URL.
    pub url: String,
    /// Whether pushing to it is possible.
    pub push: bool,
}

impl Upstream {
    /// Writes the remote down; whether something changed.
    pub fn set(&self) -> Result<bool, Error> {
        let failed = || Error::repository(format!("cannot set upstream of {}", self.checkout.display()));
        let repository = open(&self.checkout)?;
        let config = repository.config().and_then(|mut config| config.snapshot()).map_err(failed())?;
        let url = config.get_string("remote.upstream.url").ok();
        let push = config.get_string("remote.upstream.pushurl").ok();
        let mut changed = false;
        if url.is_none() {
            repository.remote("upstream", &self.url).map_err(failed())?;
            changed = true;
        } else if url.as_ref() != Some(&self.url) {
            repository.remote_set_url("upstream", &self.url).map_err(failed())?;
            changed = true;
        }
        let wanted = (!self.push).then_some(NO_PUSH);
        // What somebody else wrote there stays, unless it is in the way of what is asked for now.
        let ours = push.as_deref() == Some(NO_PUSH);
        if push.as_deref() != wanted && (wanted.is_some() || ours) {
            repository.remote_set_pushurl("upstream", wanted).map_err(failed())?;
            changed = true;
        }
        Ok(changed)
    }
}

/// Fetches the branch that `upstream` opens with, without tags.
pub async fn upstream(upstream: Upstream, access: Access, transfer: &Transfer) -> Result<(), Error> {
    let named = upstream.url.clone();
    transfer
        .run(&named, move |transfer| {
            let repository = open(&upstream.checkout)?;
            let (mut remote, place, led) = anonymous(&repository, &upstream.url, &access)?;
            let link = Link::new(&upstream.url, &led, place, &access, transfer);
            let explain = |error: git2::Error| link.explain(&error);
            link.greet(&mut remote).map_err(explain)?;
            let empty = || Error::Empty { url: upstream.url.clone() };
            let name = remote.default_branch().map_err(|_| empty())?;
            let name =
                name.as_str().ok().and_then(|name| name.strip_prefix("refs/heads/")).ok_or_else(empty)?;
            let refspec = format!("+refs/heads/{name}:refs/remotes/upstream/{name}");
            let mut fetch = link.fetch(AutotagOption::None, 0);
            remote.fetch(&[refspec], Some(&mut fetch), None).map_err(explain)?;
            drop(fetch);
            link.worked();
            Ok(())
        })
        .await
}

fn open(folder: &Path) -> Result<Repository, Error> {
    Repository::open(folder).map_err(Error::repository(format!("cannot use {}", folder.display())))
}
