//! What checkouts need before they can run: programs, and the dependencies of the UI (cli.md 3.2, 7).

use std::time::Instant;

use super::chosen::Chosen;
use super::run::Run;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::install::with_means;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::prompt::Prompter;
use crate::cli::runtime::Interrupt;
use crate::cli::tools as told;
use crate::dev::dependencies::install;
use crate::dev::settings::{Mode, Provider, Runner, Service, Settings};
use crate::dev::task::{Context, Outcome};
use crate::dev::tools::{Need, Problem, Toolbox, Tools, Unprovided, needs};
use crate::dev::{Event, Reporter, StepEnd};
use crate::docker::discover::Environment;

impl Run<'_> {
    /// The programs of this machine.
    pub(super) fn tools(&self) -> Tools {
        let environment = Environment::of_process();
        let proxies = self.project.proxy().variables();
        Tools::new(&environment, self.global.work.offline).through(proxies, &environment)
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

    /// The programs that the checkouts of this run need, or what is missing and what to do about it. What is missing is
    /// installed where that is wanted.
    pub(super) async fn toolbox(
        &self,
        chosen: Chosen,
        tools: &Tools,
        interrupt: &Interrupt,
        output: &mut Output,
    ) -> Result<Toolbox, Ended> {
        let needed = chosen
            .checkouts()
            .flat_map(|service| needs(service, &self.project.checkout(service, &self.first), chosen.runner));
        let needed: Vec<_> = needed.collect();
        for passed_over in needed.iter().filter_map(|need| need.passed_over.as_ref()) {
            output.warn("CONFIG_INVALID", passed_over);
        }
        let problems = match tools.require(&needed).await {
            Ok(toolbox) => return Ok(toolbox),
            Err(problems) => problems,
        };
        if self.global.work.dry_run {
            return Err(lacking(&Unprovided::Missing(problems), chosen).into());
        }
        let progress = Progress::start(&self.global.work, output);
        let provided = self.provide(&needed, &problems, tools, &progress, interrupt).await;
        progress.finish(output);
        match provided? {
            Ok(toolbox) => Ok(toolbox),
            Err(_) if interrupt.asked().is_cancelled() => Err(interrupt.ended().into()),
            Err(error) => Err(lacking(&error, chosen).into()),
        }
    }

    async fn provide(
        &self,
        needed: &[Need],
        problems: &[Problem],
        tools: &Tools,
        progress: &Progress,
        interrupt: &Interrupt,
    ) -> Result<Result<Toolbox, Unprovided>, Failure> {
        let prompter = Prompter::new(&self.global.work, interrupt).over(progress.screen());
        let said = (self.project.user_default("install_tools"), self.project.proxy());
        let tools = with_means(tools.clone(), self.arguments.install, self.global, said, &prompter)?;
        if !problems.iter().any(|problem| tools.may_provide(problem)) {
            return Ok(Err(Unprovided::Missing(problems.to_vec())));
        }
        let step = Shown::begin(progress, "tools", "getting the tools that are missing", None);
        let context = step.context(interrupt);
        let provided = tools.provide(needed, &context).await;
        match &provided {
            Ok(_) => step.end(StepEnd::Done, String::new()),
            Err(error) => step.end(StepEnd::Failed, error.to_string()),
        }
        Ok(provided)
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
        let service = Some(Service::Ui.as_str());
        let step = Shown::begin(&progress, "deps.ui", "installing the dependencies of ui", service);
        let context = step.context(interrupt);
        let done = install(Service::Ui, &checkout, chosen.runner, tools, &context).await;
        let (end, message) = match &done {
            Ok(Outcome::Done(message)) => (StepEnd::Done, message.clone()),
            Ok(Outcome::Kept(message)) => (StepEnd::Kept, message.clone()),
            Ok(Outcome::Skipped(message)) => (StepEnd::Skipped, message.clone()),
            Err(error) => (StepEnd::Failed, error.to_string()),
        };
        step.end(end, message);
        progress.finish(output);
        match done {
            Ok(_) => Ok(()),
            Err(_) if interrupt.asked().is_cancelled() => Err(interrupt.ended().into()),
            Err(error) => Err(told::dependencies(&error).into()),
        }
    }
}

/// What is missing, with what does without it.
fn lacking(error: &Unprovided, chosen: Chosen) -> Failure {
    let failure = told::unprovided(error);
    let Unprovided::Missing(problems) = error else { return failure };
    let of_core = problems.iter().any(|problem| problem.need().service == Service::Core);
    let other = match chosen.runner {
        Runner::Air => "--core-runner builtin does without it",
        Runner::Builtin | Runner::Container => "--core-runner container needs the engine alone",
    };
    match failure.hint.clone().filter(|_| of_core) {
        Some(hint) => failure.hint(format!("{hint}; {other}")),
        None => failure,
    }
}

/// A step that is shown.
struct Shown {
    reporter: Reporter,
    step: String,
    title: String,
    begun: Instant,
}

impl Shown {
    fn begin(progress: &Progress, step: &str, title: &str, service: Option<&str>) -> Self {
        let (reporter, step) = (progress.reporter(), step.to_owned());
        let (title, service) = (title.to_owned(), service.map(str::to_owned));
        reporter.tell(Event::StepStart { step: step.clone(), service, title: title.clone() });
        Self { reporter, step, title, begun: Instant::now() }
    }

    fn context(&self, interrupt: &Interrupt) -> Context {
        let (step, reporter) = (self.step.clone(), self.reporter.clone());
        Context { step, cancel: interrupt.asked(), reporter }
    }

    fn end(self, end: StepEnd, message: String) {
        let (step, title, took) = (self.step, self.title, self.begun.elapsed());
        self.reporter.tell(Event::StepEnd { step, title, end, message, took });
    }
}
