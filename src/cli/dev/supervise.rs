//! What goes on while a run goes on: news and lines are shown, keys and signals obeyed, until everything has ended
//! (cli.md 2.5, 3.2).

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

use super::containers::Containers;
use super::keys::{Key, Keys};
use super::processes::Processes;
use super::show::{self, Show};
use super::{Arguments, watching};
use crate::cli::engine;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::{Output, reader_gone};
use crate::cli::runtime::Interrupt;
use crate::dev::local::{News, Order, Orders, Session};
use crate::dev::logs::{Query, Told, history};
use crate::dev::status::status;
use crate::dev::{ServiceStatus, local};

/// What runs, and what ends it.
pub struct Scene<'a> {
    /// The flags.
    pub arguments: &'a Arguments,
    /// The containers, if there are any.
    pub containers: Option<&'a Containers>,
    /// The local processes.
    pub processes: &'a Processes,
    /// Where the UI is, if there is one.
    pub ui: Option<String>,
    /// Whether the UI answers already.
    pub ui_is_ready: bool,
    /// From when on lines are shown.
    pub since: Timestamp,
    /// The signals.
    pub interrupt: &'a Interrupt,
    /// Cancelled by another command that ends everything.
    pub stop: CancellationToken,
}

/// Shows what happens, and does what it is told, until everything has ended.
pub async fn supervise(scene: &Scene<'_>, mut session: Session, output: &mut Output) -> Result<(), Ended> {
    let orders = session.orders();
    let reaper = Reaper(scene.processes);
    let mut show = Show::new(scene.services(&orders), output);
    let end = CancellationToken::new();
    let mut lines = scene.lines(&mut show, &orders, end.clone(), output).await?;
    let watch = if scene.arguments.no_watch { None } else { scene.processes.core.as_deref() };
    let insisted = scene.interrupt.insisted();
    // The second signal kills; the third one is the end of the command itself.
    scene.interrupt.leave_at(3);
    let ended = insisted
        .run_until_cancelled(scene.run(&mut session, &orders, &mut show, &mut lines, watch, output))
        .await;
    drop(reaper);
    // What containers write while they stop is shown too.
    if let Some(containers) = scene.containers.filter(|_| !scene.arguments.keep) {
        let stopping = containers.end();
        tokio::pin!(stopping);
        let failures = loop {
            tokio::select! {
                failures = &mut stopping => break failures,
                () = insisted.cancelled() => {
                    containers.kill().await;
                    break Vec::new();
                }
                // What cannot be shown keeps nothing from its end.
                Some(told) = told(&mut lines) => drop(show.told(&told, output)),
            }
        };
        for failure in failures {
            output.warn(failure.code.as_str(), &failure.message);
        }
    }
    end.cancel();
    if insisted.is_cancelled() {
        return Err(scene.interrupt.ended().into());
    }
    if let Some(lines) = &mut lines {
        while let Some(told) = lines.recv().await {
            show.told(&told, output)?;
        }
    }
    ended.unwrap_or(Ok(()))
}

impl Scene<'_> {
    fn services<'s>(&'s self, orders: &'s Orders) -> impl Iterator<Item = &'s str> {
        let containers = self.containers.iter().flat_map(|containers| containers.services());
        orders.services().chain(containers.map(String::as_str))
    }

    /// The lines of what is not a process of ours: containers, and the server in the background.
    async fn lines(
        &self,
        show: &mut Show,
        orders: &Orders,
        end: CancellationToken,
        output: &mut Output,
    ) -> Result<Option<Receiver<Told>>, Ended> {
        let mut query = self.containers.map_or_else(
            || Query { since: Some(self.since), ..Query::default() },
            |containers| containers.query(self.since),
        );
        for server in &self.processes.servers {
            query.services.push(server.service.as_str().to_owned());
            query.folder = Some(self.processes.places.logs.clone());
        }
        if query.services.is_empty() {
            return Ok(None);
        }
        let engine = self.containers.map(|containers| &containers.engine);
        let past = history(engine, query).await.map_err(|error| engine::failure(&error))?;
        for (service, why) in past.unreadable {
            show.told(&Told::Unreadable { service, why }, output)?;
        }
        for entry in &past.entries {
            self.interrupt.heard(show.entry(entry, output))?;
        }
        // With nothing else that runs, the end of the containers is the end.
        let alone = orders.services().next().is_none();
        Ok(Some(past.follower.start(engine.cloned(), alone, end)))
    }

    async fn run(
        &self,
        session: &mut Session,
        orders: &Orders,
        show: &mut Show,
        lines: &mut Option<Receiver<Told>>,
        watch: Option<&Path>,
        output: &mut Output,
    ) -> Result<(), Ended> {
        let mut keys = Keys::new();
        let mut watch = watching::start(watch, output);
        let asked = self.interrupt.asked();
        let gone = reader_gone();
        tokio::pin!(gone);
        let heard = |said| self.interrupt.heard(said);
        let mut busy = orders.services().next().is_some();
        let mut open = self.arguments.open;
        if open && self.ui_is_ready {
            open = false;
            heard(show::open(self.ui.as_deref(), output))?;
        }
        let mut starting: BTreeSet<&str> =
            self.processes.programs.iter().map(|program| program.service.as_str()).collect();
        let (mut stopping, mut failed, mut late) = (false, None, false);
        while busy || !stopping && lines.is_some() {
            let mut stop = false;
            tokio::select! {
                news = session.next(), if busy => match news {
                    Ok(Some(news)) => {
                        heard(show.news(&news, output))?;
                        if let News::Ready(service, _) | News::Failed(service, _) = &news {
                            starting.remove(service.as_str());
                        }
                        match &news {
                            News::Failed(service, why) if self.arguments.exit_on_failure && !stopping => {
                                failed = Some(format!("{service}: {why}"));
                                stop = true;
                            }
                            News::Ready(service, _) if open && service == "ui" => {
                                open = false;
                                heard(show::open(self.ui.as_deref(), output))?;
                            }
                            _ => {}
                        }
                    }
                    Ok(None) => busy = false,
                    Err(error) => {
                        let message = "a log cannot be written";
                        return Err(Failure::new(ExitCode::Failed, Code::Internal, message).because(&error).into());
                    }
                },
                told = told(lines) => match told {
                    Some(told) => heard(show.told(&told, output))?,
                    None => *lines = None,
                },
                () = asked.cancelled(), if !stopping => {
                    // What runs may end at any time; what did not come up has not done what it was asked to.
                    late = !starting.is_empty() && self.interrupt.is_out_of_time();
                    stop = true;
                }
                () = &mut gone, if !asked.is_cancelled() => asked.cancel(),
                () = self.stop.cancelled(), if !stopping => stop = true,
                () = watching::changed(&mut watch) => orders.give(Some("core"), || Order::Rebuild(None)).await,
                key = keys.next() => stop = self.obey(key, orders, show, output).await? && !stopping,
            }
            if stop {
                stopping = true;
                orders.give(None, || Order::Stop).await;
            }
        }
        match failed {
            Some(message) => Err(Failure::new(ExitCode::Unhealthy, Code::Exited, message).into()),
            None if late => Err(self.interrupt.ended().into()),
            None => Ok(()),
        }
    }

    /// Does what a key asks for; says whether that is the end.
    async fn obey(&self, key: Key, orders: &Orders, show: &mut Show, output: &Output) -> Result<bool, Ended> {
        let was_asking = show.was_asking();
        let services: Vec<&str> = orders.services().collect();
        match key {
            Key::Restart => {
                if let Some(service) = show.which(&services, output)? {
                    orders.give(Some(&service), || Order::Restart(None)).await;
                }
            }
            Key::Number(0) if was_asking => orders.give(None, || Order::Restart(None)).await,
            Key::Number(number) => {
                if let Some(service) = services.get(number.wrapping_sub(1)).filter(|_| was_asking) {
                    orders.give(Some(service), || Order::Restart(None)).await;
                }
            }
            Key::Rebuild => orders.give(Some("core"), || Order::Rebuild(None)).await,
            Key::Clear => show::clear(output)?,
            Key::Filter => show.filter(output)?,
            Key::Status => self.status(show, output).await?,
            Key::Open => show::open(self.ui.as_deref(), output)?,
            Key::Help => show::help(output)?,
            Key::Quit => return Ok(true),
        }
        Ok(false)
    }

    /// Says how the services are, asked just now.
    async fn status(&self, show: &Show, output: &Output) -> Result<(), Ended> {
        let records = local::running(&self.processes.places);
        let engine = self.containers.map(|containers| (&containers.engine, &containers.desired));
        let seen: Vec<ServiceStatus> = match engine {
            Some((engine, desired)) => {
                status(Some(engine), desired, &records).await.map(|seen| seen.services).unwrap_or_default()
            }
            None => Vec::new(),
        };
        let table = if seen.is_empty() { show.states() } else { crate::cli::stack::table(&seen, &[]) };
        output.data(table.as_bytes())
    }
}

async fn told(lines: &mut Option<Receiver<Told>>) -> Option<Told> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

/// Ends what is left of the local processes when a second signal ends the command where it waits.
struct Reaper<'a>(&'a Processes);

impl Drop for Reaper<'_> {
    fn drop(&mut self) {
        local::reap(&self.0.places);
    }
}
