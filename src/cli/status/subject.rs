//! What is looked at, and how what was seen is told.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{beside, table};
use crate::cli::args::StackFlags;
use crate::cli::failure::Failure;
use crate::cli::local;
use crate::cli::project::Loaded;
use crate::cli::service;
use crate::cli::stack;
use crate::dev::ServiceStatus;
use crate::dev::converge::Desired;
use crate::dev::gateway::Gateway;
use crate::dev::init::Journal;
use crate::dev::local::Running;
use crate::dev::record::Record;
use crate::dev::repos::{Repo, repos};
use crate::dev::settings::{Provider, Service};
use crate::dev::status::{Status, status};
use crate::docker::{About, Engine};

/// What is looked at.
pub struct Subject {
    loaded: Loaded,
    desired: Desired,
    /// The gateway that should stand before the UI.
    gateway: Option<Gateway>,
    services: Vec<String>,
}

/// What was seen.
pub struct Seen {
    /// How the services are.
    pub status: Status,
    /// Whether the gateway, or what has its place, runs.
    stands: bool,
    /// The UI's container runs, and its gateway does not.
    closed: bool,
    about: Option<About>,
    repos: Vec<Repo>,
    journal: Option<Journal>,
}

impl Subject {
    /// These services of a project, none meaning all.
    pub fn of(loaded: Loaded, services: &[String]) -> Result<Self, Failure> {
        let desired = stack::desired(&loaded, &StackFlags::default())?;
        let gateway = stack::wanted_gateway(&loaded, &desired.stack);
        Ok(Self { loaded, desired, gateway, services: services.to_vec() })
    }

    /// Looks.
    pub async fn look(&self, engine: Option<&Engine>) -> Result<Seen, Failure> {
        let folder = self.loaded.project.folder();
        let records = Record::all(&folder.run());
        let looked = status(engine, &self.desired, &records);
        let about = async {
            match engine {
                Some(engine) => engine.about().await.ok(),
                None => None,
            }
        };
        let (project, settings) = (self.loaded.project.clone(), self.loaded.settings.clone());
        // A large checkout takes the disk a while.
        let standing = tokio::task::spawn_blocking(move || repos(&project, &settings));
        let (looked, about, standing) = tokio::join!(looked, about, standing);
        let mut status = looked.map_err(|error| stack::failure(&error))?;
        let stands = records.iter().any(|record| record.service == Service::Ui.as_str() && record.is_alive());
        let closed = self.gateway.is_some() && !stands && without_gateway(&mut status.services);
        status.services.extend(beside::missing(&self.loaded, &records));
        if self.is_elsewhere(&status, engine.and_then(Engine::remote_host)) {
            let reason = "its gateway stands between other places".to_owned();
            status.pending.push((Service::Ui.as_str().to_owned(), reason));
        }
        if !self.services.is_empty() {
            status.services.retain(|one| self.services.contains(&one.name));
            status.pending.retain(|(name, _)| self.services.contains(name));
            status.unknown.retain(|name| self.services.contains(name));
            status.orphans.retain(|name| self.services.contains(name));
        }
        let repos = standing.unwrap_or_default();
        Ok(Seen { status, stands, closed, about, repos, journal: Journal::read(&folder) })
    }

    /// Refuses names of what neither the files nor the engine have.
    pub fn knows(&self, seen: &Seen) -> Result<(), Failure> {
        let beyond = || seen.status.beyond.iter().map(String::as_str);
        let mut names = self.services.iter();
        names.try_for_each(|name| service::known(name, self.loaded.services().into_iter().chain(beyond())))
    }

    /// Whether every expected service is ready: what `start` brings up, what was named, and what a running `dev` looks
    /// after. What runs from a checkout is not expected before: `start` leaves it to `dev`, and a stack that is as
    /// `start -d` left it passes.
    pub fn is_ready(&self, seen: &Seen) -> bool {
        let dev_runs = Running::read(&self.loaded.project.folder().run()).is_some();
        let is_expected = |one: &ServiceStatus| {
            let is_left = one.provider == Provider::Source.as_str() && one.state == "missing";
            let is_wanted = (!is_left || dev_runs) && !seen.status.beyond.contains(&one.name);
            is_wanted || self.services.contains(&one.name)
        };
        seen.status.services.iter().all(|one| one.ready || !is_expected(one))
    }

    /// Whether the gateway that stands is not the one that is wanted.
    fn is_elsewhere(&self, status: &Status, remote: Option<&str>) -> bool {
        let Some(mut gateway) = self.gateway.clone() else { return false };
        gateway.follow(&status.services, remote);
        let wanted = local::gateway(&gateway, self.loaded.project.root()).map(|server| server.command());
        let standing = Record::standing(&self.loaded.project.folder().run());
        standing.zip(wanted.ok()).is_some_and(|(record, wanted)| record.command != wanted)
    }

    /// For programs.
    pub fn fields(&self, seen: &Seen) -> Value {
        let pending = |(service, reason): &(String, String)| json!({"service": service, "reason": reason});
        let orphans = seen.status.orphans.iter();
        let orphans = orphans.map(|service| json!({"service": service, "reason": "not in the files"}));
        let engine = seen.about.as_ref().map(|about| {
            json!({
                "name": about.name, "version": about.version, "apiVersion": about.api, "endpoint": about.endpoint,
            })
        });
        let init = seen.journal.as_ref().map(|journal| {
            let steps = journal.steps.iter().map(|(id, entry)| json!({"id": id, "status": entry.status}));
            json!({
                "finished": journal.finished, "command": journal.command,
                "steps": steps.collect::<Vec<_>>(),
            })
        });
        json!({
            "project": self.loaded.project.name(),
            "path": self.loaded.project.root(),
            "mode": self.loaded.provided.mode.as_str(),
            "composeProject": self.loaded.model.name(),
            "engine": engine,
            "services": seen.status.services,
            "gateway": self.gateway.as_ref().map(|gateway| json!({"url": gateway.url, "running": seen.stands})),
            "pending": seen.status.pending.iter().map(pending).chain(orphans).collect::<Vec<_>>(),
            "repos": seen.repos,
            "init": init,
        })
    }

    /// For people.
    pub fn text(&self, seen: &Seen) -> String {
        let engine = match &seen.about {
            Some(about) => format!("{} {} at {}", about.name, about.version, about.endpoint),
            None => "none".to_owned(),
        };
        let mut text = table::table(&seen.status.services, &seen.repos);
        for (label, value) in [
            ("project", self.loaded.project.name()),
            ("mode", self.loaded.provided.mode.as_str().to_owned()),
            ("engine", engine),
        ] {
            text.extend([label, ": ", &value, "\n"]);
        }
        for repo in &seen.repos {
            let _ = writeln!(text, "checkout of {}: {}", repo.service, standing(repo));
        }
        for (service, reason) in &seen.status.pending {
            let runs = seen.status.services.iter().any(|one| one.name == *service && one.state == "running");
            let remedy = if runs { "orchcli restart --recreate" } else { "orchcli start -d" };
            let _ = writeln!(text, "changed: {service} ({reason}): {remedy}");
        }
        if !seen.status.orphans.is_empty() {
            let _ = writeln!(text, "not in the files: {}", seen.status.orphans.join(", "));
        }
        for service in &seen.status.services {
            if let Some(hint) = beside::hint(service) {
                let _ = writeln!(text, "{}: {hint}", service.name);
            }
        }
        if seen.closed {
            text.push_str("ui: its gateway does not run: orchcli start -d ui\n");
        }
        if let Some(journal) = seen.journal.as_ref().filter(|journal| !journal.finished) {
            let _ = writeln!(text, "init: not finished: {}", journal.again());
        }
        text
    }
}

/// The UI whose gateway does not stand is not where it should be: says whether it is there at all.
fn without_gateway(services: &mut [ServiceStatus]) -> bool {
    let mut all = services.iter_mut().filter(|one| one.name == Service::Ui.as_str());
    let Some(ui) = all.find(|one| one.state == "running") else { return false };
    ui.ready = false;
    ui.health = "unhealthy";
    true
}

/// How a checkout stands, in a line.
fn standing(repo: &Repo) -> String {
    if let Some(error) = &repo.error {
        return error.clone();
    }
    let commit = Some(repo.commit()).filter(|commit| !commit.is_empty());
    let mut parts = vec![commit.unwrap_or_else(|| "no commit yet".to_owned())];
    parts.extend(repo.standing.dirty.then(|| "changed".to_owned()));
    match &repo.standing.follows {
        Some(follows) if repo.standing.ahead == 0 && repo.standing.behind == 0 => {
            parts.push(format!("even with {follows}"));
        }
        Some(follows) => {
            parts.push(format!(
                "{} ahead of and {} behind {follows}",
                repo.standing.ahead, repo.standing.behind
            ));
        }
        None => {}
    }
    parts.join(", ")
}
