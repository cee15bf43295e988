//! What `start` is to bring up, at ports that are free.

use super::Arguments;
use super::elsewhere;
use crate::cli::args::{Global, StackFlags};
use crate::cli::failure::{Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask, Loaded};
use crate::cli::prompt::Prompter;
use crate::cli::stack::{self, Background, Leftover};
use crate::dev::converge::Desired;
use crate::dev::settings::Service;
use crate::docker::Engine;

/// What is to be up.
pub struct Ready {
    /// The project.
    pub loaded: Loaded,
    /// Its containers.
    pub desired: Desired,
    /// The servers of this program.
    pub background: Vec<Background>,
    /// A gateway that is not wanted any more.
    pub leftover: Option<Leftover>,
    /// Services that run from their checkouts, which `dev` does.
    pub from_source: Vec<String>,
}

impl Ready {
    /// What the project wants.
    pub fn load(
        arguments: &Arguments,
        global: &Global,
        flags: &StackFlags,
        output: &mut Output,
    ) -> Result<Self, Ended> {
        let named = with_core(arguments, global, flags, output)?;
        let elsewhere = elsewhere::named(&named, global, flags, output)?;
        let rest = named.iter().filter(|name| !elsewhere.contains(name));
        let rest: Vec<String> = rest.cloned().collect();
        let overrides = flags.overrides();
        let access = Access::Mutating { dry_run: global.work.dry_run };
        let ask =
            Ask { make_files: true, mode: flags.mode, overrides: &overrides, ..Ask::new(access, &rest) };
        let loaded = project::load(&global.compose, &ask, output)?;
        let mut desired = stack::wanted(&loaded, global, flags, output)?;
        // A container of what is provided otherwise now is in its way.
        let otherwise = loaded.provided.without_container();
        desired.declared.retain(|name| !otherwise.contains(name));
        if rest.is_empty() && !elsewhere.is_empty() {
            desired.stack.services.clear();
        }
        if arguments.no_deps {
            desired.stack.services.retain(|name, _| rest.contains(name));
        }
        let background = background(&named, global, &loaded, &desired)?;
        let leftover = Leftover::of(&loaded, &desired.stack);
        let from_source = elsewhere::from_source(&loaded);
        Ok(Self { loaded, desired, background, leftover, from_source })
    }

    /// The same, at other ports where the user agrees that those it wants are taken.
    pub async fn at_free_ports(
        mut self,
        arguments: &Arguments,
        global: &Global,
        engine: Option<&Engine>,
        prompter: &Prompter,
        output: &mut Output,
    ) -> Result<Self, Ended> {
        let (project, settings) = (&self.loaded.project, &self.loaded.settings);
        let (desired, dry_run) = (&self.desired, global.work.dry_run);
        if stack::make_room(engine, project, settings, desired, dry_run).await? {
            self = Self::load(arguments, global, &arguments.stack, output)?;
        }
        let aside = self.loaded.project.ui_container_port(&self.loaded.settings);
        let local = self.background.iter().filter_map(Background::port);
        let left = self.leftover.as_ref().and_then(Leftover::port);
        let containers = stack::own_ports(&self.desired, aside);
        let ports: Vec<_> = containers.filter(|port| Some(port.port) != left).chain(local).collect();
        let name = &self.desired.stack.name;
        let ports = (&ports[..], self.loaded.project.further_ports());
        let moved = stack::settle(arguments.auto_port, engine, name, ports, prompter).await?;
        if !moved.is_empty() {
            if !global.work.dry_run {
                stack::keep_ports(&self.loaded.project, &moved)?;
            }
            let mut flags = arguments.stack.clone();
            flags.port.extend(moved.first);
            flags.further = moved.further;
            self = Self::load(arguments, global, &flags, output)?;
        }
        Ok(self)
    }
}

/// The services that are named. A page within this program is of no use without core.
fn with_core(
    arguments: &Arguments,
    global: &Global,
    flags: &StackFlags,
    output: &mut Output,
) -> Result<Vec<String>, Failure> {
    let (mut named, core) = (arguments.services.clone(), Service::Core.as_str().to_owned());
    let elsewhere = elsewhere::named(&named, global, flags, output)?;
    let needs_core = elsewhere.iter().any(|name| name == Service::Ui.as_str()) && !named.contains(&core);
    // Core that `dev` runs is not started here.
    let mut has_core = || elsewhere::named(std::slice::from_ref(&core), global, flags, output).is_ok();
    if needs_core && !arguments.no_deps && has_core() {
        named.push(core);
    }
    Ok(named)
}

/// The servers of this program that are wanted: of these services, none meaning all, and what stands already.
fn background(
    named: &[String],
    global: &Global,
    loaded: &Loaded,
    desired: &Desired,
) -> Result<Vec<Background>, Failure> {
    let mut all = Background::all(loaded, &desired.stack, &global.compose)?;
    all.retain(|server| {
        let name = server.service();
        let is_wanted = named.is_empty() || named.iter().any(|named| named == name);
        is_wanted || desired.stack.services.contains_key(name) || server.is_running()
    });
    Ok(all)
}
