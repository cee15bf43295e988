//! What `start` is to bring up, at ports that are free.

use super::Arguments;
use super::elsewhere;
use crate::cli::args::{Global, StackFlags};
use crate::cli::failure::{Ended, Failure};
use crate::cli::output::Output;
use crate::cli::project::{self, Access, Ask, Loaded};
use crate::cli::prompt::Prompter;
use crate::cli::stack::{self, Background};
use crate::dev::converge::Desired;
use crate::docker::Engine;

/// What is to be up.
pub struct Ready {
    /// The project.
    pub loaded: Loaded,
    /// Its containers.
    pub desired: Desired,
    /// The servers of this program.
    pub background: Vec<Background>,
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
        let elsewhere = elsewhere::named(&arguments.services, global, flags, output)?;
        let rest = arguments.services.iter().filter(|name| !elsewhere.contains(name));
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
        let background = background(arguments, global, &loaded, &desired, None)?;
        let from_source = elsewhere::from_source(&loaded);
        Ok(Self { loaded, desired, background, from_source })
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
        let remote = engine.and_then(Engine::remote_host);
        let (project, settings) = (&self.loaded.project, &self.loaded.settings);
        let (desired, dry_run) = (&self.desired, global.work.dry_run);
        if stack::make_room(engine, project, settings, desired, dry_run).await? {
            self = Self::load(arguments, global, &arguments.stack, output)?;
        }
        let aside = self.loaded.project.ui_container_port(&self.loaded.settings);
        let local = self.background.iter().filter_map(Background::port);
        let ports: Vec<_> = stack::own_ports(&self.desired, aside).chain(local).collect();
        let name = &self.desired.stack.name;
        let chosen = stack::settle(arguments.auto_port, engine, name, &ports, prompter).await?;
        if !chosen.is_empty() {
            if !global.work.dry_run {
                stack::keep_ports(&self.loaded.project, &chosen)?;
            }
            let mut flags = arguments.stack.clone();
            flags.port.extend(chosen);
            self = Self::load(arguments, global, &flags, output)?;
        }
        if remote.is_some() {
            self.background = background(arguments, global, &self.loaded, &self.desired, remote)?;
        }
        Ok(self)
    }
}

/// The servers of this program that are wanted.
fn background(
    arguments: &Arguments,
    global: &Global,
    loaded: &Loaded,
    desired: &Desired,
    remote: Option<&str>,
) -> Result<Vec<Background>, Failure> {
    let (stack, names) = (&desired.stack, &arguments.services);
    let mut all = Background::all(loaded, stack, &global.compose, remote)?;
    all.retain(|server| {
        let is_named = names.iter().any(|name| name == server.service());
        names.is_empty() || is_named || stack.services.contains_key(server.service())
    });
    Ok(all)
}
