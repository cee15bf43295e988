//! A run from its first look to its end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::begin::listen;
use super::chosen::{Asked, Chosen};
use super::containers::Containers;
use super::processes;
use super::supervise::{Scene, supervise};
use super::wanted::Stack;
use super::{Arguments, plan, save};
use crate::cli::args::{Format, Global};
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::prompt::Prompter;
use crate::cli::runtime::Interrupt;
use crate::cli::{engine, project, stack, wake};
use crate::dev::converge::Options;
use crate::dev::images;
use crate::dev::local::{self, Announced, Running};
use crate::dev::project::Project;
use crate::dev::record::Supervisor;
use crate::dev::settings::{Provider, Settings};
use crate::dev::start;
use crate::dev::tools::Tools;
use crate::docker::Engine;

/// What a run is about.
pub struct Run<'a> {
    /// The flags.
    pub arguments: &'a Arguments,
    /// Those of every command.
    pub global: &'a Global,
    /// The project.
    pub project: Project,
    /// What is set for it as far as it says what runs.
    pub first: Settings,
}

impl Run<'_> {
    /// Brings everything up, and stays until it is told to end.
    pub async fn go(&self, asked: Asked, interrupt: Interrupt, output: &mut Output) -> Result<(), Ended> {
        let tools = self.tools();
        let (engine, chosen) = self.engine(asked, &tools, &interrupt, output).await?;
        let toolbox = self.toolbox(chosen, &tools, &interrupt, output).await?;
        for note in toolbox.notes() {
            output.notice(&format!("{note}\n"));
        }
        let lock = stack::lock(&self.project, "dev", &self.global.work, &interrupt, output).await?;
        project::complete(&self.project)?;
        if let Some(running) = Running::read(&self.project.folder().run()) {
            return Err(processes::running("orchcli dev", running.supervisor.pid).into());
        }
        let stack = self.at_free_ports(chosen, engine.as_ref(), &toolbox, &interrupt, output).await?;
        if let (Some(engine), Some(desired)) = (&engine, &stack.desired) {
            stack::not_remote(engine, desired, self.project.root())?;
        }
        let images = self.images(engine.as_ref(), &stack).await?;
        if self.global.work.dry_run {
            return self.plan(engine.as_ref(), &stack, &images, output).await;
        }
        if self.arguments.save {
            save::keep(self.arguments, chosen, self.global, output)?;
        }
        let announced = self.announce(&stack)?;
        self.install(chosen, &stack.settings, &tools, &interrupt, output).await?;
        let since = Timestamp::now();
        let containers = match (engine, stack.desired) {
            (Some(engine), Some(desired)) => Some(Containers::look(engine, desired).await?),
            (Some(_) | None, _) => None,
        };
        let stack = Stack { desired: None, ..stack };
        let begun = self.begin(&stack, containers.as_ref(), &images, &interrupt, output).await;
        let (session, ui) = match begun {
            Ok(begun) => begun,
            Err(ended) => {
                // Nothing half-done stays behind; the failure is what is told.
                local::reap(&stack.processes.places);
                if let Some(containers) = containers.filter(|_| !self.arguments.keep) {
                    let _ = containers.end().await;
                }
                return Err(ended);
            }
        };
        drop(lock);
        let stop = CancellationToken::new();
        let _socket = listen(&session, &stack.processes, &stop, output);
        let scene = Scene {
            arguments: self.arguments,
            containers: containers.as_ref(),
            processes: &stack.processes,
            ui_is_ready: stack.chosen.ui != Provider::Source,
            ui: stack.processes.ui().or(ui),
            since,
            interrupt: &interrupt,
            stop,
        };
        let ended = Box::pin(supervise(&scene, session, output)).await;
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
    async fn engine(
        &self,
        asked: Asked,
        tools: &Tools,
        interrupt: &Interrupt,
        output: &Output,
    ) -> Result<(Option<Engine>, Chosen), Ended> {
        let connected = if self.arguments.no_containers {
            None
        } else if asked.settled(self.arguments, true).needs_containers() {
            Some(wake::connect(self.global, &Prompter::new(&self.global.work, interrupt)).await?)
        } else {
            Some(engine::connect(&self.global.engine).await)
        };
        let answers = match &connected {
            Some(Err(failure)) => failure.code != Code::EngineUnreachable,
            Some(Ok(_)) | None => true,
        };
        let mut chosen = asked.settled(self.arguments, answers);
        chosen.runner = self.runner(chosen, tools, connected.as_ref().map(Result::is_ok)).await?;
        match connected {
            None => Ok((None, chosen)),
            Some(Ok(engine)) => Ok((Some(engine), chosen)),
            Some(Err(failure)) => {
                if chosen.needs_containers() {
                    let way = "--no-containers uses what runs already, such as a MongoDB of your own";
                    let hint =
                        failure.hint.clone().map_or_else(|| way.to_owned(), |hint| format!("{hint}; {way}"));
                    return Err(failure.hint(hint).into());
                }
                if asked.is_open() {
                    let why = &failure.message;
                    output.notice(&format!("what is left open is run within this program: {why}\n"));
                }
                Ok((None, chosen))
            }
        }
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
        if self.arguments.save {
            steps.extend(plan::kept(&save::wanted(self.arguments, stack.chosen)));
        }
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
            mode: stack.chosen.file().as_str().to_owned(),
            providers: providers(stack.chosen),
            without: stack.chosen.without_container(),
            ports: stack.ports.clone(),
            variables: self.contained_variables(stack.chosen),
        };
        let folder = self.project.folder();
        let announced = folder.prepare().and_then(|()| {
            std::fs::create_dir_all(folder.build())?;
            running.announce(&folder.run())
        });
        announced.map_err(|error| project::unwritable(folder.path(), &error))
    }
}

/// What provides each service, by name.
fn providers(chosen: Chosen) -> BTreeMap<String, String> {
    let all = chosen.providers().into_iter();
    all.map(|(service, provider)| (service.as_str().to_owned(), provider.as_str().to_owned())).collect()
}
