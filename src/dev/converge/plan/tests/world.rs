//! Files, and an engine as it would be after they were applied.

use std::collections::{BTreeMap, HashMap};

use crate::compose::{Reader, Request, Wanted, load};
use crate::dev::converge::body::{Kitchen, Recipe};
use crate::dev::converge::desired::{Desired, Origin};
use crate::dev::converge::error::Error;
use crate::dev::converge::observed::Observed;
use crate::dev::converge::plan::{Options, Plan};
use crate::dev::converge::seen::Seen;
use crate::docker::models::{
    ContainerInspectResponse, ContainerState, ContainerStateStatusEnum as Status, EndpointSettings,
    ImageInspect, MountPoint, Network, NetworkSettings, Volume,
};
use crate::docker::{Api, label};

pub const API: Api = Api(1, 41);

struct One(String);

impl Reader for One {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok((path == "/shop/compose.yaml").then(|| self.0.clone().into_bytes()))
    }
}

/// What is wanted and what there is.
pub struct World {
    pub desired: Desired,
    pub observed: Observed,
    pub options: Options,
}

fn desired(text: &str) -> Desired {
    let files = ["/shop/compose.yaml".to_owned()];
    let variables = BTreeMap::new();
    let request = Request {
        files: &files,
        directory: "/shop",
        name: None,
        variables: &variables,
        interpolate: true,
        wanted: Wanted::default(),
    };
    let reader = One(text.to_owned());
    let (model, findings) = load(&request, &reader);
    let model = model.unwrap_or_else(|| panic!("{findings:?}"));
    let origin = Origin {
        directory: "/shop".to_owned(),
        files: files.to_vec(),
        env_files: Vec::new(),
        mode: "production".to_owned(),
    };
    Desired::of(&model, &reader, origin).unwrap()
}

impl World {
    /// An engine that has the images, and nothing else.
    pub fn of(text: &str) -> Self {
        let desired = desired(text);
        let images = desired.stack.services.iter().map(|(name, service)| {
            let image = service.image_name(&desired.stack.name, name);
            (image.clone(), ImageInspect { id: Some(format!("sha256:{image}")), ..Default::default() })
        });
        let observed = Observed { images: images.collect(), ..Observed::default() };
        Self { desired, observed, options: Options::default() }
    }

    /// The files say something else now.
    pub fn files(&mut self, text: &str) {
        self.desired = desired(text);
        for (name, service) in &self.desired.stack.services {
            let image = service.image_name(&self.desired.stack.name, name);
            let made = ImageInspect { id: Some(format!("sha256:{image}")), ..Default::default() };
            self.observed.images.entry(image).or_insert(made);
        }
    }

    /// Makes everything that the files want, as the executor would.
    pub fn make_all(&mut self) {
        for (key, network) in &self.desired.stack.networks {
            self.observed.networks.push(Network {
                name: Some(network.name.clone()),
                id: Some(format!("id of {}", network.name)),
                driver: Some("bridge".to_owned()),
                labels: Some(HashMap::from([
                    (label::PROJECT.to_owned(), "shop".to_owned()),
                    (label::NETWORK.to_owned(), key.clone()),
                ])),
                ..Default::default()
            });
        }
        for (key, volume) in &self.desired.stack.volumes {
            self.observed.volumes.push(Volume {
                name: volume.name.clone(),
                driver: "local".to_owned(),
                labels: HashMap::from([
                    (label::PROJECT.to_owned(), "shop".to_owned()),
                    (label::VOLUME.to_owned(), key.clone()),
                ]),
                ..Default::default()
            });
        }
        let wanted: Vec<(String, u32)> = self
            .desired
            .ordered()
            .into_iter()
            .map(|(name, service)| (name.to_owned(), service.replicas()))
            .collect();
        for (name, replicas) in wanted {
            for number in 1..=replicas {
                self.make(&name, number);
            }
        }
    }

    /// Makes one container, which runs.
    pub fn make(&mut self, name: &str, number: u32) {
        let kitchen = Kitchen {
            desired: &self.desired,
            api: API,
            container_of: &|other| self.observed.container_of(other),
        };
        let image = self.desired.stack.services[name].image_name("shop", name);
        let recipe = kitchen.recipe(name, number, self.observed.images.get(&image)).unwrap();
        let seen = inspected(recipe, &format!("id-{name}-{number}"));
        self.observed.containers.push(seen);
    }

    /// A container, to change.
    pub fn container(&mut self, name: &str) -> &mut ContainerInspectResponse {
        let found = self.observed.containers.iter_mut().find(|seen| seen.name() == format!("shop-{name}"));
        &mut found.unwrap().0
    }

    /// The labels of a container, to change.
    pub fn labels(&mut self, name: &str) -> &mut HashMap<String, String> {
        self.container(name).config.as_mut().unwrap().labels.as_mut().unwrap()
    }

    /// What the container does.
    pub fn set_state(&mut self, name: &str, status: Status, code: i64) {
        let state = self.container(name).state.as_mut().unwrap();
        (state.status, state.exit_code) = (Some(status), Some(code));
    }

    pub fn try_plan(&self) -> Result<Plan, Error> {
        Plan::of(&self.desired, &self.observed, API, &self.options)
    }

    /// The plan in words: mark, id, reason, what comes before.
    pub fn plan(&self) -> String {
        let plan = self.try_plan().unwrap();
        let line = |step: &super::super::Step| {
            let mut line = format!("{} {}", step.action.mark(), step.id);
            if let Some(reason) = &step.reason {
                line = format!("{line} ({reason})");
            }
            if !step.depends_on.is_empty() {
                line = format!("{line} <- {}", step.depends_on.join(" "));
            }
            line
        };
        plan.steps.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The line of the plan about a container.
    pub fn fate(&self, id: &str) -> String {
        let plan = self.plan();
        let line = plan.lines().find(|line| line[2..].starts_with(id)).unwrap_or("none");
        line.split(" <- ").next().unwrap_or_default().to_owned()
    }
}

/// What the engine would say of a container made so.
fn inspected(recipe: Recipe, id: &str) -> Seen {
    let image = recipe.body.image.clone().unwrap();
    let config = serde_json::from_value(serde_json::to_value(&recipe.body).unwrap()).unwrap();
    let host = recipe.body.host_config.unwrap();
    let first = recipe.body.networking_config.and_then(|config| config.endpoints_config).unwrap_or_default();
    let networks = first.into_iter().chain(recipe.joins).map(|(name, endpoint)| {
        let network_id = Some(format!("id of {name}"));
        (name, EndpointSettings { network_id, ..endpoint })
    });
    let mounts = host.mounts.iter().flatten().map(|mount| MountPoint {
        typ: mount.typ.map(|typ| typ.to_string()),
        name: Some(mount.source.clone().unwrap_or_else(|| "0".repeat(64))),
        source: mount.source.clone(),
        destination: mount.target.clone(),
        rw: Some(mount.read_only != Some(true)),
        ..Default::default()
    });
    let binds = host.binds.iter().flatten().map(|bind| {
        let parts: Vec<&str> = bind.split(':').collect();
        MountPoint {
            typ: Some("bind".to_owned()),
            source: Some(parts[0].to_owned()),
            destination: Some(parts[1].to_owned()),
            rw: Some(!parts[2].split(',').any(|option| option == "ro")),
            ..Default::default()
        }
    });
    let mounts = mounts.chain(binds);
    let state = ContainerState {
        status: Some(Status::RUNNING),
        started_at: Some("2026-01-01T00:00:00Z".to_owned()),
        ..Default::default()
    };
    Seen(ContainerInspectResponse {
        id: Some(id.to_owned()),
        name: Some(format!("/{}", recipe.name)),
        image: Some(format!("sha256:{image}")),
        state: Some(state),
        mounts: Some(mounts.collect()),
        host_config: Some(host.clone()),
        config: Some(config),
        network_settings: Some(NetworkSettings { networks: Some(networks.collect()), ..Default::default() }),
        ..Default::default()
    })
}
