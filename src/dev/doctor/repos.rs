//! The checkouts of the project.

use tokio_util::sync::CancellationToken;

use super::{Finding, Group, Job, Kind, Scene};
use crate::dev::repos::{Repo, repos};
use crate::dev::settings::{Overrides, Service, Settings};
use crate::git::{
    self, Checkout, Folder, Identifier, Protocol, Standing, Transfer, Usual, inspect, reachable,
};

/// A checkout, and what is set for it.
struct Found {
    repo: Repo,
    checkout: Checkout,
    official: String,
    reference: Option<String>,
}

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let mut jobs = Vec::new();
    for found in look(scene) {
        let name = found.repo.service;
        let mut job = |what: &str, finding: Finding| {
            let id = format!("git.{what}.{name}");
            jobs.push(Job::new(id, Group::Repos, Kind::Configuration, async move { finding }));
        };
        job("origin", origin(&found));
        job("upstream", upstream(&found));
        job("branch", branch(&found));
        job("diverged", diverged(&found));
        let id = format!("git.auth.{name}");
        jobs.push(Job::new(id, Group::Repos, Kind::Prerequisite, access(scene, found.checkout.origin)));
    }
    jobs
}

fn look(scene: &Scene) -> Vec<Found> {
    let Some(project) = &scene.project else { return Vec::new() };
    let variable = |name: &str| scene.environment.get(name).map(str::to_owned);
    let Ok(settings) = project.settings(&Overrides::NONE, &variable) else { return Vec::new() };
    let found = repos(project, &settings).into_iter().filter(|repo| scene.is_about(repo.service));
    found.filter_map(|repo| with_settings(repo, &settings)).collect()
}

fn with_settings(repo: Repo, settings: &Settings) -> Option<Found> {
    let service = [Service::Ui, Service::Core].into_iter().find(|one| one.as_str() == repo.service)?;
    let Ok(Folder::Checkout(checkout)) = inspect(&repo.path) else { return None };
    let set = settings.service(service);
    let official = set.repo.clone().unwrap_or_default();
    Some(Found { repo, checkout, official, reference: set.reference.clone() })
}

fn read(url: &str) -> Option<git::Repository> {
    let usual = Usual { host: "github.com", protocol: Protocol::Https };
    Identifier::parse(url, usual, true).ok().map(|found| found.repository)
}

/// Whether a URL leads to the official repository; nothing when it cannot be read.
fn is_official(url: &str, official: &str) -> Option<bool> {
    Some(read(url)?.is(&read(official)?))
}

fn shown(url: &str) -> String {
    crate::redact::text(url)
}

fn origin(found: &Found) -> Finding {
    let path = found.repo.path.display();
    match &found.checkout.origin {
        None => Finding::warn(format!("{path} has no remote origin"))
            .fix(format!("git -C {path} remote add origin URL")),
        Some(url) => match is_official(url, &found.official) {
            Some(true) => Finding::ok(format!("{}, the official one", shown(url))),
            Some(false) => Finding::ok(format!("{}, a fork of {}", shown(url), found.official)),
            None => Finding::ok(shown(url)),
        },
    }
}

fn upstream(found: &Found) -> Finding {
    let is_fork = found.checkout.origin.as_deref().and_then(|url| is_official(url, &found.official));
    match (is_fork, &found.checkout.upstream) {
        (Some(true), _) => Finding::ok("origin is the official one: none is needed"),
        (None, _) => Finding::skip("origin is not known as a repository of a host"),
        (Some(false), None) => Finding::warn(format!(
            "the fork has no remote upstream for {}",
            found.official
        ))
        .fix(format!("orchcli init --fork-{}={}", found.repo.service, origin_of(found))),
        (Some(false), Some(url)) if is_official(url, &found.official) == Some(true) => {
            Finding::ok(shown(url))
        }
        (Some(false), Some(url)) => Finding::warn(format!(
            "upstream is {}, and not {}",
            shown(url),
            found.official
        ))
        .fix(format!("orchcli init --fork-{}={}", found.repo.service, origin_of(found))),
    }
}

fn origin_of(found: &Found) -> String {
    shown(found.checkout.origin.as_deref().unwrap_or("REPO"))
}

fn branch(found: &Found) -> Finding {
    let repo = &found.repo;
    let path = repo.path.display();
    let changed = if repo.standing.dirty { ", with changes that are in no commit" } else { "" };
    let summary = format!("{}{changed}", repo.commit());
    match (&repo.error, &repo.standing.branch, &found.reference) {
        (Some(error), ..) => Finding::fail(error.clone()),
        (None, None, _) if repo.standing.head.is_none() => {
            Finding::fail("nothing is checked out").fix(format!("git -C {path} checkout BRANCH"))
        }
        (None, Some(branch), Some(wanted)) if branch != wanted => {
            Finding::warn(format!("{summary}; orchcli.yaml wants {wanted}"))
                .fix(format!("git -C {path} switch {wanted}"))
        }
        (None, None, None) => Finding::warn(format!("{summary}, and no branch"))
            .fix(format!("git -C {path} switch BRANCH, to keep what you commit")),
        (None, _, _) => Finding::ok(summary),
    }
}

fn diverged(found: &Found) -> Finding {
    let Repo { path, standing, .. } = &found.repo;
    let Standing { follows, ahead, behind, .. } = standing;
    let path = path.display();
    let Some(follows) = follows else { return Finding::skip("the branch follows none of a remote") };
    match (*ahead, *behind) {
        (0, 0) => Finding::ok(format!("even with {follows}, as of the last fetch")),
        (ahead, 0) => Finding::ok(format!("{ahead} ahead of {follows}")),
        (0, behind) => {
            Finding::warn(format!("{behind} behind {follows}")).fix(format!("git -C {path} pull --ff-only"))
        }
        (ahead, behind) => Finding::warn(format!("{ahead} ahead of {follows}, and {behind} behind it"))
            .fix(format!("git -C {path} rebase {follows}")),
    }
}

/// Whether the host lets us in; nobody is asked for a password.
async fn access(scene: &Scene, origin: Option<String>) -> Finding {
    let Some(url) = origin else { return Finding::skip("there is no remote origin") };
    match reachable(url.clone(), scene.access.clone(), &Transfer::new(CancellationToken::new(), |_| {})).await
    {
        Ok(()) => Finding::ok(format!("{} can be read", shown(&url))),
        Err(error @ git::Error::Offline { .. }) => Finding::skip(error.to_string()),
        Err(error) => Finding::warn(error.to_string())
            .fix("ORCHCLI_GIT_TOKEN, a credential helper or an SSH key; see the network too"),
    }
}
