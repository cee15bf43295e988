//! What there is: everything that a plan is made from, read at once.

use std::collections::{BTreeSet, HashMap};

use futures::future::try_join_all;

use super::desired::Desired;
use super::error::Error;
use super::seen::Seen;
use crate::docker::models::{ImageInspect, Network, Volume};
use crate::docker::{Engine, label};

/// What the engine has.
#[derive(Debug, Default)]
pub struct Observed {
    /// The containers of the project, by name.
    pub containers: Vec<Seen>,
    /// All networks.
    pub networks: Vec<Network>,
    /// All volumes.
    pub volumes: Vec<Volume>,
    /// Those of the images that are wanted and there, by the name that is wanted.
    pub images: HashMap<String, ImageInspect>,
}

impl Observed {
    /// Looks, with few calls and all of them at once.
    pub async fn look(engine: &Engine, desired: &Desired) -> Result<Self, Error> {
        let project = desired.stack.name.as_str();
        let names: BTreeSet<String> =
            desired.stack.services.iter().map(|(name, service)| service.image_name(project, name)).collect();
        let (containers, networks, volumes, images) = futures::try_join!(
            containers(engine, project),
            async { engine.networks().await.map_err(Error::engine("the networks cannot be listed")) },
            async { engine.volumes().await.map_err(Error::engine("the volumes cannot be listed")) },
            images(engine, names),
        )?;
        Ok(Self { containers, networks, volumes, images })
    }

    /// The containers of a service, without those of single commands and those that are half made, by number.
    pub fn of_service<'o>(&'o self, service: &'o str) -> impl Iterator<Item = &'o Seen> {
        self.containers.iter().filter(move |seen| !seen.is_one_off() && seen.service() == service)
    }

    /// The id of a container of a service.
    pub fn container_of(&self, service: &str) -> Option<String> {
        self.of_service(service).min_by_key(|seen| seen.number()).map(|seen| seen.id().to_owned())
    }
}

/// The containers of a project, by service and number.
pub async fn containers(engine: &Engine, project: &str) -> Result<Vec<Seen>, Error> {
    let ids = engine
        .containers(label::PROJECT, project)
        .await
        .map_err(Error::engine("the containers cannot be listed"))?;
    let inspected = try_join_all(ids.iter().map(|id| engine.inspect(id)))
        .await
        .map_err(Error::engine("the containers cannot be looked at"))?;
    // One that went away in between is not there.
    let mut containers: Vec<Seen> = inspected.into_iter().flatten().map(Seen).collect();
    containers.sort_by(|a, b| (a.service(), a.number(), a.name()).cmp(&(b.service(), b.number(), b.name())));
    Ok(containers)
}

async fn images(engine: &Engine, names: BTreeSet<String>) -> Result<HashMap<String, ImageInspect>, Error> {
    let look = |name: String| async move {
        let image = engine
            .image(&name)
            .await
            .map_err(Error::engine(format!("the image {name} cannot be looked at")))?;
        Ok::<_, Error>(image.map(|image| (name, image)))
    };
    Ok(try_join_all(names.into_iter().map(look)).await?.into_iter().flatten().collect())
}
