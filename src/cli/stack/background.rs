//! The servers of this program that are services of a stack, as `start` runs them: in the background, where they stay
//! when the command returns and are restarted and stopped as what `dev` runs (cli.md 3.3, 5.5).

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::local::{self, Sources, unstarted, what};
use crate::cli::output::Output;
use crate::cli::project::Loaded;
use crate::compose::Stack;
use crate::dev::ServiceStatus;
use crate::dev::converge::{Action, Step};
use crate::dev::gateway::{Gateway, Scene};
use crate::dev::local::{Places, Record, Server, Supervisor, running, stop};
use crate::dev::ports::Wanted;
use crate::dev::project::By;
use crate::dev::settings::{Provider, Service};
use crate::dev::status::processes;

/// A server.
pub struct Background {
    server: Server,
    places: Places,
    /// The one that runs now.
    running: Option<Record>,
}

impl Background {
    /// Those that a project wants beside these containers; `remote` is the machine of the engine when it is another one.
    pub fn all(
        loaded: &Loaded,
        stack: &Stack,
        flags: &ComposeFlags,
        remote: Option<&str>,
    ) -> Result<Vec<Self>, Failure> {
        if loaded.project.by() == By::File {
            return Ok(Vec::new());
        }
        let (project, settings) = (&loaded.project, &loaded.settings);
        let sources = Sources { project, settings, flags, asked: &[], path: None };
        let is_embedded = loaded.provided.provider(Service::Core) == Provider::Embedded;
        let core = is_embedded.then(|| local::core(&sources, None));
        let gateway = wanted_gateway(loaded, stack, remote);
        let gateway = gateway.map(|gateway| local::gateway(&gateway, &sources, None));
        let places = Places::of(&project.folder());
        let runs = running(&places);
        core.into_iter()
            .chain(gateway)
            .map(|server| {
                let server = server?;
                let running = runs.iter().find(|record| record.service == server.service.as_str()).cloned();
                Ok(Self { server, places: places.clone(), running })
            })
            .collect()
    }

    /// The service it is.
    pub fn service(&self) -> &str {
        self.server.service.as_str()
    }

    /// Whether it stands before the container of its service.
    pub fn has_container(&self) -> bool {
        self.server.provider == Provider::Image
    }

    /// Whether what runs is what is wanted; what a `dev` runs is that one's affair.
    fn stays(&self) -> bool {
        self.running.as_ref().is_some_and(|record| {
            record.supervisor.is_some_and(Supervisor::is_alive) || record.command == self.server.command()
        })
    }

    /// The port it needs, unless it has it.
    pub fn port(&self) -> Option<Wanted> {
        let has_it = self.running.as_ref().is_some_and(|record| record.port == Some(self.server.port));
        (!self.stays() && !has_it).then(|| Wanted::here(self.service(), self.server.port))
    }

    /// What is done about it.
    pub fn step(&self) -> Step {
        let (action, reason) = match (&self.running, self.stays()) {
            (_, true) => (Action::Keep, None),
            (Some(record), false) if record.port == Some(self.server.port) => {
                (Action::Change, Some("for other places"))
            }
            (Some(_), false) => (Action::Change, Some("at another port")),
            (None, false) => (Action::Create, Some(self.reason())),
        };
        let service = self.service();
        let target = format!("process {service} at port {}", self.server.port);
        Step::local(format!("process.{service}"), action, target, reason.map(str::to_owned))
    }

    fn reason(&self) -> &'static str {
        match (self.server.service, self.server.provider) {
            (Service::Ui, Provider::Image) => "the gateway before its container",
            (Service::Ui, _) => "the console within orchcli",
            (Service::Core | Service::Mongodb, _) => "core within orchcli",
        }
    }

    /// Starts it, unless it runs, and says how it is; whether it was started.
    pub async fn bring_up(&self) -> Result<(ServiceStatus, bool), Failure> {
        let starts = !self.stays();
        let record = match (&self.running, starts) {
            (Some(record), false) => record.clone(),
            (old, _) => {
                if let Some(record) = old {
                    stop(record, &self.places).await;
                }
                let started = self.server.start(&self.places).await;
                started.map_err(|error| unstarted(self.server.service, &error))?
            }
        };
        let mut all = processes(&[record]).await;
        all.pop().map(|status| (status, starts)).ok_or_else(|| {
            let message = format!("{} ended at once", what(self.server.service));
            Failure::new(ExitCode::Unhealthy, Code::Exited, message)
                .hint(format!("orchcli logs {}", self.service()))
        })
    }

    /// Whether it runs, and nobody looks after it.
    pub fn is_running(&self) -> bool {
        self.running.as_ref().is_some_and(|record| !record.supervisor.is_some_and(Supervisor::is_alive))
    }

    /// Starts it anew, and says how it is.
    pub async fn restart(mut self) -> Result<ServiceStatus, Failure> {
        self.end().await;
        self.running = None;
        Ok(self.bring_up().await?.0)
    }

    /// Ends it.
    pub async fn end(&self) {
        if let Some(record) = Record::read(&self.places.run, self.service()) {
            stop(&record, &self.places).await;
        }
    }

    /// Says so where the page that people will see is not a console.
    pub fn tell_of_note(&self, output: &mut Output) {
        if self.server.is_console() {
            tell_of_note(output);
        }
    }
}

/// The gateway that a project wants; a Compose file alone wants none.
pub fn wanted_gateway(loaded: &Loaded, stack: &Stack, remote: Option<&str>) -> Option<Gateway> {
    if loaded.project.by() == By::File {
        return None;
    }
    Gateway::of(Scene {
        settings: &loaded.settings,
        ui: loaded.provided.provider(Service::Ui),
        has_core_container: loaded.provided.has_container(Service::Core),
        stack: Some(stack),
        container_port: loaded.project.ui_container_port(&loaded.settings),
        remote,
    })
}

/// This program has no console yet, and does not keep quiet about it (cli.md 5.5).
pub fn tell_of_note(output: &mut Output) {
    let message = "the page of the UI is a note: this program carries no console; \
                   --ui image and a checkout have one";
    output.warn("NO_CONSOLE", message);
}
