//! The start of a run: containers first, then what runs beside them (cli.md 3.2).

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::containers::Containers;
use super::processes::Processes;
use super::run::Run;
use super::show;
use super::wanted::Stack;
use crate::cli::failure::Ended;
use crate::cli::local::unstarted;
use crate::cli::output::Output;
use crate::cli::runtime::Interrupt;
use crate::cli::stack::tell_of_note;
use crate::dev::images;
use crate::dev::local::{self, Contained, Failed, Restarts, Session};
use crate::dev::ready::reachable;
use crate::dev::record::Record;
use crate::dev::settings::{Provider, Service};

/// How long core may take to answer that is built in its container first.
const FIRST_BUILD: Duration = Duration::from_mins(10);

impl Run<'_> {
    /// Brings up the containers, then what runs beside them. Handed out is where the UI is, if a container has it.
    pub(super) async fn begin(
        &self,
        stack: &Stack,
        containers: Option<&Containers>,
        images: &images::Plan,
        interrupt: &Interrupt,
        output: &mut Output,
    ) -> Result<(Session, Option<String>), Ended> {
        let mut ui = None;
        if let Some(containers) = containers {
            let mut wait = stack.settings.wait;
            if stack.chosen.is_contained() {
                // It is built first, and what it needs is fetched.
                wait.core = wait.core.max(FIRST_BUILD);
                wait.timeout = wait.timeout.max(FIRST_BUILD);
            }
            let started =
                containers.up(&self.project, images, &wait, &self.global.work, interrupt, output).await?;
            for service in &started.services {
                let has_gateway = stack.processes.serves(&service.name);
                if service.name == Service::Ui.as_str() {
                    ui.clone_from(&service.url);
                }
                if let Some(url) = service.url.as_ref().filter(|_| !has_gateway) {
                    show::notice(output, &service.name, &format!("at {url}"))?;
                }
            }
        }
        let places = &stack.processes.places;
        let mut session = Session::default();
        self.serve(&stack.processes, &mut session, output).await?;
        if let (Some(containers), true) = (containers, stack.chosen.is_contained()) {
            let engine = containers.engine.clone();
            let contained = Contained {
                host: engine
                    .remote_host()
                    .map_or_else(|| reachable(&stack.settings.bind.to_string()), str::to_owned),
                engine,
                project: containers.desired.stack.name.clone(),
                port: stack.settings.service(Service::Core).port,
            };
            let places = places.clone();
            session.add("core", |orders, news| local::attend(contained, places, orders, news));
        }
        for program in &stack.processes.programs {
            let (program, places) = (program.clone(), places.clone());
            session.add(&program.service.clone(), |orders, news| {
                local::supervise(program, places, Restarts::default(), orders, news)
            });
        }
        Ok((session, ui))
    }
}

impl Run<'_> {
    /// Starts the servers of this program, and has them looked after. A gateway that stands as it should is taken
    /// over.
    async fn serve(
        &self,
        processes: &Processes,
        session: &mut Session,
        output: &mut Output,
    ) -> Result<(), Ended> {
        let places = &processes.places;
        let mut standing = processes.standing();
        let wanted =
            |record: &Record| processes.servers.iter().any(|server| server.command() == record.command);
        let is_ours = self.arguments.wants(Service::Ui.as_str());
        if let Some(record) = standing.take_if(|record| is_ours && !wanted(record)) {
            local::stop(&record, places).await;
        }
        for server in &processes.servers {
            let service = server.service;
            if server.is_console() {
                tell_of_note(output);
            }
            let record = match standing.take_if(|record| record.command == server.command()) {
                Some(record) => server.adopt(record, places).map_err(Failed::Files),
                None => server.start(places).await,
            };
            let record = record.map_err(|error| unstarted(service, &error))?;
            let (tended, places) = (server.clone(), places.clone());
            session.add(service.as_str(), |orders, news| local::tend(tended, record, places, orders, news));
            let how = if server.provider == Provider::Embedded { "embedded, " } else { "" };
            show::notice(output, service.as_str(), &format!("{how}at {}", server.url))?;
        }
        Ok(())
    }
}

/// Lets other commands ask this one.
#[cfg(unix)]
pub(super) fn listen(
    session: &Session,
    processes: &Processes,
    stop: &CancellationToken,
    output: &mut Output,
) -> Option<local::socket::Socket> {
    match local::socket::Socket::listen(&processes.places.run, session.orders(), stop.clone()) {
        Ok(socket) => Some(socket),
        Err(error) => {
            output.warn("DEV_SOCKET", &format!("orchcli restart does not reach this run: {error}"));
            None
        }
    }
}

/// Elsewhere nobody asks.
#[cfg(not(unix))]
pub(super) fn listen(_: &Session, _: &Processes, _: &CancellationToken, _: &mut Output) -> Option<()> {
    None
}
