//! That something happened to a container of the project.

use futures::StreamExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::docker::{Engine, label};

/// Beats each time the engine tells something of a container of a project. Without events, waiting goes on by looking.
#[derive(Debug)]
pub struct Pulse {
    beats: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

/// Somebody who listens.
pub struct Beat(watch::Receiver<u64>);

impl Pulse {
    /// Begins to listen to the engine.
    pub fn of(engine: &Engine, project: &str) -> Self {
        let (send, beats) = watch::channel(0_u64);
        let mut events = Box::pin(engine.container_events(label::PROJECT, project));
        let task = tokio::spawn(async move {
            while let Some(Ok(_)) = events.next().await {
                send.send_modify(|beats| *beats = beats.wrapping_add(1));
            }
        });
        Self { beats, task }
    }

    pub(super) fn listen(&self) -> Beat {
        Beat(self.beats.clone())
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
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.task.abort();
    }
}
