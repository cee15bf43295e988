//! `debug`, also `doctor`: what may be wrong, and what to do about it (cli.md 3.9).

mod show;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::args::{Format, Global, StackFlags};
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::project::{self, Ask};
use super::prompt::Prompter;
use super::runtime::{self, Interrupt};
use super::{engine, init, registry, service, stack};
use crate::dev::adopt::Leftovers;
use crate::dev::doctor::{self, Automatic, Bundle, Check, Group, Kind, Scene, Status, Trouble, Unfixed};
use crate::dev::local::{Places, running};
use crate::dev::project::By;
use crate::docker::Error;
use crate::docker::discover::Environment;
use crate::git::{Access, Question};
use show::Archive;

/// Arguments of `debug`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only these services, as far as checks are about services
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Only these checks: ids, beginnings of ids such as svc.core, or groups
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    check: Vec<String>,
    /// Also look through the logs of services that run
    #[arg(long)]
    deep: bool,
    /// Put right what can be taken back; asks before each
    #[arg(long)]
    fix: bool,
    /// Write everything that helps to find the cause into this archive, without secrets
    #[arg(long, value_name = "FILE.tar.gz")]
    bundle: Option<PathBuf>,
}

/// Does the checks and shows them.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    let looked = look(global, output);
    runtime::run(global.work.timeout, async |interrupt| {
        Box::pin(go(arguments, global, looked, &interrupt, output)).await
    })
}

/// The project, or why there is none. That is a finding, not a failure.
fn look(global: &Global, output: &mut Output) -> Result<project::Loaded, Box<Failure>> {
    match project::load(&global.compose, &Ask::new(project::Access::ReadOnly, &[]), output) {
        Ok(loaded) => Ok(loaded),
        Err(Ended::Failed(failure)) => Err(failure),
        Err(Ended::ReaderGone | Ended::Exit(_) | Ended::Remote(_)) => {
            Err(Box::new(Failure::new(ExitCode::Failed, Code::Internal, "the project cannot be looked at")))
        }
    }
}

async fn go(
    arguments: &Arguments,
    global: &Global,
    looked: Result<project::Loaded, Box<Failure>>,
    interrupt: &Interrupt,
    output: &mut Output,
) -> Result<(), Ended> {
    let names = |loaded: &project::Loaded| loaded.known().into_iter().map(str::to_owned).collect();
    let known: Option<Vec<String>> = looked.as_ref().ok().map(names);
    let (scene, model) = gather(arguments, global, looked).await;
    if let Some(known) = known {
        are_known(&scene, &known)?;
    }
    let unknown = doctor::unknown(&scene, &arguments.check);
    if !unknown.is_empty() {
        return Err(nothing(&unknown, &scene).await.into());
    }
    let mut checks = doctor::diagnose(&scene, &arguments.check).await;
    let bundle = match &arguments.bundle {
        Some(path) => {
            let bundle = Bundle { diagnosis: show::fields(&checks), model };
            Some(written(path, bundle, &scene, global.work.dry_run).await?)
        }
        None => None,
    };
    // People see what they are asked about; programs read one document, of how it is in the end.
    let at_once = output.format() == Format::Text;
    if at_once {
        show::show(&checks, bundle.as_ref(), output)?;
    }
    if arguments.fix && !global.work.dry_run {
        let prompter = Prompter::new(&global.work, interrupt);
        for check in &mut checks {
            if fix(check, &scene, global, &prompter).await? && at_once {
                show::show(std::slice::from_ref(check), None, output)?;
            }
        }
    }
    if !at_once {
        show::show(&checks, bundle.as_ref(), output)?;
    }
    match worst(&checks) {
        None => Ok(()),
        Some(exit) => Err(Ended::Exit(exit)),
    }
}

async fn gather(
    arguments: &Arguments,
    global: &Global,
    looked: Result<project::Loaded, Box<Failure>>,
) -> (Scene, Option<Value>) {
    let mut scene = Scene {
        environment: Environment::of_process(),
        engine: Err(Error::Nowhere { tried: Vec::new() }),
        tried: Vec::new(),
        facts: None,
        project: None,
        stack: None,
        trouble: None,
        processes: Vec::new(),
        gateway: None,
        containers: Vec::new(),
        other_context: None,
        desired: None,
        legacy: Leftovers::default(),
        access: access(global),
        services: arguments.services.clone(),
        deep: arguments.deep,
        offline: global.work.offline,
        folder: std::env::current_dir().unwrap_or_default(),
    };
    let mut model = None;
    let mut name = None;
    match looked {
        Ok(loaded) => {
            name = Some(loaded.model.name().to_owned());
            model = Some(loaded.model.document());
            // What is wrong with the model is told by a check of its own.
            scene.desired = stack::desired(&loaded, &StackFlags::default()).ok();
            match loaded.model.stack() {
                Ok(stack) => {
                    scene.gateway = stack::wanted_gateway(&loaded, &stack);
                    scene.stack = Some(stack);
                }
                Err(error) => {
                    let message = error.to_string();
                    scene.trouble = Some(Trouble { message, detail: None, hint: None, absent: false });
                }
            }
            if loaded.project.by() != By::File {
                scene.processes = running(&Places::of(&loaded.project.folder()));
            }
            scene.project = Some(loaded.project);
        }
        Err(failure) => {
            scene.trouble = Some(Trouble {
                message: failure.message.clone(),
                detail: (!failure.causes.is_empty()).then(|| failure.causes.join("\n")),
                hint: failure.hint.clone(),
                absent: failure.code == Code::NoProject,
            });
        }
    }
    (scene.gather(engine::wanted(&global.engine), name.as_deref()).await, model)
}

/// Refuses what neither the files nor the engine have.
fn are_known(scene: &Scene, known: &[String]) -> Result<(), Failure> {
    let there = || scene.containers.iter().map(|(service, _)| service);
    let mut names = scene.services.iter();
    names.try_for_each(|name| service::known(name, known.iter().chain(there()).map(String::as_str)))
}

/// No check has these ids.
async fn nothing(asked: &[String], scene: &Scene) -> Failure {
    let all = doctor::diagnose(scene, &[]).await;
    let ids: Vec<&str> = all.iter().map(|check| check.id.as_str()).collect();
    let groups: Vec<&str> = Group::ALL.iter().map(|group| group.as_str()).collect();
    let message = format!("there is no check {}", asked.join(", ").escape_debug());
    let hint = format!("groups are {}; ids are {}", groups.join(", "), ids.join(", "));
    Failure::new(ExitCode::Usage, Code::Usage, message).hint(hint)
}

/// Writes the archive, unless that is only to be told.
async fn written(path: &Path, bundle: Bundle, scene: &Scene, dry_run: bool) -> Result<Archive, Failure> {
    let written = match dry_run {
        // An existing file is not replaced.
        true if path.exists() => Err(io::Error::from(io::ErrorKind::AlreadyExists)),
        true => Ok(()),
        false => doctor::write_bundle(path, bundle, scene).await,
    };
    written.map(|()| Archive { path: path.to_owned(), written: !dry_run }).map_err(|error| {
        let message = format!("{} cannot be written", path.display());
        Failure::new(ExitCode::Failed, Code::Internal, message)
            .because(&error)
            .hint("name another file: --bundle FILE.tar.gz")
    })
}

/// Puts right what a check found, if that can be done and is wanted; says whether it was done.
async fn fix(check: &mut Check, scene: &Scene, global: &Global, prompter: &Prompter) -> Result<bool, Ended> {
    let Some(what) = check.fix.as_ref().and_then(|fix| fix.automatic.clone()) else { return Ok(false) };
    if !prompter.confirm(&format!("{}: {what}?", check.id), true, "--yes").await? {
        return Ok(false);
    }
    let registry = registry::open(&global.compose).map_err(|error| registry::failure(&error))?;
    doctor::fix(&what, scene, &registry).await.map_err(|error| unfixed(&what, &error))?;
    check.status = Status::Ok;
    check.summary = format!("put right: {what}");
    (check.detail, check.fix) = (None, None);
    Ok(true)
}

fn unfixed(what: &Automatic, error: &Unfixed) -> Failure {
    match error {
        Unfixed::Registry(error) => registry::failure(error),
        Unfixed::Engine(error) => engine::failure(error),
        Unfixed::File(why) => project::in_the_way(why).unwrap_or_else(|| {
            Failure::new(ExitCode::Failed, Code::Internal, format!("cannot {what}")).because(error)
        }),
    }
}

/// How Git hosts are reached by a check: nobody is asked.
fn access(global: &Global) -> Access {
    let read = registry::open(&global.compose).and_then(|registry| registry.read());
    init::access(global, &read.map(|read| read.contents).unwrap_or_default(), Arc::new(|_: &Question| None))
}

/// The code of the most fundamental failure.
fn worst(checks: &[Check]) -> Option<ExitCode> {
    let failed = checks.iter().filter(|check| check.status == Status::Fail);
    Some(match failed.map(|check| check.kind).min()? {
        Kind::Prerequisite => ExitCode::Prerequisite,
        Kind::Configuration => ExitCode::Invalid,
        Kind::Conflict => ExitCode::Conflict,
        Kind::Unhealthy => ExitCode::Unhealthy,
    })
}
