//! The processes of a `dev` in another terminal: it is asked to start them again, and says when they answer
//! (cli.md 3.5).

#[cfg(unix)]
use std::time::Duration;

use super::Arguments;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::dev::ServiceStatus;
use crate::dev::converge::{Action, Step};
use crate::dev::local::{self, Places};
use crate::dev::project::Project;
use crate::dev::record::{Record, Supervisor};
use crate::dev::settings::{Service, Wait};
use crate::dev::status::processes;

/// What a `dev` runs of what is wanted.
pub struct Local {
    places: Places,
    /// Every process of a `dev`.
    known: Vec<String>,
    /// Those that are restarted, what others need first.
    wanted: Vec<Record>,
    wait: Option<Wait>,
}

impl Local {
    /// What runs and is wanted.
    pub fn of(project: &Project, arguments: &Arguments, wait: &Wait) -> Self {
        let places = Places::of(&project.folder());
        let mut running = local::running(&places);
        running.retain(|record| record.supervisor.is_some_and(Supervisor::is_alive));
        let known = running.iter().map(|record| record.service.clone()).collect();
        running
            .retain(|record| arguments.services.is_empty() || arguments.services.contains(&record.service));
        running.sort_by_key(|record| Service::ALL.iter().position(|one| one.as_str() == record.service));
        Self { places, known, wanted: running, wait: (!arguments.no_wait).then_some(*wait) }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether a `dev` runs a service as a process.
    pub fn has(&self, service: &str) -> bool {
        self.known.iter().any(|known| known == service)
    }

    /// Every service that a `dev` runs as a process.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(String::as_str)
    }

    /// What would be done.
    pub fn plan(&self) -> impl Iterator<Item = Step> {
        self.wanted.iter().map(|record| {
            let reason = format!("restart: {}, {}", record.service, record.provider);
            let (id, target) = (format!("process.{}", record.service), format!("process {}", record.pid));
            Step::local(id, Action::Change, target, Some(reason))
        })
    }

    /// Restarts them, one after the other, and says how they are.
    pub async fn restart(self, output: &Output) -> Result<Vec<ServiceStatus>, Failure> {
        for record in &self.wanted {
            let service = &record.service;
            output.notice(&format!("restarting {service}\n"));
            self.ask(service).await?;
        }
        let mut running = local::running(&self.places);
        running.retain(|record| self.wanted.iter().any(|wanted| wanted.service == record.service));
        Ok(processes(&running).await)
    }

    #[cfg(unix)]
    async fn ask(&self, service: &str) -> Result<(), Failure> {
        use crate::dev::local::socket::{Request, ask, tell};
        use tokio::time::timeout;
        let request = Request::Restart { service: service.to_owned() };
        let asked = match self.wait {
            Some(wait) => match timeout(budget(service, &wait), ask(&self.places.run, &request)).await {
                Ok(asked) => asked,
                Err(_) => return Err(late(service, budget(service, &wait))),
            },
            None => tell(&self.places.run, &request).await.map(Ok),
        };
        match asked {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => {
                let message = format!("{service} is not ready: {why}");
                let failure = Failure::new(ExitCode::Unhealthy, Code::Exited, message);
                Err(failure.hint(format!("orchcli logs {service}")))
            }
            Err(error) => {
                let message = format!("orchcli dev, which runs {service}, does not answer");
                Err(Failure::new(ExitCode::Failed, Code::Internal, message).because(&error))
            }
        }
    }

    #[cfg(not(unix))]
    async fn ask(&self, service: &str) -> Result<(), Failure> {
        let message = format!("orchcli dev, which runs {service}, cannot be asked on this system");
        Err(Failure::new(ExitCode::Failed, Code::Internal, message).hint("press r in its terminal"))
    }
}

/// How long it may take to answer.
#[cfg(unix)]
fn budget(service: &str, wait: &Wait) -> Duration {
    if service == Service::Ui.as_str() { wait.ui } else { wait.core }
}

#[cfg(unix)]
fn late(service: &str, budget: Duration) -> Failure {
    let message = format!("{service} does not answer after {} s", budget.as_secs());
    Failure::new(ExitCode::Unhealthy, Code::Timeout, message).hint(format!("orchcli logs {service}"))
}
