//! A container made anew: the new one is there before the old one goes (cli.md 8.5).

use std::collections::BTreeSet;

use super::Execution;
use super::state::State;
use crate::dev::converge::body::Recipe;
use crate::dev::converge::compare::is_anonymous;
use crate::dev::converge::error::Error;
use crate::dev::converge::seen::{self, Seen};
use crate::docker::label;
use crate::docker::models::{Mount, MountType};

impl Execution<'_> {
    pub(super) async fn recreate(
        &self,
        service: &str,
        number: u32,
        old: &str,
        state: &State,
    ) -> Result<(), Error> {
        let mut recipe = self.recipe(service, number, state)?;
        let name = recipe.name.clone();
        let seen = self.observed.containers.iter().find(|seen| seen.id() == old);
        if let Some(seen) = seen.filter(|_| !self.options.renew_anonymous_volumes) {
            hand_on(&mut recipe, seen);
        }
        let short: String = old.chars().take(12).collect();
        recipe.name = format!("{short}_{name}");
        recipe.body.labels.get_or_insert_default().insert(label::REPLACE.to_owned(), short);
        let new = self.make(service, recipe).await?;
        let ran =
            seen.is_some_and(|seen| matches!(seen.state(), seen::State::Running | seen::State::Restarting));
        if let Err(error) = self.make_way(old, state).await {
            // The old one serves on. That the new one cannot be removed is found by the next run.
            let _ = self.engine.remove(&new, false).await;
            if ran {
                let _ = self.engine.start(old).await;
            }
            return Err(error);
        }
        state.made(service, number, &new);
        let renamed = self.engine.rename(&new, &name).await;
        renamed.map_err(Error::engine(format!("the container {name} cannot get its name")))?;
        self.start_made(service, &new, &name, state).await
    }

    async fn make_way(&self, old: &str, state: &State) -> Result<(), Error> {
        self.stop(old).await?;
        self.remove(old, self.options.renew_anonymous_volumes, state).await
    }
}

/// The new one gets the anonymous volumes of the old one where it would have new ones, which are empty.
fn hand_on(recipe: &mut Recipe, old: &Seen) {
    let Some(host) = recipe.body.host_config.as_mut() else { return };
    let bound: BTreeSet<String> =
        host.binds.iter().flatten().filter_map(|bind| bind.split(':').nth(1).map(str::to_owned)).collect();
    let mounts = host.mounts.get_or_insert_default();
    for mount in old.mounts().iter().filter(|mount| mount.typ.as_deref() == Some("volume")) {
        let (Some(name), Some(target)) = (&mount.name, &mount.destination) else { continue };
        if !is_anonymous(name) || bound.contains(target) {
            continue;
        }
        match mounts.iter_mut().find(|wanted| wanted.target.as_ref() == Some(target)) {
            Some(wanted) if wanted.typ == Some(MountType::VOLUME) && wanted.source.is_none() => {
                wanted.source = Some(name.clone());
            }
            Some(_) => {}
            None => mounts.push(Mount {
                typ: Some(MountType::VOLUME),
                source: Some(name.clone()),
                target: Some(target.clone()),
                read_only: mount.rw.map(|writable| !writable).filter(|read_only| *read_only),
                ..Default::default()
            }),
        }
    }
    if mounts.is_empty() {
        host.mounts = None;
    }
}
