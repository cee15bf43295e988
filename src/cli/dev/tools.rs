//! What checkouts need before they can run: programs, and the dependencies of the UI (cli.md 3.2, 7).

use std::time::Instant;

use super::chosen::Chosen;
use super::run::Run;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::runtime::Interrupt;
use crate::cli::tools as told;
use crate::dev::dependencies::install;
use crate::dev::project::Mode;
use crate::dev::settings::{Provider, Runner, Service, Settings};
use crate::dev::task::{Context, Outcome};
use crate::dev::tools::{Toolbox, Tools, needs};
use crate::dev::{Event, StepEnd};
use crate::docker::discover::Environment;

impl Run<'_> {
    /// The programs of this machine.
    pub(super) fn tools(&self) -> Tools {
        Tools::new(&Environment::of_process(), self.global.work.offline)
    }

    /// What runs core's checkout: what was said, else this program; where core alone is worked on and Go does not fit,
    /// a container does.
    ///
    /// `engine` tells whether there is one; nothing that none is wanted.
    pub(super) async fn runner(
        &self,
        chosen: Chosen,
        tools: &Tools,
        engine: Option<bool>,
    ) -> Result<Runner, Failure> {
        let said = self.arguments.core_runner.map(Runner::from).or(self.first.runner);
        if said == Some(Runner::Container) && chosen.core == Provider::Source && engine.is_none() {
            let message = "core is to be built in a container, and no container is to be started";
            return Err(Failure::new(ExitCode::Usage, Code::Usage, message)
                .hint("leave --no-containers out, or --core-runner builtin"));
        }
        if let Some(said) = said {
            return Ok(said);
        }
        if chosen.mode != Mode::CoreDev || chosen.core != Provider::Source || engine != Some(true) {
            return Ok(Runner::Builtin);
        }
        let checkout = self.project.checkout(Service::Core, &self.first);
        let go = tools.require(&needs(Service::Core, &checkout, Runner::Builtin)).await;
        Ok(if go.is_ok() { Runner::Builtin } else { Runner::Container })
    }

    /// The programs that the checkouts of this run need, or what is missing and what to do about it.
    pub(super) async fn toolbox(&self, chosen: Chosen, tools: &Tools) -> Result<Toolbox, Failure> {
        let needed = chosen
            .checkouts()
            .flat_map(|service| needs(service, &self.project.checkout(service, &self.first), chosen.runner));
        let needed: Vec<_> = needed.collect();
        tools.require(&needed).await.map_err(|problems| {
            let failure = told::problems(&problems);
            let unknown = || Failure::new(ExitCode::Prerequisite, Code::ToolMissing, "a tool is missing");
            let failure = failure.unwrap_or_else(unknown);
            let of_core = problems.iter().any(|problem| problem.need().service == Service::Core);
            let other = match chosen.runner {
                Runner::Air => "--core-runner builtin does without it",
                Runner::Builtin | Runner::Container => "--core-runner container needs the engine alone",
            };
            match failure.hint.clone().filter(|_| of_core) {
                Some(hint) => failure.hint(format!("{hint}; {other}")),
                None => failure,
            }
        })
    }

    /// Installs what the UI's checkout depends on, where that is missing or old.
    pub(super) async fn install(
        &self,
        chosen: Chosen,
        settings: &Settings,
        tools: &Tools,
        interrupt: &Interrupt,
        output: &mut Output,
    ) -> Result<(), Ended> {
        if chosen.ui != Provider::Source {
            return Ok(());
        }
        let checkout = self.project.checkout(Service::Ui, settings);
        let progress = Progress::start(&self.global.work, output);
        let reporter = progress.reporter();
        let step = "deps.ui".to_owned();
        let title = "installing the dependencies of ui".to_owned();
        let service = Some(Service::Ui.as_str().to_owned());
        reporter.tell(Event::StepStart { step: step.clone(), service, title });
        let begun = Instant::now();
        let cancel = interrupt.asked();
        let context = Context { step: step.clone(), cancel: cancel.clone(), reporter: reporter.clone() };
        let done = install(Service::Ui, &checkout, chosen.runner, tools, &context).await;
        let (end, message) = match &done {
            Ok(Outcome::Done(message)) => (StepEnd::Done, message.clone()),
            Ok(Outcome::Kept(message)) => (StepEnd::Kept, message.clone()),
            Ok(Outcome::Skipped(message)) => (StepEnd::Skipped, message.clone()),
            Err(error) => (StepEnd::Failed, error.to_string()),
        };
        reporter.tell(Event::StepEnd { step, end, message, took: begun.elapsed() });
        progress.finish(output);
        match done {
            Ok(_) => Ok(()),
            Err(_) if cancel.is_cancelled() => Err(interrupt.ended()),
            Err(error) => Err(told::dependencies(&error).into()),
        }
    }
}
