//! A container made: created, joined to its networks, filled with its files.

use super::Execution;
use super::state::State;
use crate::dev::converge::body::{File, Kitchen, Recipe};
use crate::dev::converge::error::Error;
use crate::dev::converge::handover;
use crate::dev::report::Event;
use crate::docker;

impl Execution<'_> {
    /// How a container is made, with the containers that there are by now.
    pub(super) fn recipe(&self, service: &str, number: u32, state: &State) -> Result<Recipe, Error> {
        let container_of = |other: &str| state.containers_of(other).into_iter().next();
        let kitchen =
            Kitchen { desired: self.desired, api: self.engine.speaks(), container_of: &container_of };
        let project = &self.desired.stack.name;
        let image = self.desired.stack.services.get(service).map(|found| found.image_name(project, service));
        kitchen.recipe(service, number, image.and_then(|image| self.observed.images.get(&image)))
    }

    pub(super) async fn create_and_start(
        &self,
        service: &str,
        number: u32,
        state: &State,
    ) -> Result<(), Error> {
        let recipe = self.recipe(service, number, state)?;
        let name = recipe.name.clone();
        let id = self.make(service, recipe).await?;
        state.made(service, number, &id);
        self.start_made(service, &id, &name, state).await
    }

    pub(super) async fn start_made(
        &self,
        service: &str,
        id: &str,
        name: &str,
        state: &State,
    ) -> Result<(), Error> {
        let started = self.engine.start(id).await;
        started.map_err(Error::unstarted(service, format!("the container {name} cannot be started")))?;
        state.has_started(id);
        Ok(())
    }

    /// Makes it. One that cannot be finished is taken away again.
    pub(super) async fn make(&self, service: &str, recipe: Recipe) -> Result<String, Error> {
        let Recipe { name, image, platform, body, joins, files, dropped: _ } = recipe;
        let made = self.engine.create(&name, platform.as_deref(), body).await;
        let (id, warnings) = made.map_err(|error| match error {
            docker::Error::Refused { status: 409, .. } => Error::NameTaken {
                kind: "container",
                name: name.clone(),
                why: "it does not belong to this project".to_owned(),
            },
            docker::Error::Refused { status: 404, message }
                if message.to_lowercase().contains("no such image") =>
            {
                Error::NoImage { service: service.to_owned(), image: image.clone() }
            }
            error => Error::unstarted(service, format!("the container {name} cannot be created"))(error),
        })?;
        for message in warnings {
            self.reporter.tell(Event::Warning { code: "ENGINE", message: format!("{service}: {message}") });
        }
        let finished = match self.finish(&id, &name, joins, &files).await {
            Ok(()) => self.hand_over(service, &id, &name).await,
            Err(error) => Err(error),
        };
        if finished.is_err() {
            // The first error is the one to tell.
            let _ = self.engine.remove(&id, true).await;
        }
        finished.map(|()| id)
    }

    /// Makes the service's volumes those of its user, where that is wanted.
    async fn hand_over(&self, service: &str, id: &str, name: &str) -> Result<(), Error> {
        let archive = handover::archive(self.desired, service).map_err(|error| Error::Source {
            what: format!("the volumes of the container {name}"),
            why: error.to_string(),
        })?;
        let Some(archive) = archive else { return Ok(()) };
        let unpacked = self.engine.unpack(id, archive).await;
        unpacked.map_err(Error::engine(format!("the volumes of the container {name} cannot be handed over")))
    }

    async fn finish(
        &self,
        id: &str,
        name: &str,
        joins: Vec<(String, docker::models::EndpointSettings)>,
        files: &[File],
    ) -> Result<(), Error> {
        for (network, endpoint) in joins {
            let joined = self.engine.connect_to(&network, id, endpoint).await;
            joined
                .map_err(Error::engine(format!("the container {name} cannot join the network {network}")))?;
        }
        if files.is_empty() {
            return Ok(());
        }
        let archive = File::archive(files).map_err(|error| Error::Source {
            what: format!("the configs and secrets of the container {name}"),
            why: error.to_string(),
        })?;
        let unpacked = self.engine.unpack(id, archive).await;
        unpacked.map_err(Error::engine(format!("the container {name} does not take its configs and secrets")))
    }
}
