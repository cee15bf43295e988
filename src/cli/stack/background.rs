//! Core within this program, as `start` runs it: a server in the background, which stays when the command returns and
//! is restarted and stopped as what `dev` runs (cli.md 3.3).

use crate::cli::args::ComposeFlags;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::local::{Sources, embedded, unstarted};
use crate::cli::project::Loaded;
use crate::dev::ServiceStatus;
use crate::dev::converge::{Action, Step};
use crate::dev::local::{self, Embedded, Places, Record, Supervisor};
use crate::dev::ports::Wanted;
use crate::dev::project::By;
use crate::dev::settings::{Provider, Service};
use crate::dev::status::processes;

/// The server.
pub struct Background {
    embedded: Embedded,
    places: Places,
    /// The one that runs now.
    running: Option<Record>,
}

impl Background {
    /// The one that the project wants, when core is to run so.
    pub fn of(loaded: &Loaded, flags: &ComposeFlags) -> Result<Option<Self>, Failure> {
        let is_embedded = loaded.provided.provider(Service::Core) == Provider::Embedded;
        if !is_embedded || loaded.project.by() == By::File {
            return Ok(None);
        }
        let (project, settings) = (&loaded.project, &loaded.settings);
        let places = Places::of(&project.folder());
        let sources = Sources { project, settings, flags, asked: &[], path: None };
        let has_console = loaded.provided.provider(Service::Ui) == Provider::Embedded;
        let running = local::running(&places).into_iter().find(|record| record.service == "core");
        Ok(Some(Self { embedded: embedded(&sources, has_console, None)?, places, running }))
    }

    /// Whether what runs is what is wanted; what a `dev` runs is that one's affair.
    fn stays(&self) -> bool {
        self.running.as_ref().is_some_and(|record| {
            record.supervisor.is_some_and(Supervisor::is_alive) || record.port == Some(self.embedded.port)
        })
    }

    /// The ports it needs, unless it has them.
    pub fn ports(&self) -> Vec<Wanted> {
        if self.stays() {
            return Vec::new();
        }
        let console = self.embedded.console.map(|port| Wanted::here("ui", port));
        [Wanted::here("core", self.embedded.port)].into_iter().chain(console).collect()
    }

    /// What is done about it.
    pub fn step(&self) -> Step {
        let (action, reason) = match (&self.running, self.stays()) {
            (_, true) => (Action::Keep, None),
            (Some(_), false) => (Action::Change, Some("at another port".to_owned())),
            (None, false) => (Action::Create, Some("core within orchcli".to_owned())),
        };
        let target = format!("process core at port {}", self.embedded.port);
        Step::local("process.core", action, target, reason)
    }

    /// Starts it, unless it runs, and says how it is; whether it was started.
    pub async fn bring_up(&self) -> Result<(ServiceStatus, bool), Failure> {
        let starts = !self.stays();
        let record = match (&self.running, starts) {
            (Some(record), false) => record.clone(),
            (old, _) => {
                if let Some(record) = old {
                    local::stop_embedded(record, &self.places).await;
                }
                self.embedded.start(&self.places).await.map_err(|error| unstarted(&error))?
            }
        };
        let mut all = processes(&[record]).await;
        all.pop().map(|status| (status, starts)).ok_or_else(|| {
            Failure::new(ExitCode::Unhealthy, Code::Exited, "core ended at once").hint("orchcli logs core")
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
        if let Some(record) = Record::read(&self.places.run, "core") {
            local::stop_embedded(&record, &self.places).await;
        }
    }
}
