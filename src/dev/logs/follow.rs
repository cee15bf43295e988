//! What is written from now on, across restarts and recreations (cli.md 3.6).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use jiff::Timestamp;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::file::Tail;
use super::history::{Query, containers};
use super::seen::Seen;
use super::{Entry, Origin, container, is_going};
use crate::docker::{Engine, Error, Found, State};

/// How often the containers are looked at when the engine tells nothing.
const PACE: Duration = Duration::from_secs(1);
/// How often files are looked at.
const FILES: Duration = Duration::from_millis(200);
/// How long everything must have been gone: one that is made anew is gone for a moment.
const GONE: Duration = Duration::from_secs(3);
/// How long what has ended may take to be read to its end, once following is stopped.
const REST: Duration = Duration::from_secs(2);
/// Lines that may wait for whoever shows them.
const QUEUE: usize = 1024;

/// What is told while following.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A line.
    Entry(Entry),
    /// Something that cannot be read.
    Unreadable {
        /// The service.
        service: String,
        /// Why.
        why: String,
    },
}

/// Follows services by their labels, whatever containers they have.
#[derive(Debug)]
pub struct Follower {
    query: Query,
    seen: HashMap<String, Seen>,
    tails: Vec<Tail>,
}

/// The containers that are read.
struct Containers {
    engine: Engine,
    query: Query,
    seen: HashMap<String, Seen>,
    read: HashSet<String>,
    /// Something happened to them since they were read.
    stirred: HashSet<String>,
    /// What was before the last run of each, as seen when the engine was not heard.
    runs: HashMap<String, Option<Timestamp>>,
    unreadable: HashSet<String>,
    tasks: JoinSet<(String, Seen, Option<Error>)>,
    told: Sender<Told>,
}

impl Follower {
    pub(super) fn new(query: Query, seen: HashMap<String, Seen>, tails: Vec<Tail>) -> Self {
        Self { query, seen, tails }
    }

    /// Tells what is written until it is stopped, or, when asked to end so, until all services are gone.
    pub fn start(
        mut self,
        engine: Option<Engine>,
        until_gone: bool,
        stop: CancellationToken,
    ) -> Receiver<Told> {
        let (told, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut containers = engine.map(|engine| self.containers(engine, told.clone()));
            let work = self.run(&mut containers, until_gone, &told);
            if stop.run_until_cancelled(work).await.is_none() {
                // What was written until then, and is on its way.
                if let Some(containers) = containers {
                    let _ = tokio::time::timeout(REST, containers.finish()).await;
                }
                more(&mut self.tails, &told).await;
            }
        });
        receiver
    }

    fn containers(&mut self, engine: Engine, told: Sender<Told>) -> Containers {
        Containers {
            engine,
            query: self.query.clone(),
            seen: std::mem::take(&mut self.seen),
            read: HashSet::new(),
            stirred: HashSet::new(),
            runs: HashMap::new(),
            unreadable: HashSet::new(),
            tasks: JoinSet::new(),
            told,
        }
    }

    async fn run(&mut self, containers: &mut Option<Containers>, until_gone: bool, told: &Sender<Told>) {
        let tails = &mut self.tails;
        let mut files = interval(FILES);
        files.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The engine is not heard: the clock asks it again, and what happened meanwhile is looked for.
        let mut deaf = true;
        let mut happens = futures::stream::pending().boxed();
        let mut look = interval(PACE);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last_alive = Instant::now();
        let mut alive = true;
        loop {
            tokio::select! {
                _ = files.tick() => {
                    if !more(tails, told).await {
                        return;
                    }
                }
                _ = look.tick() => {
                    if let Some(containers) = &mut *containers {
                        if deaf {
                            happens = containers.engine.stirs(&containers.query.project);
                            deaf = false;
                            containers.catch_up().await;
                        }
                        alive = containers.look().await;
                    }
                }
                happened = happens.next() => {
                    match (&mut *containers, happened) {
                        (Some(containers), Some(Ok(id))) => {
                            containers.stirred.insert(id);
                            alive = containers.look().await;
                        }
                        (_, Some(Err(_)) | None) => {
                            deaf = true;
                            happens = futures::stream::pending().boxed();
                        }
                        (None, Some(Ok(_))) => {}
                    }
                }
                Some(ended) = next(containers) => {
                    if let Some(containers) = &mut *containers {
                        containers.ended(ended).await;
                        alive = containers.look().await;
                    }
                }
            }
            if (containers.is_some() && alive) || tails.iter().any(Tail::is_alive) {
                last_alive = Instant::now();
            } else if until_gone && last_alive.elapsed() > GONE {
                return;
            }
            if told.is_closed() {
                return;
            }
        }
    }
}

/// Tells what was written into the files; says whether anybody listens.
async fn more(tails: &mut [Tail], told: &Sender<Told>) -> bool {
    for entry in tails.iter_mut().flat_map(Tail::more) {
        if told.send(Told::Entry(entry)).await.is_err() {
            return false;
        }
    }
    true
}

/// Whether it may still write.
fn runs(container: &Found) -> bool {
    match container.state {
        State::Running | State::Paused | State::Restarting => true,
        State::Created | State::Exited | State::Gone => false,
    }
}

/// The next container that was read to its end.
async fn next(containers: &mut Option<Containers>) -> Option<(String, Seen, Option<Error>)> {
    match containers {
        Some(containers) if !containers.tasks.is_empty() => containers.tasks.join_next().await?.ok(),
        Some(_) | None => std::future::pending().await,
    }
}

impl Containers {
    /// Begins to read those that run or ran meanwhile; says whether any is there to be read.
    async fn look(&mut self) -> bool {
        // An engine that does not answer may come back.
        let Ok(found) = containers(&self.engine, &self.query).await else { return true };
        let mut alive = false;
        for (container, origin) in found {
            let runs = runs(&container);
            alive |= runs;
            let stirred = self.stirred.contains(&container.id);
            if (runs || stirred)
                && !self.read.contains(&container.id)
                && !self.unreadable.contains(&container.id)
            {
                self.stirred.remove(&container.id);
                self.read(container.id, origin);
            }
        }
        alive || !self.read.is_empty()
    }

    /// Reads those that run no more to their end: their last lines come after they have ended.
    async fn finish(mut self) {
        // With an engine that does not answer nothing more comes.
        let Ok(found) = containers(&self.engine, &self.query).await else { return };
        for (container, _) in found.iter().filter(|(container, _)| runs(container)) {
            self.read.remove(&container.id);
        }
        while !self.read.is_empty()
            && let Some(ended) = self.tasks.join_next().await
        {
            if let Ok((id, ..)) = ended {
                self.read.remove(&id);
            }
        }
    }

    /// Finds those that were started since they were looked at last, which the engine may not have told.
    async fn catch_up(&mut self) {
        for (container, _) in containers(&self.engine, &self.query).await.unwrap_or_default() {
            let Ok(run) = self.engine.before_last_run(&container.id).await else { continue };
            if self.runs.insert(container.id.clone(), run) != Some(run) {
                self.stirred.insert(container.id);
            }
        }
    }

    fn read(&mut self, id: String, origin: Arc<Origin>) {
        let seen = self.seen.remove(&id).unwrap_or_default();
        self.read.insert(id.clone());
        self.tasks.spawn(container::follow(self.engine.clone(), id, origin, seen, self.told.clone()));
    }

    async fn ended(&mut self, (id, seen, error): (String, Seen, Option<Error>)) {
        self.read.remove(&id);
        self.seen.insert(id.clone(), seen);
        if let Some(Error::Refused { message, status }) = error
            && !is_going(status)
        {
            let known = containers(&self.engine, &self.query).await.unwrap_or_default();
            let service = known.into_iter().find(|(container, _)| container.id == id);
            let service = service.map(|(container, _)| container.service).unwrap_or_default();
            self.unreadable.insert(id);
            // With nobody left to tell, following ends anyway.
            let _ = self.told.send(Told::Unreadable { service, why: message }).await;
        }
        // One whose stream ends while it runs is read again, and not at once for ever.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
