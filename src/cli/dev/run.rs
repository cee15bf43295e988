//! A run from its first look to its end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::chosen::{Asked, Chosen};
use super::containers::Containers;
use super::environment::Sources;
use super::processes::{self, Processes};
use super::supervise::{Scene, supervise};
use super::{Arguments, plan, show};
use crate::cli::args::{Format, Global, StackFlags};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask};
use crate::cli::prompt::Prompter;
use crate::cli::runtime::Interrupt;
use crate::cli::{engine, service, stack};
use crate::dev::converge::{Desired, Options};
use crate::dev::images::{self, plan as plan_images};
use crate::dev::local::{self, Announced, Failed, Restarts, Running, Session, Supervisor};
use crate::dev::ports::wanted;
use crate::dev::project::Project;
use crate::dev::settings::{Provider, Service, Settings};
use crate::dev::start;
use crate::docker::Engine;

/// What a run is about.
pub struct Run<'a> {
    /// The flags.
    pub arguments: &'a Arguments,
    /// Those of every command.
    pub global: &'a Global,
    /// The project.
    pub project: Project,
}

/// What is to run.
struct Stack {
    chosen: Chosen,
    settings: Settings,
    desired: Option<Desired>,
    processes: Processes,
}

impl Run<'_> {
    /// Brings everything up, and stays until it is told to end.
    pub async fn go(&self, asked: Asked, interrupt: Interrupt, output: &mut Output) -> Result<(), Ended> {
        let (engine, chosen) = self.engine(asked, output).await?;
        let lock = stack::lock(&self.project, "dev", &self.global.work, output).await?;
        project::complete(&self.project)?;
        if let Some(running) = Running::read(&self.project.folder().run()) {
            return Err(processes::running("orchcli dev", running.supervisor.pid).into());
        }
        let stack = self.at_free_ports(chosen, engine.as_ref(), &interrupt, output).await?;
        if let (Some(engine), Some(desired)) = (&engine, &stack.desired) {
            stack::not_remote(engine, desired, self.project.root())?;
        }
        let images = self.images(engine.as_ref(), &stack).await?;
        if self.global.work.dry_run {
            return self.plan(engine.as_ref(), &stack, &images, output).await;
        }
        let announced = self.announce(&stack)?;
        let since = Timestamp::now();
        let containers = match (engine, stack.desired) {
            (Some(engine), Some(desired)) => Some(Containers::look(engine, desired).await?),
            (Some(_) | None, _) => None,
        };
        let stack = Stack { desired: None, ..stack };
        let begun = self.begin(&stack, containers.as_ref(), &images, &interrupt, output).await;
        let (session, ui) = match (begun, &containers) {
            (Ok(begun), _) => begun,
            (Err(ended), Some(containers)) if !self.arguments.keep => {
                // Nothing half-done stays behind; the failure is what is told.
                let _ = containers.end().await;
                return Err(ended);
            }
            (Err(ended), _) => return Err(ended),
        };
        drop(lock);
        let stop = CancellationToken::new();
        let _socket = listen(&session, &stack.processes, &stop, output);
        let scene = Scene {
            arguments: self.arguments,
            containers: containers.as_ref(),
            processes: &stack.processes,
            ui_is_ready: stack.chosen.ui != Provider::Source,
            ui: ui.or_else(|| stack.processes.ui()),
            since,
            interrupt: &interrupt,
            stop,
        };
        let ended = supervise(&scene, session, output).await;
        drop(announced);
        ended?;
        match output.format() {
            Format::Ndjson => {
                let providers = providers(chosen);
                output.result("DevResult", json!({"mode": chosen.mode.as_str(), "providers": providers}), "")
            }
            Format::Text | Format::Json | Format::Yaml => Ok(()),
        }
    }

    /// The engine, and what provides each service with it or without.
    async fn engine(&self, asked: Asked, output: &Output) -> Result<(Option<Engine>, Chosen), Ended> {
        let arguments = self.arguments;
        if arguments.no_containers {
            return Ok((None, asked.settled(arguments, true)));
        }
        match engine::connect(&self.global.engine).await {
            Ok(engine) => Ok((Some(engine), asked.settled(arguments, true))),
            Err(failure) => {
                let answers = failure.code != Code::EngineUnreachable;
                let chosen = asked.settled(arguments, answers);
                if chosen.needs_containers() {
                    let way = "--no-containers uses what runs already, such as a MongoDB of your own";
                    let hint =
                        failure.hint.clone().map_or_else(|| way.to_owned(), |hint| format!("{hint}; {way}"));
                    return Err(failure.hint(hint).into());
                }
                if asked.is_open() {
                    let why = &failure.message;
                    output.notice(&format!("what needs no container is run within this program: {why}\n"));
                }
                Ok((None, chosen))
            }
        }
    }

    /// The stack, at other ports where the user agrees that those it wants are taken.
    async fn at_free_ports(
        &self,
        chosen: Chosen,
        engine: Option<&Engine>,
        interrupt: &Interrupt,
        output: &mut Output,
    ) -> Result<Stack, Ended> {
        let mode = Some(chosen.mode);
        let mut flags = StackFlags { mode, port: self.arguments.port.clone(), image_tag: None };
        let stack = self.load(chosen, engine, &flags, output)?;
        stack.processes.check()?;
        let containers = stack.desired.iter().flat_map(|desired| wanted(&desired.stack));
        let ports: Vec<_> = containers.chain(stack.processes.wanted()).collect();
        let name = stack.desired.as_ref().map_or("", |desired| desired.stack.name.as_str());
        let prompter = Prompter::new(&self.global.work, interrupt);
        let moved = stack::settle(self.arguments.auto_port, engine, name, &ports, &prompter).await?;
        if moved.is_empty() {
            return Ok(stack);
        }
        if !self.global.work.dry_run {
            stack::keep_ports(&self.project, &moved)?;
        }
        flags.port.extend(moved);
        self.load(chosen, engine, &flags, output)
    }

    fn load(
        &self,
        chosen: Chosen,
        engine: Option<&Engine>,
        flags: &StackFlags,
        output: &mut Output,
    ) -> Result<Stack, Ended> {
        let mut overrides = flags.overrides();
        chosen.set_in(&mut overrides);
        let without = chosen.without_container();
        let only = &self.arguments.only;
        let mut services: Vec<String> = only.iter().filter(|name| !without.contains(name)).cloned().collect();
        if !only.is_empty() && chosen.mongodb {
            services.push(Service::Mongodb.as_str().to_owned());
        }
        let some = only.is_empty() || !services.is_empty();
        let (settings, desired) = if engine.is_some() && some {
            let access = Access::Mutating { dry_run: self.global.work.dry_run };
            let ask = Ask::new(access, &services);
            let (mode, local) = (Some(chosen.mode), &without[..]);
            let ask = Ask { make_files: true, mode, overrides: &overrides, local, ..ask };
            let loaded = project::load(&self.global.compose, &ask, output)?;
            let mut desired = stack::wanted(&loaded, self.global, flags, output)?;
            // A container of what is run otherwise now is in its way.
            let elsewhere = |name: &String| {
                chosen.providers().iter().any(|(service, provider)| {
                    service.as_str() == name && matches!(provider, Provider::Source | Provider::Embedded)
                })
            };
            desired.declared.retain(|name| !elsewhere(name));
            (loaded.settings, Some(desired))
        } else {
            let settings = self.project.settings(&overrides, &|name| std::env::var(name).ok());
            (settings.map_err(|error| project::unfit(&error))?, None)
        };
        let known = || {
            let services = desired.iter().flat_map(|desired| desired.declared.iter().map(String::as_str));
            services.chain(Service::ALL.map(Service::as_str))
        };
        for name in only.iter().chain(flags.port.iter().map(|(name, _)| name)) {
            service::known(name, known())?;
        }
        if chosen.core == Provider::Source && !self.global.work.dry_run {
            self.project.ensure_secrets().map_err(|error| {
                let message = "the keys of the project cannot be kept";
                Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
            })?;
        }
        let (project, asked) = (&self.project, &self.arguments.env[..]);
        let sources = Sources { project, settings: &settings, flags: &self.global.compose, asked };
        let processes = Processes::of(self.arguments, chosen, &sources)?;
        Ok(Stack { chosen, settings, desired, processes })
    }

    async fn images(&self, engine: Option<&Engine>, stack: &Stack) -> Result<images::Plan, Ended> {
        let (Some(engine), Some(desired)) = (engine, &stack.desired) else {
            return Ok(images::Plan { steps: Vec::new() });
        };
        let wishes = stack::wishes(self.arguments.pull, false, self.global.work.offline);
        let planned = plan_images(engine, &desired.stack, wishes).await;
        planned.map_err(|error| stack::image_failure(&error).into())
    }

    /// What would be done.
    async fn plan(
        &self,
        engine: Option<&Engine>,
        stack: &Stack,
        images: &images::Plan,
        output: &mut Output,
    ) -> Result<(), Ended> {
        let mut steps = Vec::new();
        if let (Some(engine), Some(desired)) = (engine, &stack.desired) {
            let planned = start::plan(engine, desired, &Options::default()).await;
            let (plan, _) = planned.map_err(|error| stack::failure(&error))?;
            for (code, message) in &plan.warnings {
                output.warn(code, message);
            }
            steps.extend(plan.steps);
        }
        steps.extend(plan::steps(&stack.processes));
        stack::plan_with_images(&images.steps, &steps, output)
    }

    /// Tells other commands what runs here.
    fn announce(&self, stack: &Stack) -> Result<Announced, Failure> {
        let running = Running {
            supervisor: Supervisor::here(),
            mode: stack.chosen.mode.as_str().to_owned(),
            providers: providers(stack.chosen),
            without: stack.chosen.without_container(),
        };
        let folder = self.project.folder();
        let announced = folder.prepare().and_then(|()| {
            std::fs::create_dir_all(folder.build())?;
            running.announce(&folder.run())
        });
        announced.map_err(|error| {
            let message = format!("{} cannot be written", folder.path().display());
            Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
        })
    }

    /// Brings up the containers, then what runs beside them. Handed out is where the UI is, if a container has it.
    async fn begin(
        &self,
        stack: &Stack,
        containers: Option<&Containers>,
        images: &images::Plan,
        interrupt: &Interrupt,
        output: &mut Output,
    ) -> Result<(Session, Option<String>), Ended> {
        let mut ui = None;
        if let Some(containers) = containers {
            let wait = &stack.settings.wait;
            let started =
                containers.up(&self.project, images, wait, &self.global.work, interrupt, output).await?;
            for service in &started.services {
                if service.name == Service::Ui.as_str() {
                    ui.clone_from(&service.url);
                }
                if let Some(url) = &service.url {
                    show::notice(output, &service.name, &format!("at {url}"));
                }
            }
        }
        let places = &stack.processes.places;
        let mut session = Session::default();
        if let Some(embedded) = &stack.processes.embedded {
            let record = embedded.start(places).await.map_err(|error| unstarted(&error))?;
            if let Some(url) = &record.url {
                show::notice(output, "core", &format!("embedded, at {url}"));
            }
            let (embedded, places) = (embedded.clone(), places.clone());
            session.add("core", |orders, news| local::tend(embedded, record, places, orders, news));
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

/// What provides each service, by name.
fn providers(chosen: Chosen) -> BTreeMap<String, String> {
    let all = chosen.providers().into_iter();
    all.map(|(service, provider)| (service.as_str().to_owned(), provider.as_str().to_owned())).collect()
}

/// Lets other commands ask this one.
#[cfg(unix)]
fn listen(
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
fn listen(_: &Session, _: &Processes, _: &CancellationToken, _: &mut Output) -> Option<()> {
    None
}

/// Why core within this program is not there.
pub fn unstarted(error: &Failed) -> Failure {
    let failure = Failure::new(ExitCode::Unhealthy, Code::Unhealthy, "core cannot be started").because(error);
    match error {
        Failed::Ended { words, .. } => failure.details(json!({"log": words})).hint("orchcli logs core"),
        Failed::Files(_) | Failed::Slow => failure,
    }
}
