//! What is wanted: a stack, the hash of each service, and what containers are told of where they come from.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use crate::compose::{Model, Reader, Service, Stack, StackError};
use crate::dev::ports;

/// What the engine is to have.
#[derive(Debug)]
pub struct Desired {
    /// The services to have, and what they use.
    pub stack: Stack,
    /// The hash of each (cli.md 8.5).
    pub hashes: HashMap<String, String>,
    /// Every service that the files have, on or off: containers of others are orphans.
    pub declared: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// The service whose named volumes are handed over to its user.
    pub hand_over: Option<String>,
}

/// Where a stack comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The folder of the first file, absolute.
    pub directory: String,
    /// The files, absolute.
    pub files: Vec<String>,
    /// What `--env-file` named, absolute.
    pub env_files: Vec<String>,
    /// The mode, such as `production`.
    pub mode: String,
}

impl Desired {
    /// What a model asks for. The files of configs and secrets come through `reader`.
    pub fn of(model: &Model, reader: &dyn Reader, origin: Origin) -> Result<Self, StackError> {
        let hashes = model.hashes(reader).into_iter().map(|(name, hash)| (name.to_owned(), hash)).collect();
        Ok(Self {
            stack: model.stack()?,
            hashes,
            declared: model.declared().to_vec(),
            origin,
            hand_over: None,
        })
    }

    /// Publishes a service at another port of the host: the first of its ports moves (cli.md 3.3.1).
    pub fn publish_at(&mut self, service: &str, port: u16) {
        let ports = ports::wanted(&self.stack);
        let Some(from) = ports.iter().find(|wanted| wanted.service == service).map(|wanted| wanted.port)
        else {
            return;
        };
        self.move_ports(service, &BTreeMap::from([(from, port)]));
    }

    /// Publishes ports of a service at others of the host, each for itself.
    pub fn move_ports(&mut self, service: &str, to: &BTreeMap<u16, u16>) {
        let wanted = ports::wanted(&self.stack);
        let has = |from| wanted.iter().any(|wanted| wanted.service == service && wanted.port == from);
        ports::move_ports(&mut self.stack, service, to);
        // The container is another one then.
        for (from, port) in to.iter().filter(|(from, port)| from != port && has(**from)) {
            if let Some(hash) = self.hashes.get_mut(service) {
                *hash = hex::encode(Sha256::digest(format!("{hash} {from} at {port}")));
            }
        }
    }

    /// Gives a service a variable that its files do not.
    pub fn set_variable(&mut self, service: &str, name: &str, value: &str) {
        let Some(found) = self.stack.services.get_mut(service) else { return };
        found.environment.insert(name.to_owned(), Some(value.to_owned()));
        // The container is another one then.
        if let Some(hash) = self.hashes.get_mut(service) {
            *hash = hex::encode(Sha256::digest(format!("{hash} {name}={value}")));
        }
    }

    /// The name of a container (cli.md 8.3).
    pub fn container_name(&self, service: &str, number: u32) -> String {
        let own = self.stack.services.get(service).and_then(|service| service.container_name.clone());
        own.filter(|name| !name.is_empty())
            .unwrap_or_else(|| format!("{}-{service}-{number}", self.stack.name))
    }

    /// The services, what they depend on before them, else in the order of the files.
    pub fn ordered(&self) -> Vec<(&str, &Service)> {
        let mut ordered: Vec<(&str, &Service)> = Vec::new();
        // The loader refuses cycles, so each round finds one at least.
        while ordered.len() < self.stack.services.len() {
            let before = ordered.len();
            for (name, service) in &self.stack.services {
                let has = |name: &str| ordered.iter().any(|(other, _)| *other == name);
                let free = service
                    .depends_on
                    .keys()
                    .all(|other| has(other) || !self.stack.services.contains_key(other));
                if free && !has(name) {
                    ordered.push((name, service));
                    break;
                }
            }
            if ordered.len() == before {
                break;
            }
        }
        ordered
    }
}
