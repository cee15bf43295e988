//! Does what the plan says: pulls side by side, builds one after the other.

use std::collections::BTreeMap;
use std::time::Instant;

use futures::{StreamExt, stream};

use super::recipe::recipe;
use super::{Action, ImageStep, ImagesError, Plan};
use crate::compose::Stack;
use crate::dev::{Event, Reporter, StepEnd, Unit};
use crate::docker::discover::Environment;
use crate::docker::{Engine, Image, Logins, PullError, proxy_build_args};

/// How many images are pulled at once (cli.md 8.5).
const PULLS: usize = 4;

/// The images, by service.
pub type Fetched = BTreeMap<String, Image>;

/// Does what the plan says, and tells what it does.
pub async fn fetch(
    engine: &Engine,
    stack: &Stack,
    plan: &Plan,
    environment: &Environment,
    reporter: &Reporter,
) -> Result<Fetched, ImagesError> {
    let mut images = BTreeMap::new();
    let logins = Logins::read(environment)?;
    let mut builds = Vec::new();
    let mut failed = Vec::new();
    {
        let pulls =
            plan.steps.iter().filter(|step| matches!(step.action, Action::Pull | Action::PullOrBuild));
        let pulls = pulls.map(|step| {
            let logins = &logins;
            async move { (step, pull(engine, stack, step, logins, reporter).await) }
        });
        let mut pulls = stream::iter(pulls).buffer_unordered(PULLS);
        while let Some((step, pulled)) = pulls.next().await {
            match pulled {
                Ok(image) => drop(images.insert(step.image.as_str(), image)),
                Err(PullError::NotFound { .. } | PullError::Denied { .. })
                    if step.action == Action::PullOrBuild =>
                {
                    builds.push(step);
                }
                Err(error) => failed.push(error),
            }
        }
    }
    if !failed.is_empty() {
        return Err(ImagesError::Pulls { pulls: failed });
    }
    builds.extend(plan.steps.iter().filter(|step| step.action == Action::Build));
    for step in builds {
        let built = build(engine, stack, step, &logins, environment, reporter).await?;
        images.insert(&step.image, built);
    }
    warn_of_other_machines(engine, &images, reporter).await?;
    let kept = plan.steps.iter().filter(|step| step.action == Action::Keep);
    images.extend(kept.filter_map(|step| Some((step.image.as_str(), step.present.clone()?))));
    let by_service = plan.steps.iter().flat_map(|step| {
        let image = images.get(step.image.as_str());
        step.services.iter().filter_map(move |service| Some((service.clone(), image?.clone())))
    });
    Ok(by_service.collect())
}

async fn pull(
    engine: &Engine,
    stack: &Stack,
    step: &ImageStep,
    logins: &Logins,
    reporter: &Reporter,
) -> Result<Image, PullError> {
    let id = format!("pull.{}", step.service);
    let begun = begin(reporter, &id, step, "pulling");
    let platform = stack.services.get(&step.service).and_then(|service| service.platform.as_deref());
    let pulled = match logins.of_image(&step.image).await {
        Ok(login) => {
            let progress = |pulled: crate::docker::Pulled| {
                reporter.tell(Event::StepProgress {
                    step: id.clone(),
                    current: pulled.current,
                    total: pulled.total,
                    unit: Unit::Bytes,
                    message: Some(pulled.message.to_owned()),
                });
            };
            engine.pull(&step.image, platform, login, progress).await
        }
        Err(error) => Err(error.into()),
    };
    let (how, message) = match &pulled {
        Ok(image) if step.present.as_ref().is_some_and(|present| present.id == image.id) => {
            (StepEnd::Kept, "it is the newest".to_owned())
        }
        Ok(image) => (StepEnd::Done, image.digests.first().unwrap_or(&image.id).clone()),
        Err(error) => (StepEnd::Failed, error.to_string()),
    };
    end(reporter, step, id, begun, how, message);
    pulled
}

async fn build(
    engine: &Engine,
    stack: &Stack,
    step: &ImageStep,
    logins: &Logins,
    environment: &Environment,
    reporter: &Reporter,
) -> Result<Image, ImagesError> {
    let id = format!("build.{}", step.service);
    let proxies = proxy_build_args(environment)?;
    let recipe = recipe(stack, &step.service, &stack.services[&step.service], &proxies)?;
    let logins = logins.all().await?;
    let begun = begin(reporter, &id, step, "building");
    let line = |text: &str| reporter.tell(Event::Line { step: id.clone(), text: text.to_owned() });
    let built = engine.build(&recipe, logins, line).await;
    let (how, message) = match &built {
        Ok(image) => (StepEnd::Done, image.id.clone()),
        Err(error) => (StepEnd::Failed, error.to_string()),
    };
    end(reporter, step, id, begun, how, message);
    Ok(built?)
}

fn begin(reporter: &Reporter, id: &str, step: &ImageStep, doing: &str) -> Instant {
    reporter.tell(Event::StepStart {
        step: id.to_owned(),
        service: Some(step.service.clone()),
        title: format!("{doing} {}", step.image),
    });
    Instant::now()
}

fn end(reporter: &Reporter, step: &ImageStep, id: String, begun: Instant, end: StepEnd, message: String) {
    let title = step.image.clone();
    reporter.tell(Event::StepEnd { step: id, title, end, message, took: begun.elapsed() });
}

/// An image for another machine runs emulated, slowly, or not at all.
async fn warn_of_other_machines(
    engine: &Engine,
    images: &BTreeMap<&str, Image>,
    reporter: &Reporter,
) -> Result<(), ImagesError> {
    if images.is_empty() {
        return Ok(());
    }
    let here = engine.architecture().await?;
    for (name, image) in images {
        if !image.architecture.is_empty() && image.architecture != here {
            reporter.tell(Event::Warning {
                code: "ARCHITECTURE",
                message: format!(
                    "{name} is made for {}, and the engine runs on {here}: it is emulated, or does not start",
                    image.architecture
                ),
            });
        }
    }
    Ok(())
}
