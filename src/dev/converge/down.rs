//! A stack taken down, by labels alone: no file is needed (cli.md 3.4).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::compare::is_anonymous;
use super::error::Error;
use super::observed::containers;
use super::outcome::StepOutcome;
use super::plan::{Action, Step, Work};
use super::seen::{Seen, State};
use crate::docker::models::{Network, Volume};
use crate::docker::{Engine, label};

/// What a project has on an engine.
#[derive(Debug, Default)]
pub struct Found {
    /// Its containers.
    pub containers: Vec<Seen>,
    /// Its networks.
    pub networks: Vec<Network>,
    /// Its volumes, of which none is external: those have no label of a project.
    pub volumes: Vec<Volume>,
}

/// Which images go too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Images {
    /// None.
    #[default]
    None,
    /// Those that were built for the project.
    Local,
    /// All that its containers were made from.
    All,
}

/// What is taken down.
#[derive(Debug, Default)]
pub struct Down {
    /// Only these services; all if there are none.
    pub services: Vec<String>,
    /// Whether containers only stop.
    pub keep_containers: bool,
    /// Whether the volumes go too.
    pub volumes: bool,
    /// Which images go too.
    pub images: Images,
}

impl Found {
    /// Looks for everything of a project; one without a name has nothing.
    pub async fn look(engine: &Engine, project: &str) -> Result<Self, Error> {
        if project.is_empty() {
            return Ok(Self::default());
        }
        let (containers, networks, volumes) = futures::try_join!(
            containers(engine, project),
            async { engine.networks().await.map_err(Error::engine("the networks cannot be listed")) },
            async { engine.volumes().await.map_err(Error::engine("the volumes cannot be listed")) },
        )?;
        let of_project = |labels: Option<&String>| labels.is_some_and(|name| name == project);
        let networks = networks
            .into_iter()
            .filter(|network| {
                of_project(network.labels.as_ref().and_then(|labels| labels.get(label::PROJECT)))
            })
            .collect();
        let volumes =
            volumes.into_iter().filter(|volume| of_project(volume.labels.get(label::PROJECT))).collect();
        Ok(Self { containers, networks, volumes })
    }

    /// The containers with volumes that the engine made for them alone, and the names it gave those. One that is
    /// mounted by its name is somebody's, whatever it is called.
    pub fn anonymous(&self) -> Vec<(&Seen, Vec<&str>)> {
        fn of(seen: &Seen) -> (&Seen, Vec<&str>) {
            let mounts = seen.mounts().iter().filter_map(|mount| mount.name.as_deref());
            (seen, mounts.filter(|name| is_anonymous(name) && !seen.names_volume(name)).collect())
        }
        self.containers.iter().map(of).filter(|(_, volumes)| !volumes.is_empty()).collect()
    }

    /// The names of the services that have containers.
    pub fn services(&self) -> BTreeSet<&str> {
        self.containers.iter().map(Seen::service).collect()
    }

    /// The steps that take it down: what depends on something goes before it.
    pub fn plan(&self, down: &Down) -> Vec<Step> {
        let only_stop = down.keep_containers || !down.services.is_empty();
        let wanted = |seen: &&Seen| {
            down.services.is_empty() || down.services.iter().any(|name| name == seen.service())
        };
        let containers: Vec<&Seen> = self.containers.iter().filter(wanted).collect();
        let mut steps: Vec<Step> = Vec::new();
        for seen in last_first(&containers) {
            let stopped = matches!(seen.state(), State::Exited | State::Created | State::Gone);
            let (action, work) = match (only_stop, stopped) {
                (false, _) => {
                    (Action::Remove, Work::Remove { id: seen.id().to_owned(), volumes: down.volumes })
                }
                (true, false) => (Action::Change, Work::Stop { id: seen.id().to_owned() }),
                (true, true) => (Action::Keep, Work::Keep(None)),
            };
            // Only on what stands before it: labels may say anything.
            let dependants = containers.iter().filter(|other| depends_on(other).contains(&seen.service()));
            let before = |id: &String| steps.iter().any(|step| step.id == *id);
            let dependants =
                dependants.map(|other| format!("container.{}", other.name())).filter(before).collect();
            steps.push(Step {
                id: format!("container.{}", seen.name()),
                action,
                target: format!("container {}", seen.name()),
                reason: None,
                depends_on: dependants,
                work,
            });
        }
        if only_stop {
            return steps;
        }
        let first: Vec<String> = steps.iter().map(|step| step.id.clone()).collect();
        let mut more = |id: String, target: String, work| {
            steps.push(Step {
                id,
                action: Action::Remove,
                target,
                reason: None,
                depends_on: first.clone(),
                work,
            });
        };
        for network in &self.networks {
            let name = network.name.clone().unwrap_or_default();
            let id = network.id.clone().unwrap_or_default();
            more(format!("network.{name}"), format!("network {name}"), Work::RemoveNetwork(id));
        }
        for volume in self.volumes.iter().filter(|_| down.volumes) {
            let name = &volume.name;
            more(format!("volume.{name}"), format!("volume {name}"), Work::RemoveVolume(name.clone()));
        }
        for image in self.images(down.images) {
            more(format!("image.{image}"), format!("image {image}"), Work::RemoveImage(image.to_owned()));
        }
        steps
    }

    fn images(&self, which: Images) -> BTreeSet<&str> {
        fn of(seen: &Seen) -> Option<&str> {
            seen.0.config.as_ref()?.image.as_deref()
        }
        // What is built without a name is called after its project and service (cli.md 8.3).
        let local = |seen: &&Seen| {
            of(seen).is_some_and(|image| {
                let name = image.split_once(':').map_or(image, |(name, _)| name);
                name == format!("{}-{}", seen.label(label::PROJECT), seen.service())
            })
        };
        let all = self.containers.iter();
        match which {
            Images::None => BTreeSet::new(),
            Images::Local => all.filter(local).filter_map(|seen| of(seen)).collect(),
            Images::All => all.filter_map(|seen| of(seen)).collect(),
        }
    }
}

/// The names of the Compose projects that have containers made from files of a folder.
#[derive(Debug, Default)]
pub struct Below {
    /// Those whose files lie where its own do.
    pub own: BTreeSet<String>,
    /// Those of files further down, such as those in a checkout.
    pub other: BTreeSet<String>,
}

/// Looks for the Compose projects of a folder; its own files lie in it, or in one of these folders of it.
pub async fn projects_below(engine: &Engine, root: &Path, own: &[&str]) -> Result<Below, Error> {
    let all = engine.labels_of_containers(label::PROJECT).await;
    let all = all.map_err(Error::engine("the containers cannot be listed"))?;
    let mut below = Below::default();
    for mut labels in all {
        let Some(folder) = labels.remove(label::WORKING_DIR).map(PathBuf::from) else { continue };
        let Some(name) = labels.remove(label::PROJECT) else { continue };
        if folder == root || own.iter().any(|name| folder == root.join(name)) {
            below.own.insert(name);
        } else if folder.starts_with(root) {
            below.other.insert(name);
        }
    }
    Ok(below)
}

/// The services that a container depends on, by its label.
fn depends_on(seen: &Seen) -> BTreeSet<&str> {
    let label = seen.label(label::DEPENDS_ON);
    label.split(',').filter_map(|entry| entry.split(':').next()).filter(|name| !name.is_empty()).collect()
}

/// What depends on others comes before them. Labels are somebody's words: what leads back to itself comes as it is.
fn last_first<'a>(containers: &[&'a Seen]) -> Vec<&'a Seen> {
    let mut dependants: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for seen in containers {
        for other in depends_on(seen) {
            dependants.entry(other).or_default().insert(seen.service());
        }
    }
    let mut left: Vec<&Seen> = containers.to_vec();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let services: BTreeSet<&str> = left.iter().map(|seen| seen.service()).collect();
        let free = |seen: &&Seen| {
            let of = dependants.get(seen.service());
            of.is_none_or(|of| of.iter().all(|name| *name == seen.service() || !services.contains(name)))
        };
        let (mut next, rest): (Vec<&Seen>, Vec<&Seen>) = left.iter().copied().partition(free);
        if next.is_empty() {
            next = rest;
            left = Vec::new();
        } else {
            left = rest;
        }
        ordered.append(&mut next);
    }
    ordered
}

/// Does one step of a plan that takes down.
pub async fn perform(
    engine: &Engine,
    step: &Step,
    grace: Option<Duration>,
) -> Result<&'static str, StepOutcome> {
    let failed = |what: &str| {
        let what = format!("{} cannot be {what}", step.target);
        |error| StepOutcome::Failed(Error::engine(what)(error))
    };
    match &step.work {
        Work::Stop { id } => {
            engine.stop(id, grace).await.map_err(failed("stopped"))?;
            Ok("stopped")
        }
        Work::Remove { id, volumes } => {
            engine.stop(id, grace).await.map_err(failed("stopped"))?;
            engine.remove(id, *volumes).await.map_err(failed("removed"))?;
            Ok("removed")
        }
        Work::RemoveNetwork(id) => {
            engine.remove_network(id).await.map_err(failed("removed"))?;
            Ok("removed")
        }
        Work::RemoveVolume(name) => {
            engine.remove_volume(name).await.map_err(failed("removed"))?;
            Ok("removed")
        }
        Work::RemoveImage(name) => {
            engine.remove_image(name).await.map_err(failed("removed"))?;
            Ok("removed")
        }
        Work::Keep(_)
        | Work::CreateNetwork(_)
        | Work::ReplaceNetwork { .. }
        | Work::CreateVolume(_)
        | Work::Create { .. }
        | Work::Recreate { .. }
        | Work::Start(_)
        | Work::Rename { .. }
        | Work::Restart(_) => Ok(""),
    }
}
