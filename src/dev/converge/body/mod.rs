//! From a service to what the engine is told to make (cli.md 8.2, the column of what must be applied).

mod files;
mod health;
mod host;
mod labels;
mod mounts;
mod networks;
mod ports;
mod security;

pub use files::File;

use std::collections::HashMap;

use super::desired::Desired;
use super::error::Error;
use crate::compose::{Namespace, Service};
use crate::docker::Api;
use crate::docker::models::{ContainerCreateBody, EndpointSettings, ImageInspect};

/// How one container is made.
#[derive(Debug)]
pub struct Recipe {
    /// Its name.
    pub name: String,
    /// The image it is made from.
    pub image: String,
    /// The platform of the image, when it is not the engine's own.
    pub platform: Option<String>,
    /// What the engine is told; it holds the first network.
    pub body: ContainerCreateBody,
    /// The other networks, by full name, in the order they are joined.
    pub joins: Vec<(String, EndpointSettings)>,
    /// Files that are put into it before it starts.
    pub files: Vec<File>,
    /// Keys that the engine's API is too old for, and that are left out.
    pub dropped: Vec<String>,
}

/// What a recipe is made with.
#[derive(Clone, Copy)]
pub struct Kitchen<'a> {
    /// What is wanted.
    pub desired: &'a Desired,
    /// The API of the engine.
    pub api: Api,
    /// The container of a service that has one, by its id.
    pub container_of: &'a dyn Fn(&str) -> Option<String>,
}

impl Kitchen<'_> {
    /// The recipe of container `number` of a service, to be made from `image`.
    pub fn recipe(&self, name: &str, number: u32, image: Option<&ImageInspect>) -> Result<Recipe, Error> {
        let stack = &self.desired.stack;
        let Some(service) = stack.services.get(name) else { return Err(Error::NoService(name.to_owned())) };
        let mut dropped = Vec::new();
        let container = self.desired.container_name(name, number);
        let mut host = host::config(service, self, &mut dropped)?;
        mounts::add(&mut host, service, name, self)?;
        host.port_bindings = ports::bindings(service);
        let mut joins = networks::endpoints(service, name, &container, self, &mut dropped);
        let first = if joins.is_empty() { None } else { Some(joins.remove(0)) };
        if let Some((network, _)) = &first {
            host.network_mode = Some(network.clone());
        }
        let image_id = image.and_then(|image| image.id.clone()).unwrap_or_default();
        let seconds = service.stop_grace_period.map(|grace| grace.as_millis().div_ceil(1000));
        let body = ContainerCreateBody {
            hostname: service.hostname.clone(),
            domainname: service.domainname.clone(),
            user: service.user.clone(),
            exposed_ports: ports::exposed(service),
            tty: service.tty.then_some(true),
            open_stdin: service.stdin_open.then_some(true),
            env: some(environment(service)),
            cmd: service.command.clone(),
            entrypoint: service.entrypoint.clone(),
            healthcheck: health::check(service, name, self.api, &mut dropped),
            image: Some(service.image_name(&stack.name, name)),
            working_dir: service.working_dir.clone(),
            labels: Some(labels::of(self.desired, name, service, number, &image_id)),
            stop_signal: service.stop_signal.clone(),
            stop_timeout: seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX)),
            host_config: Some(host),
            networking_config: first.map(|(network, endpoint)| crate::docker::models::NetworkingConfig {
                endpoints_config: Some(HashMap::from([(network, endpoint)])),
            }),
            ..Default::default()
        };
        Ok(Recipe {
            name: container,
            image: service.image_name(&stack.name, name),
            platform: service.platform.clone(),
            body,
            joins,
            files: files::of(service, name, stack)?,
            dropped,
        })
    }

    /// What the engine calls a namespace.
    fn namespace(&self, namespace: Option<&Namespace>) -> Result<Option<String>, Error> {
        Ok(match namespace {
            None => None,
            Some(Namespace::Named(name)) if name.is_empty() => None,
            Some(Namespace::Named(name)) => Some(name.clone()),
            Some(Namespace::Container(container)) => Some(format!("container:{container}")),
            Some(Namespace::Service(service)) => {
                let id = (self.container_of)(service).ok_or_else(|| Error::NotThere(service.clone()))?;
                Some(format!("container:{id}"))
            }
        })
    }
}

/// A variable without a value is not set (cli.md 8.2).
fn environment(service: &Service) -> Vec<String> {
    let set = service.environment.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    set.map(|(name, value)| format!("{name}={value}")).collect()
}

/// A list that says something.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}

/// A map that says something.
fn some_map(map: &indexmap::IndexMap<String, String>) -> Option<HashMap<String, String>> {
    if map.is_empty() { None } else { Some(map.clone().into_iter().collect()) }
}
