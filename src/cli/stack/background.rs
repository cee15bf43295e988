//! The servers of this program that are services of a stack, as `start` runs them: in the background, where they stay
//! when the command returns and are restarted and stopped as what `dev` runs (cli.md 3.3, 5.5).

use super::gateway::{tell_of_no_room, tell_of_note, wanted_gateway};
use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::local::{self, Sources, unstarted, what};
use crate::cli::output::Output;
use crate::cli::project::Loaded;
use crate::compose::Stack;
use crate::dev::ServiceStatus;
use crate::dev::converge::{Action, Step};
use crate::dev::gateway::Gateway;
use crate::dev::local::{Places, Server, stop};
use crate::dev::ports::Wanted;
use crate::dev::project::By;
use crate::dev::record::Record;
use crate::dev::settings::{Provider, Service};
use crate::dev::status::processes;

/// A server.
pub struct Background {
    server: Server,
    /// What it is made from, when it is the gateway.
    gateway: Option<Gateway>,
    places: Places,
}

impl Background {
    /// Those that a project wants beside these containers, as long as nothing is known of the engine: [`follow`] comes
    /// after.
    pub fn all(loaded: &Loaded, stack: &Stack, flags: &ComposeFlags) -> Result<Vec<Self>, Failure> {
        if loaded.project.by() == By::File {
            return Ok(Vec::new());
        }
        let (project, settings) = (&loaded.project, &loaded.settings);
        let places = Places::of(&project.folder());
        let mut all = Vec::new();
        if loaded.provided.provider(Service::Core) == Provider::Embedded {
            let server = local::core(&Sources { project, settings, flags, asked: &[], path: None })?;
            all.push(Self { server, gateway: None, places: places.clone() });
        }
        if let Some(gateway) = wanted_gateway(loaded, stack) {
            let server = local::gateway(&gateway, project.root())?;
            all.push(Self { server, gateway: Some(gateway), places });
        }
        Ok(all)
    }

    /// Goes to where its container is, whatever was wanted of that. Says whether there is room for it.
    fn follow(&mut self, services: &[ServiceStatus], remote: Option<&str>) -> Result<bool, Failure> {
        let Some(gateway) = &mut self.gateway else { return Ok(true) };
        let has_room = gateway.follow(services, remote);
        self.server = local::gateway(gateway, &self.server.folder)?;
        Ok(has_room)
    }

    /// The one that runs now: another command may have changed that meanwhile.
    fn running(&self) -> Option<Record> {
        Record::read(&self.places.run, self.service()).filter(Record::is_alive)
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
    fn stays(&self, running: Option<&Record>) -> bool {
        running.is_some_and(|record| record.is_looked_after() || record.command == self.server.command())
    }

    /// The port it needs, unless it has it.
    pub fn port(&self) -> Option<Wanted> {
        let running = self.running();
        let has_it = running.as_ref().is_some_and(|record| record.port == Some(self.server.port));
        (!self.stays(running.as_ref()) && !has_it)
            .then(|| Wanted::at(self.service(), self.server.bind, self.server.port))
    }

    /// What is done about it.
    pub fn step(&self) -> Step {
        let running = self.running();
        let (action, reason) = match (&running, self.stays(running.as_ref())) {
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
        let running = self.running();
        let starts = !self.stays(running.as_ref());
        let record = match (running, starts) {
            (Some(record), false) => record,
            (old, _) => {
                if let Some(record) = old {
                    stop(&record, &self.places).await;
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
        self.running().is_some_and(|record| !record.is_looked_after())
    }

    /// Starts it anew, and says how it is.
    pub async fn restart(self) -> Result<ServiceStatus, Failure> {
        self.end().await;
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

/// Has all of them go to where their containers are; one that has no room is left out, which is told.
pub fn follow(
    all: &mut Vec<Background>,
    containers: &[ServiceStatus],
    remote: Option<&str>,
    output: &mut Output,
) -> Result<(), Failure> {
    for mut server in std::mem::take(all) {
        if server.follow(containers, remote)? {
            all.push(server);
        } else {
            tell_of_no_room(output);
        }
    }
    Ok(())
}
