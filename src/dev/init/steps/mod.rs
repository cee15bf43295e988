//! The steps of `init` as tasks.

mod checkout;
mod record;

pub use checkout::waits;
pub(super) use record::{mode, settings};

use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use tokio_util::sync::CancellationToken;

use super::source::Source;
use super::{Error, Journal, Wanted, files};
use crate::dev::dependencies;
use crate::dev::folder::Folder;
use crate::dev::registry::Registry;
use crate::dev::report::{Event, Reporter};
use crate::dev::settings::Service;
use crate::dev::task::{Class, Context, Limits, Record, Status, Task, run as run_tasks};
use checkout::{clone, remote};
use record::{register, write};

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

impl Done {
    /// Whether it was ended before its end.
    pub fn cancelled(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.status, Status::Cancelled))
    }
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
    let folder = Folder::of(&wanted.root);
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
