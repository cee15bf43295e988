//! The steps of `init` as tasks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::source::{Found, Source};
use super::{Error, Journal, Wanted, files};
use crate::dev::dependencies;
use crate::dev::files::{Audience, replace};
use crate::dev::project::generated::Outcome as Written;
use crate::dev::project::{self, By, Mode, Project, State, new_entry, text_of};
use crate::dev::registry::Registry;
use crate::dev::report::{Event, Reporter, Unit};
use crate::dev::settings::{Overrides, Service, Settings, set as set_value};
use crate::dev::task::{Class, Context, Limits, Outcome, Record, Retries, Status, Task, run as run_tasks};
use crate::git::{self, Moved, Transfer, Upstream};

/// What came of it.
#[derive(Debug)]
pub struct Done {
    /// The steps, in their order.
    pub steps: Vec<Record<Error>>,
    /// The services from source.
    pub services: IndexMap<&'static str, ServiceDone>,
}

/// What came of a service from source.
#[derive(Debug, Clone, Default)]
pub struct ServiceDone {
    /// `cloned`, `kept` or `adopted`; nothing when it failed.
    pub action: Option<&'static str>,
    /// The commit that is checked out.
    pub head: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// Why `upstream` could not be fetched.
    pub unfetched: Option<String>,
}

type Shared = Arc<Mutex<IndexMap<&'static str, ServiceDone>>>;

/// Does it. What goes wrong with a step is in its record; whoever holds the lock of the project calls this.
pub async fn run(
    wanted: &Wanted,
    registry: &Registry,
    journal: Journal,
    limits: &Limits,
    reporter: &Reporter,
    cancel: &CancellationToken,
) -> Done {
    let folder = project::Folder::of(&wanted.root);
    files::sweep(&folder.tmp());
    let services: Shared = Arc::default();
    let mut tasks = Vec::new();
    for source in &wanted.sources {
        let name = source.service.as_str();
        services.lock().unwrap_or_else(PoisonError::into_inner).insert(name, ServiceDone::default());
        tasks.push(clone(wanted, source, &services));
        if source.is_fork() {
            tasks.push(remote(wanted, source, &services));
        }
        if wanted.dependencies {
            tasks.push(install(wanted, source));
        }
    }
    let wanted = Arc::new(wanted.clone());
    let own = Arc::clone(&wanted);
    let write = move |context: Context| {
        let wanted = Arc::clone(&own);
        async move { write(&wanted, &context) }
    };
    let write = Task::new("files", "writing the files of the project", Class::Cpu, write);
    // A clone that failed keeps the files of the others from nobody.
    let clones = wanted.sources.iter().map(|source| format!("clone.{}", source.service.as_str()));
    tasks.push(clones.fold(write, Task::after));
    if let Some(adopted) = wanted.adopted.clone() {
        let wanted = Arc::clone(&wanted);
        let adopt = move |_| {
            let (wanted, adopted) = (Arc::clone(&wanted), adopted.clone());
            async move {
                let (_, settings) = settings(&wanted)?;
                adopted.take_over(&wanted.root, mode(&wanted, &settings)).await
            }
        };
        let title = "taking over what the old program left";
        tasks.push(Task::new("adopt", title, Class::Engine, adopt).needs("files"));
    }
    let own = registry.clone();
    let register = move |_| {
        let (wanted, registry) = (Arc::clone(&wanted), own.clone());
        async move { register(&wanted, &registry) }
    };
    tasks.push(Task::new("register", "registering the project", Class::Cpu, register).needs("files"));

    let journal = Arc::new(Mutex::new(journal));
    let noted = Arc::clone(&journal);
    let told = reporter.clone();
    let noting = Reporter::new(move |event| {
        if let Event::StepEnd { step, end, .. } = &event {
            let status = format!("{end:?}").to_ascii_lowercase();
            // The journal is a help: every step is looked at again without it.
            let _ = noted.lock().unwrap_or_else(PoisonError::into_inner).note(step, &status);
        }
        told.tell(event);
    });
    let steps = run_tasks(tasks, limits, &noting, cancel).await;
    if steps.iter().all(Record::well) {
        let _ = journal.lock().unwrap_or_else(PoisonError::into_inner).finish();
    }
    let services = services.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Done { steps, services }
}

fn set(services: &Shared, service: Service, change: impl FnOnce(&mut ServiceDone)) {
    change(services.lock().unwrap_or_else(PoisonError::into_inner).entry(service.as_str()).or_default());
}

fn clone(wanted: &Wanted, source: &Source, services: &Shared) -> Task<Error> {
    let name = source.service.as_str();
    let what =
        source.repository.as_ref().map_or_else(|| source.path.display().to_string(), ToString::to_string);
    let (wanted, source, services) = (wanted.clone(), source.clone(), Arc::clone(services));
    let work = move |context: Context| {
        let (wanted, source, services) = (wanted.clone(), source.clone(), Arc::clone(&services));
        async move { clone_now(&wanted, &source, &services, &context).await }
    };
    // The pauses of cli.md 6.4: 1, 3 and 9 s.
    let retries = Retries { times: 3, first: Duration::from_secs(1) };
    Task::new(format!("clone.{name}"), format!("cloning {what}"), Class::Network, work)
        .service(name)
        .retries(retries)
}

async fn clone_now(
    wanted: &Wanted,
    source: &Source,
    services: &Shared,
    context: &Context,
) -> Result<Outcome, Error> {
    let name = source.service.as_str();
    let (found, action) = match (&source.found, &source.repository) {
        (Found::Same(checkout), _) if checkout.head.is_some() => (checkout, "kept"),
        (Found::Adopted(checkout), _) => (checkout, "adopted"),
        (Found::Same(_) | Found::Nothing, None) => {
            return Ok(Outcome::Skipped("nothing to clone".to_owned()));
        }
        (Found::Same(_) | Found::Nothing, Some(repository)) => {
            let temporary = project::Folder::of(&wanted.root).tmp();
            let request = git::Request {
                url: repository.url.clone(),
                reference: source.reference.clone(),
                depth: wanted.depth,
                temporary: temporary.join(format!("clone-{name}-{:08x}", rand::random::<u32>())),
                into: source.path.clone(),
            };
            let transfer = transfer(context);
            let cloned = git::clone(request, wanted.access.clone(), &transfer).await?;
            for note in &cloned.notes {
                context.reporter.tell(Event::Warning { code: "CLONE_NOTE", message: note.clone() });
            }
            if source.is_fork() && !wanted.force && !source.path.join(source.marker()).is_file() {
                let file = source.marker();
                let (repository, service) = (repository.to_string(), name);
                // It is not what was meant: the place stays free for what is.
                std::fs::remove_dir_all(&source.path).map_err(Error::io("the clone cannot be removed"))?;
                return Err(Error::Foreign { repository, service, file });
            }
            let short = cloned.head.get(..7).unwrap_or(&cloned.head).to_owned();
            let branch = cloned.branch.clone();
            set(services, source.service, |done| {
                done.action = Some("cloned");
                done.head = Some(cloned.head);
                done.branch = cloned.branch;
            });
            return Ok(Outcome::Done(
                branch.map_or_else(|| short.clone(), |branch| format!("{branch} at {short}")),
            ));
        }
    };
    set(services, source.service, |done| {
        done.action = Some(action);
        done.head.clone_from(&found.head);
        done.branch.clone_from(&found.branch);
    });
    Ok(Outcome::Kept(if action == "kept" {
        "the checkout is there".to_owned()
    } else {
        "adopted".to_owned()
    }))
}

fn transfer(context: &Context) -> Transfer {
    let (step, reporter) = (context.step.clone(), context.reporter.clone());
    Transfer::new(context.cancel.clone(), move |moved| {
        let (current, total, unit, message) = match moved {
            Moved::Received { objects, of, bytes } => {
                let message = format!("{} received", indicatif::BinaryBytes(bytes));
                (objects, of, Unit::Objects, message)
            }
            Moved::Indexed { objects, of } => (objects, of, Unit::Objects, "putting in place".to_owned()),
            Moved::Written { files, of } => (files, of, Unit::Steps, "writing files".to_owned()),
        };
        let (step, message, total) = (step.clone(), Some(message), Some(total));
        reporter.tell(Event::StepProgress { step, current, total, unit, message });
    })
}

fn remote(wanted: &Wanted, source: &Source, services: &Shared) -> Task<Error> {
    let name = source.service.as_str();
    let upstream = Upstream {
        checkout: source.path.clone(),
        url: source.official.url.clone(),
        push: wanted.push_upstream,
    };
    let (wanted, service, services) = (wanted.clone(), source.service, Arc::clone(services));
    let title = format!("setting upstream of {name} to {}", source.official);
    let work = move |context: Context| {
        let (wanted, upstream, services) = (wanted.clone(), upstream.clone(), Arc::clone(&services));
        async move {
            let changed = upstream.set()?;
            if wanted.fetch_upstream
                && let Err(error) = git::upstream(upstream, wanted.access.clone(), &transfer(&context)).await
            {
                if matches!(error, git::Error::Cancelled) {
                    return Err(error.into());
                }
                let message =
                    format!("upstream of {} is set, and cannot be fetched: {error}", service.as_str());
                context.reporter.tell(Event::Warning { code: "CLONE_FAILED", message });
                set(&services, service, |done| done.unfetched = Some(error.to_string()));
            }
            let fetched = if wanted.fetch_upstream { "set and fetched" } else { "set" };
            Ok(if changed { Outcome::Done(fetched.to_owned()) } else { Outcome::Kept("as it is".to_owned()) })
        }
    };
    Task::new(format!("remote.{name}"), title, Class::Network, work)
        .service(name)
        .needs(format!("clone.{name}"))
}

fn install(wanted: &Wanted, source: &Source) -> Task<Error> {
    let name = source.service.as_str();
    let (service, path, tools) = (source.service, source.path.clone(), wanted.tools.clone());
    let runner = wanted.runner();
    let work = move |context: Context| {
        let (path, tools) = (path.clone(), tools.clone());
        async move { Ok(dependencies::install(service, &path, runner, &tools, &context).await?) }
    };
    let title = format!("installing the dependencies of {name}");
    Task::new(format!("deps.{name}"), title, Class::Network, work)
        .service(name)
        .needs(format!("clone.{name}"))
}

pub(super) fn settings(wanted: &Wanted) -> Result<(Project, Settings), Error> {
    let found = project::Found { root: wanted.root.clone(), by: By::Marker };
    let project = Project::open(found, &crate::dev::registry::Contents::default())?;
    let settings = project.settings(&Overrides::NONE, &|_| None)?;
    Ok((project, settings))
}

/// The mode of what is there now: a checkout counts, whichever run made it.
fn mode(wanted: &Wanted, settings: &Settings) -> Mode {
    let there = |service: Service| {
        let asked = wanted.sources.iter().find(|source| source.service == service);
        let path = asked.map(|source| source.path.clone());
        let usual = settings.service(service).path.clone().unwrap_or_else(|| service.as_str().to_owned());
        path.unwrap_or_else(|| wanted.root.join(usual)).join(".git").exists()
    };
    Mode::of(there(Service::Ui), there(Service::Core))
}

fn write(wanted: &Wanted, context: &Context) -> Result<Outcome, Error> {
    let warn = |code, message| context.reporter.tell(Event::Warning { code, message });
    let mut changed = false;
    let path = wanted.root.join(project::FILE);
    let wrong = || Error::io(format!("{} cannot be written", path.display()));
    let before = text_of(&path).map_err(wrong())?;
    if !wanted.settings.is_empty() {
        let mut text = before.clone().unwrap_or_else(|| "version: 1\n".to_owned());
        for (key, value) in &wanted.settings {
            text = set_value(&text, key, value).map_err(|error| Error::Edit(error.to_string()))?;
        }
        if before.as_deref() != Some(&text) {
            replace(&path, text.as_bytes(), Audience::All).map_err(wrong())?;
            changed = true;
        }
    } else if before.is_none() {
        replace(&path, b"version: 1\n", Audience::All).map_err(wrong())?;
        changed = true;
    }
    if !wanted.ports.is_empty() {
        let folder = project::Folder::of(&wanted.root);
        let mut state = State::read(&folder);
        state.ports.extend(wanted.ports.clone());
        state.write(&folder).map_err(Error::io("the ports cannot be kept"))?;
        changed = true;
    }
    let (project, settings) = settings(wanted)?;
    let name = project.compose_name(&settings).map_err(|error| Error::Name(error.to_string()))?;
    let written = project.write_compose_files(&Mode::ALL, &name, &settings, wanted.force);
    for (path, outcome) in written.map_err(Error::io("the Compose files cannot be written"))? {
        match outcome {
            Written::Kept => {}
            Written::Written | Written::Overwritten { .. } => changed = true,
            Written::Edited { new } => {
                let message =
                    format!("{} was edited and stays; the new one is {}", path.display(), new.display());
                warn("FILE_EDITED", message);
            }
        }
    }
    project.ensure_secrets().map_err(Error::io("the keys of the containers cannot be written"))?;
    changed |= files::ignore(&wanted.root)?;
    for source in wanted.sources.iter().filter(|source| source.path.join(".git").exists()) {
        let (made, notes) = files::of_checkout(source.service, &source.path, &settings)?;
        changed |= made;
        for note in notes {
            warn("CONFIG_INVALID", note);
        }
    }
    Ok(if changed { Outcome::Done("written".to_owned()) } else { Outcome::Kept("up to date".to_owned()) })
}

fn register(wanted: &Wanted, registry: &Registry) -> Result<Outcome, Error> {
    let (_, settings) = settings(wanted)?;
    let mode = mode(wanted, &settings);
    let key = wanted.root.to_string_lossy().into_owned();
    let now = Timestamp::now();
    let changed = registry.update(|contents| {
        let before = contents.projects.get(&key).cloned();
        let entry = contents.projects.entry(key.clone()).or_insert_with(|| new_entry(&wanted.root, now));
        for source in wanted.sources.iter().filter(|source| source.path.exists()) {
            let path = Some(source.path.to_string_lossy().into_owned());
            match source.service {
                Service::Ui => entry.ui_path = path,
                Service::Core => entry.core_path = path,
                Service::Mongodb => {}
            }
        }
        entry.mode = Some(mode.as_str().to_owned());
        let changed = before.as_ref() != Some(entry) || contents.current_project.as_ref() != Some(&key);
        contents.current_project = Some(key.clone());
        changed
    })?;
    Ok(if changed { Outcome::Done(mode.as_str().to_owned()) } else { Outcome::Kept("up to date".to_owned()) })
}

impl Done {
    /// Whether it was ended before its end.
    pub fn cancelled(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.status, Status::Cancelled))
    }
}
