//! The life cycle of one API watch: read, watch, resume, restart, back off (engine.md 4.2).

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::source::{Change, Changes, Clusters, Failure, Snapshot, Source, Target};
use super::watches::Random;
use crate::backoff::Backoff;
use crate::id::ClusterId;

/// The pause before a watch the server ended is resumed.
const RESUME: Duration = Duration::from_secs(1);
/// The pause after "not allowed".
const FORBIDDEN: Duration = Duration::from_mins(1);
/// How long a watch has to work before earlier failures are forgotten.
const HEALTHY: Duration = Duration::from_mins(1);

/// Who is told what a watch finds.
pub(super) trait Sink: Sync {
    /// The whole state; nothing when the object does not exist.
    fn reset(&self, objects: &[Value]);
    /// An object was added or modified.
    fn applied(&self, object: &Value);
    /// An object was deleted.
    fn deleted(&self, object: &Value);
    /// The cluster does not allow it.
    fn forbidden(&self);
}

/// One API watch that never gives up.
pub(super) struct Cycle {
    clusters: Arc<dyn Clusters>,
    cluster: ClusterId,
    target: Target,
    random: Random,
    backoff: Backoff,
}

/// What comes next.
enum Step {
    Read,
    /// Watch from this version.
    Watch(String),
}

impl Cycle {
    pub(super) fn new(
        clusters: Arc<dyn Clusters>,
        cluster: ClusterId,
        target: Target,
        random: Random,
    ) -> Self {
        let backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(1));
        Self { clusters, cluster, target, random, backoff }
    }

    /// Runs until it is dropped.
    pub(super) async fn run(mut self, sink: &dyn Sink) {
        let mut step = Step::Read;
        loop {
            step = match step {
                Step::Read => self.read(sink).await,
                Step::Watch(version) => self.watch(version, sink).await,
            };
        }
    }

    async fn read(&mut self, sink: &dyn Sink) -> Step {
        match self.snapshot().await {
            Ok(Some(snapshot)) => {
                sink.reset(&snapshot.objects);
                Step::Watch(snapshot.resource_version)
            }
            Ok(None) => {
                sink.reset(&[]);
                self.back_off().await;
                Step::Read
            }
            Err(failure) => self.recover(failure, Step::Read, sink).await,
        }
    }

    async fn watch(&mut self, mut version: String, sink: &dyn Sink) -> Step {
        let opened = Instant::now();
        let ended = match self.changes(&version).await {
            Ok(changes) => follow(changes, &mut version, sink).await,
            Err(failure) => Err(failure),
        };
        if opened.elapsed() >= HEALTHY {
            self.backoff.reset();
        }
        match ended {
            Ok(()) => {
                sleep(RESUME).await;
                Step::Watch(version)
            }
            Err(failure) => self.recover(failure, Step::Watch(version), sink).await,
        }
    }

    /// Waits as long as the failure asks for; `again` is what failed.
    async fn recover(&mut self, failure: Failure, again: Step, sink: &dyn Sink) -> Step {
        match failure {
            Failure::Expired => {
                sleep(RESUME).await;
                Step::Read
            }
            Failure::Forbidden => {
                sink.forbidden();
                sleep(FORBIDDEN).await;
                Step::Read
            }
            Failure::Unknown => {
                self.back_off().await;
                Step::Read
            }
            Failure::Other(error) => {
                tracing::debug!(cluster = %self.cluster, target = ?self.target, error, "a watch failed");
                self.back_off().await;
                again
            }
        }
    }

    async fn back_off(&mut self) {
        sleep(self.backoff.next((self.random)())).await;
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, Failure> {
        self.source().await?.read(&self.target).await
    }

    async fn changes(&self, version: &str) -> Result<Changes, Failure> {
        self.source().await?.watch(&self.target, version).await
    }

    async fn source(&self) -> Result<Arc<dyn Source>, Failure> {
        self.clusters.source(self.cluster).await
    }
}

/// Passes changes on until the watch ends, keeping the version to resume from.
async fn follow(mut changes: Changes, version: &mut String, sink: &dyn Sink) -> Result<(), Failure> {
    while let Some(change) = changes.next().await {
        match change? {
            Change::Applied(object) => {
                sink.applied(&object);
                reach(version, &object);
            }
            Change::Deleted(object) => {
                sink.deleted(&object);
                reach(version, &object);
            }
            Change::Bookmark(reached) => *version = reached,
        }
    }
    Ok(())
}

fn reach(version: &mut String, object: &Value) {
    if let Some(reached) = object.pointer("/metadata/resourceVersion").and_then(Value::as_str) {
        reached.clone_into(version);
    }
}
