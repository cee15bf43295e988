//! That something happened to a container of the project.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::docker::models::EventMessage;
use crate::docker::{Engine, label};

/// How long after the end of a container the engine may still tell that it was for want of memory.
const LATE: Duration = Duration::from_secs(1);

/// Beats each time the engine tells something of a container of a project. Without events, waiting goes on by looking.
#[derive(Debug)]
pub struct Pulse {
    told: watch::Receiver<Told>,
    task: JoinHandle<()>,
}

/// The containers that were out of memory since they were started. The engine has this in its state of a container as
/// well, but not where it heard of the want of memory after the end.
#[derive(Debug, Default)]
struct Told {
    out_of_memory: HashSet<String>,
}

/// Somebody who listens.
pub struct Beat(watch::Receiver<Told>);

impl Pulse {
    /// Begins to listen to the engine.
    pub fn of(engine: &Engine, project: &str) -> Self {
        let (send, told) = watch::channel(Told::default());
        let mut events = Box::pin(engine.container_events(label::PROJECT, project));
        let task = tokio::spawn(async move {
            while let Some(Ok(event)) = events.next().await {
                send.send_modify(|told| told.hear(event));
            }
        });
        Self { told, task }
    }

    pub(super) fn listen(&self) -> Beat {
        Beat(self.told.clone())
    }
}

impl Told {
    fn hear(&mut self, event: EventMessage) {
        let Some(id) = event.actor.and_then(|actor| actor.id) else { return };
        match event.action.as_deref() {
            Some("oom") => self.out_of_memory.insert(id),
            Some("start" | "destroy") => self.out_of_memory.remove(&id),
            Some(_) | None => false,
        };
    }
}

impl Beat {
    /// What happened up to now counts as known.
    pub(super) fn mark_unchanged(&mut self) {
        self.0.mark_unchanged();
    }

    /// Waits for the next one; for ever when the engine tells nothing any more.
    pub(super) async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the engine told that this container was out of memory.
    pub(super) fn tells_of_memory(&self, id: &str) -> bool {
        self.0.borrow().out_of_memory.contains(id)
    }

    /// The same, of one that just ended: this may be told after its end.
    pub(super) async fn may_tell_of_memory(&mut self, id: &str) -> bool {
        let told = self.0.wait_for(|told| told.out_of_memory.contains(id));
        matches!(tokio::time::timeout(LATE, told).await, Ok(Ok(_)))
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.task.abort();
    }
}
