//! What the checks look at, gathered once.

use std::path::PathBuf;

use super::Finding;
use crate::compose::Stack;
use crate::dev::adopt::{self, Leftovers};
use crate::dev::converge::Desired;
use crate::dev::gateway::Gateway;
use crate::dev::project::Project;
use crate::dev::ready;
use crate::dev::record::Record;
use crate::docker::discover::{self, Environment, Wanted};
use crate::docker::{Engine, Error, Examined, Facts};
use crate::git::Access;

/// Everything the checks look at.
#[derive(Debug)]
pub struct Scene {
    /// Variables of the process.
    pub environment: Environment,
    /// The engine, or why there is none.
    pub engine: Result<Engine, Error>,
    /// Every place an engine was looked for at, and what came of it.
    pub tried: Vec<(String, Option<Error>)>,
    /// Another of Docker's contexts whose engine answers, when the one in use leads nowhere.
    pub other_context: Option<String>,
    /// What the engine says of its machine.
    pub facts: Option<Facts>,
    /// The project.
    pub project: Option<Project>,
    /// Its model.
    pub stack: Option<Stack>,
    /// Why there is no project, or no model.
    pub trouble: Option<Trouble>,
    /// Its processes on this machine that run.
    pub processes: Vec<Record>,
    /// The gateway that it wants before its UI.
    pub gateway: Option<Gateway>,
    /// Its containers, by service.
    pub containers: Vec<(String, Examined)>,
    /// What is wanted of the engine.
    pub desired: Option<Desired>,
    /// What the reference left on the engine.
    pub legacy: Leftovers,
    /// How Git hosts are reached, without a question.
    pub access: Access,
    /// The services that are asked about; none means all.
    pub services: Vec<String>,
    /// `--deep`: also what takes its time.
    pub deep: bool,
    /// `--offline`.
    pub offline: bool,
    /// Where the work is done.
    pub folder: PathBuf,
}

/// Why a project cannot be looked at.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// In words.
    pub message: String,
    /// More words.
    pub detail: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// Whether there is none at all, which is no trouble to who has none.
    pub absent: bool,
}

impl Scene {
    /// Looks for the engine and what is in it. `project` is the name of the Compose project.
    pub async fn gather(mut self, wanted: Wanted<'_>, project: Option<&str>) -> Self {
        self.tried = discover::survey(wanted, &self.environment).await;
        self.engine = discover::connect(wanted, &self.environment).await;
        let Ok(engine) = &self.engine else {
            self.other_context = discover::other_context(wanted, &self.environment).await;
            return self;
        };
        self.facts = engine.facts().await.ok();
        if let Some(project) = project {
            for found in engine.of_project(project).await.unwrap_or_default() {
                if let Ok(examined) = engine.examine(&found.id).await {
                    self.containers.push((found.service, examined));
                }
            }
        }
        self.legacy = adopt::find(engine).await.unwrap_or_default();
        self
    }

    /// Whether there may be something to say of a service: the files want it, it has a container or a process, or it is
    /// asked about, as one can be whose profile is off.
    pub(super) fn has(&self, service: &str) -> bool {
        let has_container = self.containers.iter().any(|(name, _)| name == service);
        self.wants(service) || has_container || self.process(service).is_some() || self.names(service)
    }

    /// Whether a service of the project is asked about by its name.
    pub(super) fn names(&self, service: &str) -> bool {
        self.stack.is_some() && self.services.iter().any(|name| name == service)
    }

    /// Whether the files want a service.
    pub(super) fn wants(&self, service: &str) -> bool {
        self.stack.as_ref().is_some_and(|stack| stack.services.contains_key(service))
    }

    /// Whether a service runs, in a container or as a process of this machine.
    pub(super) fn runs(&self, service: &str) -> bool {
        self.running(service).is_some() || self.process(service).is_some()
    }

    /// Why one that does not run cannot be asked.
    pub(super) fn silence(&self, service: &str) -> Finding {
        match &self.engine {
            Err(_) => Finding::skip("no engine"),
            Ok(_) => Finding::skip(format!("{service} does not run")),
        }
    }

    /// Whether a service is asked about.
    pub(super) fn is_about(&self, service: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|wanted| wanted == service)
    }

    /// The container of a service that runs.
    pub(super) fn running(&self, service: &str) -> Option<&Examined> {
        let mut containers = self.containers.iter().filter(|(name, _)| name == service);
        containers.find(|(_, examined)| examined.state == "running").map(|(_, examined)| examined)
    }

    /// The process of a service on this machine; that of a UI with a container is its gateway.
    pub(super) fn process(&self, service: &str) -> Option<&Record> {
        self.processes.iter().find(|record| record.service == service)
    }

    /// Host and port a service is reached at from here: those of its process, else of its container.
    pub(super) fn reached(&self, service: &str, target: u16) -> Option<(String, u16)> {
        self.process(service).and_then(place).or_else(|| self.published(service, target))
    }

    /// Host and port a container is published at.
    pub(super) fn published(&self, service: &str, target: u16) -> Option<(String, u16)> {
        let ports = &self.stack.as_ref()?.services.get(service)?.ports;
        let port = ports.iter().find(|port| port.target == target)?;
        let published = port.published.as_deref()?.parse().ok()?;
        let remote = self.engine.as_ref().ok().and_then(Engine::remote_host);
        let bind = port.host_ip.as_deref().filter(|bind| !matches!(*bind, "0.0.0.0" | "::"));
        let host = remote.or(bind).unwrap_or("127.0.0.1");
        Some((host.to_owned(), published))
    }
}

/// Host and port of a process.
pub(super) fn place(record: &Record) -> Option<(String, u16)> {
    ready::place(record.url.as_deref()?)
}
