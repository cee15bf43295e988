//! What may be wrong with the machine, the engine, the project and its services (cli.md 3.9).

mod answers;
mod backend;
mod bundle;
mod drift;
mod engine;
mod fix;
mod host;
mod http;
mod masked;
mod net;
mod project;
mod repos;
mod scene;
mod services;
mod tools;

pub use bundle::{Bundle, write as write_bundle};
pub use fix::{Automatic, Unfixed, fix};
pub use scene::{Scene, Trouble};

use std::time::{Duration, Instant};

use futures::future::{BoxFuture, join_all};

/// Longest time a check may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// As it should be.
    Ok,
    /// It may cause trouble.
    Warn,
    /// It does cause trouble.
    Fail,
    /// It could not be looked at, or there is nothing to look at.
    Skip,
}

impl Status {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// What a failed check is to a script, the most fundamental first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something is missing on the machine.
    Prerequisite,
    /// A file is wrong.
    Configuration,
    /// Something is in the way.
    Conflict,
    /// A service is not well.
    Unhealthy,
}

/// Where a check belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The machine.
    Host,
    /// The engine.
    Engine,
    /// Programs.
    Tools,
    /// The project and its files.
    Project,
    /// Its checkouts.
    Repos,
    /// Ports, names, registries.
    Net,
    /// The services.
    Services,
    /// What core needs.
    Backend,
}

impl Group {
    /// Every group, in the order they are shown.
    pub const ALL: [Self; 8] = [
        Self::Host,
        Self::Engine,
        Self::Tools,
        Self::Project,
        Self::Repos,
        Self::Net,
        Self::Services,
        Self::Backend,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Engine => "engine",
            Self::Tools => "tools",
            Self::Project => "project",
            Self::Repos => "repos",
            Self::Net => "net",
            Self::Services => "services",
            Self::Backend => "backend",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct Finding {
    status: Status,
    summary: String,
    detail: Option<String>,
    fix: Option<Fix>,
}

/// What to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// In words, or as a command.
    pub command: String,
    /// What `--fix` does about it.
    pub automatic: Option<Automatic>,
}

impl Finding {
    fn new(status: Status, summary: impl Into<String>) -> Self {
        Self { status, summary: summary.into(), detail: None, fix: None }
    }

    fn ok(summary: impl Into<String>) -> Self {
        Self::new(Status::Ok, summary)
    }

    fn warn(summary: impl Into<String>) -> Self {
        Self::new(Status::Warn, summary)
    }

    fn fail(summary: impl Into<String>) -> Self {
        Self::new(Status::Fail, summary)
    }

    fn skip(summary: impl Into<String>) -> Self {
        Self::new(Status::Skip, summary)
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    fn fix(mut self, command: impl Into<String>) -> Self {
        self.fix = Some(Fix { command: command.into(), automatic: None });
        self
    }

    fn fixable(mut self, command: impl Into<String>, automatic: Automatic) -> Self {
        self.fix = Some(Fix { command: command.into(), automatic: Some(automatic) });
        self
    }
}

/// A check that is to be done.
struct Job<'a> {
    id: String,
    group: Group,
    kind: Kind,
    work: BoxFuture<'a, Finding>,
    /// Whether it is about what is not asked about, or not there: it is done only where its id is given.
    aside: bool,
}

impl<'a> Job<'a> {
    fn new(
        id: impl Into<String>,
        group: Group,
        kind: Kind,
        work: impl Future<Output = Finding> + Send + 'a,
    ) -> Self {
        Self { id: id.into(), group, kind, work: Box::pin(work), aside: false }
    }

    /// The same, about these services.
    fn about(self, scene: &Scene, services: &[&str]) -> Self {
        let is_there = |service: &&str| scene.has(service) && scene.is_about(service);
        Self { aside: !services.iter().all(is_there), ..self }
    }

    fn is_wanted(&self, only: &[String]) -> bool {
        if self.aside {
            return only.contains(&self.id);
        }
        let named = |wanted: &String| {
            let below = self.id.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'));
            self.id == *wanted || below || self.group.as_str() == wanted
        };
        only.is_empty() || only.iter().any(named)
    }
}

/// A check that was done.
#[derive(Debug, Clone)]
pub struct Check {
    /// Its id: `engine.socket`.
    pub id: String,
    /// Its group.
    pub group: Group,
    /// What it is to a script when it failed.
    pub kind: Kind,
    /// How it came out.
    pub status: Status,
    /// What was found, in a line.
    pub summary: String,
    /// More.
    pub detail: Option<String>,
    /// What to do about it.
    pub fix: Option<Fix>,
    /// How long it took.
    pub took: Duration,
}

/// Does every check, or those that `only` names by id, the beginning of one, or group; all at once.
pub async fn diagnose(scene: &Scene, only: &[String]) -> Vec<Check> {
    join_all(jobs(scene).filter(|job| job.is_wanted(only)).map(done)).await
}

/// Those of `only` that name neither a check nor a group.
pub fn unknown(scene: &Scene, only: &[String]) -> Vec<String> {
    let jobs: Vec<Job<'_>> = jobs(scene).collect();
    let is_known = |name: &String| {
        // A group may have nothing to look at here.
        Group::ALL.iter().any(|group| group.as_str() == name)
            || jobs.iter().any(|job| job.is_wanted(std::slice::from_ref(name)))
    };
    only.iter().filter(|name| !is_known(name)).cloned().collect()
}

fn jobs(scene: &Scene) -> impl Iterator<Item = Job<'_>> {
    let jobs = [
        host::jobs(scene),
        engine::jobs(scene),
        tools::jobs(scene),
        project::jobs(scene),
        drift::jobs(scene),
        repos::jobs(scene),
        net::jobs(scene),
        services::jobs(scene),
        answers::jobs(scene),
        backend::jobs(scene),
    ];
    jobs.into_iter().flatten()
}

async fn done(job: Job<'_>) -> Check {
    let begun = Instant::now();
    let late = |_| Finding::skip("no answer in time");
    let found = tokio::time::timeout(PATIENCE, job.work).await.unwrap_or_else(late);
    Check {
        id: job.id,
        group: job.group,
        kind: job.kind,
        status: found.status,
        summary: found.summary,
        detail: found.detail,
        fix: found.fix,
        took: begun.elapsed(),
    }
}
