//! What is to run: the containers and the processes, at ports that are free (cli.md 3.2, 3.3.1).

use std::collections::BTreeMap;

use super::chosen::Chosen;
use super::processes::Processes;
use super::run::Run;
use crate::cli::args::StackFlags;
use crate::cli::failure::Ended;
use crate::cli::local::Sources;
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask};
use crate::cli::prompt::Prompter;
use crate::cli::runtime::Interrupt;
use crate::cli::{service, stack};
use crate::dev::converge::Desired;
use crate::dev::gateway::{Gateway, Scene};
use crate::dev::images::{self, plan as plan_images};
use crate::dev::project::Project;
use crate::dev::settings::{Provider, Service, Settings};
use crate::dev::tools::Toolbox;
use crate::docker::Engine;

/// What is to run.
pub(super) struct Stack {
    /// The project, with what is kept of it now.
    pub(super) project: Project,
    /// What provides each service.
    pub(super) chosen: Chosen,
    /// What is set for the project, and by this run.
    pub(super) settings: Settings,
    /// The ports that flags and the user chose, by service.
    pub(super) ports: BTreeMap<String, u16>,
    /// The containers, if there are any.
    pub(super) desired: Option<Desired>,
    /// The processes of this machine.
    pub(super) processes: Processes,
}

impl Run<'_> {
    /// The stack, at other ports where the user agrees that those it wants are taken.
    pub(super) async fn at_free_ports(
        &self,
        chosen: Chosen,
        engine: Option<&Engine>,
        toolbox: &Toolbox,
        interrupt: &Interrupt,
        output: &mut Output,
    ) -> Result<Stack, Ended> {
        let mode = Some(chosen.file());
        let mut flags = StackFlags { mode, port: self.arguments.port.clone(), ..StackFlags::default() };
        let mut stack = self.load(chosen, engine, toolbox, &flags, output)?;
        stack.processes.check()?;
        if let Some(desired) = &stack.desired {
            let (project, dry_run) = (&stack.project, self.global.work.dry_run);
            if stack::make_room(engine, project, &stack.settings, desired, dry_run).await? {
                stack = self.load(chosen, engine, toolbox, &flags, output)?;
            }
        }
        let aside = stack.project.ui_container_port(&stack.settings);
        let containers = stack.desired.iter().flat_map(|desired| stack::own_ports(desired, aside));
        let ports: Vec<_> = containers.chain(stack.processes.wanted()).collect();
        let name = stack.desired.as_ref().map_or("", |desired| desired.stack.name.as_str());
        let prompter = Prompter::new(&self.global.work, interrupt);
        let ports = (&ports[..], stack.project.further_ports());
        let moved = stack::settle(self.arguments.auto_port, engine, name, ports, &prompter).await?;
        if moved.is_empty() {
            return Ok(stack);
        }
        if !self.global.work.dry_run {
            stack::keep_ports(&self.project, &moved)?;
        }
        flags.port.extend(moved.first);
        flags.further = moved.further;
        self.load(chosen, engine, toolbox, &flags, output)
    }

    /// What core's container is given beside what the files do.
    pub(super) fn contained_variables(&self, chosen: Chosen) -> Vec<(String, String)> {
        if chosen.is_contained() { self.arguments.env.clone() } else { Vec::new() }
    }

    fn load(
        &self,
        chosen: Chosen,
        engine: Option<&Engine>,
        tools: &Toolbox,
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
        let (project, settings, desired) = if engine.is_some() && some {
            let access = Access::Mutating { dry_run: self.global.work.dry_run };
            let ask = Ask::new(access, &services);
            let (mode, local) = (flags.mode, &without[..]);
            let ask = Ask { make_files: true, mode, overrides: &overrides, local, ..ask };
            let mut loaded = project::load(&self.global.compose, &ask, output)?;
            let core = Service::Core.as_str();
            if let (Some(edited), true) = (&loaded.edited, chosen.is_contained())
                && !loaded.model.services().contains(&core)
            {
                return Err(edited.lacks(core).into());
            }
            loaded.provided.variables = self.contained_variables(chosen);
            let mut desired = stack::wanted(&loaded, self.global, flags, output)?;
            // A container of what is run otherwise now is in its way.
            desired.declared.retain(|name| !chosen.is_local(name));
            (loaded.project, loaded.settings, Some(desired))
        } else {
            let settings = self.project.settings(&overrides, &|name| std::env::var(name).ok());
            (self.project.clone(), settings.map_err(|error| project::unfit(&error))?, None)
        };
        let known = || {
            let services = desired.iter().flat_map(|desired| desired.declared.iter().map(String::as_str));
            services.chain(Service::ALL.map(Service::as_str))
        };
        for name in only.iter().chain(flags.port.iter().map(|(name, _)| name)) {
            service::known(name, known())?;
        }
        if chosen.core == Provider::Source && !self.global.work.dry_run {
            let secrets = self.project.folder().secrets();
            self.project.ensure_secrets().map_err(|error| project::unwritable(&secrets, &error))?;
        }
        let gateway = Gateway::of(Scene {
            settings: &settings,
            ui: chosen.ui,
            has_core_container: chosen.has_container(Service::Core),
            stack: desired.as_ref().map(|desired| &desired.stack),
            container_port: project.ui_container_port(&settings),
            known: None,
            remote: engine.and_then(Engine::remote_host),
        });
        let asked = &self.arguments.env[..];
        let path = tools.path();
        let ports = flags.port.iter().cloned().collect();
        let (flags, path) = (&self.global.compose, Some(path.as_os_str()));
        let sources = Sources { project: &project, settings: &settings, flags, asked, path };
        let processes = Processes::of(self.arguments, chosen, &sources, tools, gateway.as_ref())?;
        Ok(Stack { project, chosen, settings, ports, desired, processes })
    }

    /// The images that the containers need.
    pub(super) async fn images(&self, engine: Option<&Engine>, stack: &Stack) -> Result<images::Plan, Ended> {
        let (Some(engine), Some(desired)) = (engine, &stack.desired) else {
            return Ok(images::Plan { steps: Vec::new() });
        };
        let wishes = stack::wishes(self.arguments.pull, false, self.global.work.offline, &self.project);
        let planned = plan_images(engine, &desired.stack, wishes).await;
        planned.map_err(|error| stack::image_failure(&error).into())
    }
}
