//! Installs tools: never without being asked, never for all users of the machine, and only what the vendor lists
//! (cli.md 7.3).

mod archive;
mod error;
mod go;
mod node;
mod offer;
mod package;
mod release;
mod unpack;

pub use error::Error;
pub use offer::{Chosen, Consent, Offer, Policy};
pub use package::Package;
pub use release::Release;

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{Need, Places, Tool};
use crate::dev::report::Event;
use crate::dev::task::Context;
use crate::docker::discover::Environment;
use crate::outbound::Fetcher;
use release::Mirrors;

/// What tools may be installed with.
#[derive(Clone)]
pub struct Means {
    policy: Policy,
    consent: Consent,
    fetcher: Fetcher,
    mirrors: Mirrors,
    /// Through what package managers reach other hosts, as variables.
    proxies: Arc<Vec<(String, String)>>,
    /// Who asks and installs; one at a time.
    one: Arc<Mutex<()>>,
}

impl std::fmt::Debug for Means {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Means")
            .field("policy", &self.policy)
            .field("mirrors", &self.mirrors)
            .finish_non_exhaustive()
    }
}

impl Means {
    /// Means by this policy, from the mirrors that the environment names.
    pub fn new(policy: Policy, consent: Consent, fetcher: Fetcher, environment: &Environment) -> Self {
        let mirrors = Mirrors::of(environment);
        Self { policy, consent, fetcher, mirrors, proxies: Arc::default(), one: Arc::default() }
    }

    /// With these proxies for package managers.
    pub(super) fn through(self, proxies: Arc<Vec<(String, String)>>) -> Self {
        Self { proxies, ..self }
    }

    /// Whether something may come of it.
    pub fn may_install(&self, tool: Tool) -> bool {
        tool.is_installable() && self.policy != Policy::Never
    }

    /// Installs what a need asks for, if that is wanted; whether something was installed. Others wait for their turn.
    pub(super) async fn install(
        &self,
        need: &Need,
        places: &Places,
        offline: bool,
        context: &Context,
    ) -> Result<bool, Error> {
        let (mut offers, hindrance) = self.offers(need, places, offline, context).await;
        let held = match self.policy {
            Policy::Never => return Ok(false),
            // What only this user's programs see comes first, and asks for nothing else.
            Policy::Always => Chosen { which: 0, held: None },
            Policy::Ask if offers.is_empty() => return hindrance.map_or(Ok(false), Err),
            Policy::Ask => {
                let (consent, asked, need) = (Arc::clone(&self.consent), offers.clone(), need.clone());
                let answer = tokio::task::spawn_blocking(move || consent(&need, &asked)).await;
                let Ok(Some(chosen)) = answer else { return Ok(false) };
                chosen
            }
        };
        if held.which >= offers.len() {
            return hindrance.map_or(Ok(false), Err);
        }
        match offers.swap_remove(held.which) {
            Offer::Archive(release) => {
                let bin = archive::install(&release, &self.fetcher, places, context).await?;
                let line = format!("to use it elsewhere too: export PATH=\"{}:$PATH\"", bin.display());
                context.reporter.tell(Event::Notice(line));
            }
            Offer::Package(package) => package.install(places.path(), &self.proxies, context).await?,
        }
        Ok(true)
    }

    /// What can be offered, and why the vendor's archive is not among it.
    async fn offers(
        &self,
        need: &Need,
        places: &Places,
        offline: bool,
        context: &Context,
    ) -> (Vec<Offer>, Option<Error>) {
        let mut offers = Vec::new();
        let mut hindrance = None;
        match release::find(need, &self.mirrors, &self.fetcher, &context.cancel).await {
            Ok(found) => offers.extend(found.map(Offer::Archive)),
            Err(error) => hindrance = Some(error),
        }
        if !offline && self.policy == Policy::Ask {
            offers.extend(package::find(need, places.path()).await.into_iter().map(Offer::Package));
        }
        (offers, hindrance)
    }

    /// Waits for the turn of a caller.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.one.lock().await
    }
}
