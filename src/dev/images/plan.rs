//! What is to be done about each image: the plan that is shown by a dry run and done by a run.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::ImagesError;
use crate::compose::{PullPolicy, Service, Stack};
use crate::docker::{Engine, Image};

/// What the user says about images.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes {
    /// `--pull`; without it each service's `pull_policy` counts.
    pub pull: Option<PullFlag>,
    /// The user's default, for services that do not say a `pull_policy`.
    pub usual: Option<PullFlag>,
    /// `--build`: build what can be built, whether it is there or not.
    pub build: bool,
    /// `--offline`: nothing is pulled, and no repository is built from.
    pub offline: bool,
}

/// `--pull`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullFlag {
    /// Each time.
    Always,
    /// What is not there.
    Missing,
    /// Nothing.
    Never,
}

impl PullFlag {
    /// The user's word for it; another word is none.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "always" => Some(Self::Always),
            "missing" => Some(Self::Missing),
            "never" => Some(Self::Never),
            _ => None,
        }
    }

    const fn policy(self) -> PullPolicy {
        match self {
            Self::Always => PullPolicy::Always,
            Self::Missing => PullPolicy::Missing,
            Self::Never => PullPolicy::Never,
        }
    }
}

/// What is done about an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is there.
    Keep,
    /// It is pulled.
    Pull,
    /// It is built.
    Build,
    /// It is pulled, and built where it cannot be had.
    PullOrBuild,
}

/// One image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageStep {
    /// Its name.
    pub image: String,
    /// The service that says how; others may use it too.
    pub service: String,
    /// Every service whose containers are made from it.
    pub services: Vec<String>,
    /// What is done.
    pub action: Action,
    /// Why, in a few words.
    pub reason: String,
    /// What is there now.
    pub present: Option<Image>,
}

/// Every image of a stack, once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order of the services.
    pub steps: Vec<ImageStep>,
}

/// Looks at what is there and decides. Nothing is changed; what cannot be had is told all at once.
pub async fn plan(engine: &Engine, stack: &Stack, wishes: Wishes) -> Result<Plan, ImagesError> {
    let mut steps: Vec<ImageStep> = Vec::new();
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    for (name, service) in &stack.services {
        let image = service.image_name(&stack.name, name);
        if let Some(step) = steps.iter_mut().find(|step| step.image == image) {
            step.services.push(name.clone());
            // Who knows how to build it speaks for it.
            if service.build.is_none() || stack.services[&step.service].build.is_some() {
                continue;
            }
            name.clone_into(&mut step.service);
            let decided = decide(service, step.present.as_ref(), wishes, Timestamp::now());
            match decided {
                Ok((action, reason)) => {
                    missing.remove(&image);
                    (step.action, step.reason) = (action, reason);
                }
                Err(reason) => drop(missing.insert(image, reason)),
            }
            continue;
        }
        let present = engine.find_image(&image).await?;
        let decided = decide(service, present.as_ref(), wishes, Timestamp::now());
        let (action, reason) = decided.unwrap_or_else(|reason| {
            missing.insert(image.clone(), reason.clone());
            (Action::Keep, reason)
        });
        let services = vec![name.clone()];
        steps.push(ImageStep { image, service: name.clone(), services, action, reason, present });
    }
    if missing.is_empty() {
        return Ok(Plan { steps });
    }
    let images = missing.into_keys().collect();
    Err(if wishes.offline { ImagesError::Offline { images } } else { ImagesError::Absent { images } })
}

/// What is done about the image of a service; what cannot be done is why.
fn decide(
    service: &Service,
    present: Option<&Image>,
    wishes: Wishes,
    now: Timestamp,
) -> Result<(Action, String), String> {
    let builds = service.build.is_some();
    let pulls = match wishes.pull {
        _ if wishes.offline => Some(PullPolicy::Never),
        Some(PullFlag::Always) if !builds => Some(PullPolicy::Always),
        Some(PullFlag::Missing) if !builds => Some(PullPolicy::Missing),
        Some(PullFlag::Never) => Some(PullPolicy::Never),
        Some(PullFlag::Always | PullFlag::Missing) | None => {
            service.pull_policy.or_else(|| wishes.usual.filter(|_| !builds).map(PullFlag::policy))
        }
    };
    let remote = service.build.as_ref().and_then(|build| build.context.as_deref()).is_some_and(is_address);
    let build = |reason: &str| {
        if wishes.offline && remote {
            return Err("its context is fetched from elsewhere".to_owned());
        }
        Ok((Action::Build, reason.to_owned()))
    };
    if builds && wishes.build {
        return build("--build");
    }
    if builds && service.pull_policy == Some(PullPolicy::Build) {
        return build("pull_policy is build");
    }
    let pull =
        |reason: &str| Ok((if builds { Action::PullOrBuild } else { Action::Pull }, reason.to_owned()));
    let keep = || Ok((Action::Keep, "it is there".to_owned()));
    match (pulls, present) {
        (Some(PullPolicy::Always), _) => pull("always"),
        (Some(PullPolicy::Refresh), Some(_)) => pull("refresh"),
        (Some(PullPolicy::Every(span)), Some(present)) if is_older(present, span, now) => {
            pull("the last pull is too long ago")
        }
        (_, Some(_)) => keep(),
        (Some(PullPolicy::Never), None) if !builds => {
            Err("it is not there, and is not to be pulled".to_owned())
        }
        (Some(PullPolicy::Missing | PullPolicy::Refresh | PullPolicy::Every(_)), None) => {
            pull("it is not there")
        }
        (_, None) if builds => build("it is not there"),
        (_, None) => pull("it is not there"),
    }
}

fn is_older(present: &Image, span: Duration, now: Timestamp) -> bool {
    // Engines before 25 do not say when: then it is long ago.
    present.tagged.is_none_or(|tagged| now.duration_since(tagged).unsigned_abs() >= span)
}

/// Whether a context is fetched by the engine: a URL, or a Git repository in its short form.
pub(super) fn is_address(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/")
}

#[cfg(test)]
mod tests;
