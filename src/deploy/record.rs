//! The documents of a run: its version, its record, the workflow's counters, the owner's notification.
//!
//! The order of the writes is what makes them safe without a transaction: `active_run` of the workflow is claimed first
//! and released last, so that at every point a restart finds what was left half-done ([`Records::close_interrupted`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Error;
use crate::clock::{Clock, Time};
use crate::id::{NotificationId, RunId, UserId, WorkflowId};
use crate::store::{self, Collection, Document, Filter, Index, Order, Patch, Query, Store};
use crate::workflow::{Run, RunStatus, Snapshot, Trigger, Version, Workflow, Workflows};

/// How long a notification is kept that nobody read.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// What ends runs that a stopped server left behind.
const INTERRUPTED: &str = "interrupted by a server restart";

/// A note for a user (`InAppNotification`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: NotificationId,
    /// Whose it is.
    pub user_id: UserId,
    /// `workflow_deployed` or `workflow_failed`.
    #[serde(rename = "type")]
    pub kind: NotificationKind,
    /// A few words.
    pub title: String,
    /// One sentence.
    pub message: String,
    /// Where the console goes when it is opened.
    pub link: String,
    /// What it is about.
    pub ref_id: String,
    /// Whether it was read.
    pub read: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed: a read one goes a week after.
    pub updated_at: Time,
}

/// What a notification tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A run completed.
    WorkflowDeployed,
    /// A run failed.
    WorkflowFailed,
}

impl Document for Notification {
    type Id = NotificationId;

    const COLLECTION: Collection = Collection {
        name: "user_notifications",
        indexes: &[
            Index::on("recent", &["userId", "createdAt"]),
            Index::on("age", &["createdAt"]).expire_after(KEPT),
        ],
    };

    fn id(&self) -> NotificationId {
        self.id
    }
}

/// Writes the documents of runs.
#[derive(Debug, Clone)]
pub(super) struct Records {
    store: Store,
    clock: Clock,
    workflows: Workflows,
}

impl Records {
    pub(super) fn new(store: Store, clock: Clock, workflows: Workflows) -> Self {
        Self { store, clock, workflows }
    }

    /// Claims the workflow for a run, snapshots its graph as a version, and records the run as begun.
    pub(super) async fn begin(&self, id: WorkflowId, trigger: Trigger) -> Result<(Workflow, Run), Error> {
        let run_id = RunId::new();
        let free = Workflow::live().and(Filter::missing("active_run")).and(Filter::eq("status", "published"));
        let claim = Patch::new().set("active_run", run_id);
        let Some(workflow) = self.store.patch_returning::<Workflow>(id, free, claim).await? else {
            return Err(Error::RunInProgress);
        };
        match self.write_begin(&workflow, run_id, trigger).await {
            Ok(run) => Ok((Workflow { current_version: run.version, ..workflow }, run)),
            Err(error) => {
                self.release(id, run_id, Patch::new()).await?;
                Err(error.into())
            }
        }
    }

    async fn write_begin(
        &self,
        workflow: &Workflow,
        run_id: RunId,
        trigger: Trigger,
    ) -> Result<Run, store::Error> {
        let now = self.clock.now();
        let mut snapshot = Snapshot::automatic(workflow.graph(), format!("Snapshot for run at {now}"));
        snapshot.run = Some(run_id);
        let version = self.workflows.keep(workflow, snapshot, trigger.user_id).await?;
        let run = Run {
            id: run_id,
            workflow_id: workflow.id,
            version: version.version,
            status: RunStatus::Running,
            started_at: now,
            completed_at: None,
            duration: 0,
            node_states: indexmap::IndexMap::new(),
            output: indexmap::IndexMap::new(),
            logs: Vec::new(),
            error: String::new(),
            triggered_by: "manual".to_owned(),
            trigger_data: trigger,
        };
        self.store.insert(&run).await?;
        Ok(run)
    }

    /// Records how far a run is.
    pub(super) async fn keep(&self, run: &Run) -> Result<(), Error> {
        let Some((_, revision)) = self.store.get_versioned::<Run>(run.id).await? else {
            return Err(Error::RecordGone(run.id));
        };
        self.store.replace(run, revision).await?;
        Ok(())
    }

    /// Records how a run ended, in the run, its version and its workflow, and tells who started it.
    pub(super) async fn finish(&self, mut run: Run, status: RunStatus) -> Result<Run, Error> {
        let now = self.clock.now();
        run.status = status;
        run.completed_at = Some(now);
        run.duration = u64::try_from(now.since(run.started_at).as_millis()).unwrap_or(u64::MAX);
        self.keep(&run).await?;
        self.conclude(&run).await?;
        Ok(run)
    }

    /// Everything that follows from a run that is recorded as ended.
    async fn conclude(&self, run: &Run) -> Result<(), Error> {
        let own = Filter::eq("run_id", run.id);
        self.store
            .patch_many::<Version>(own, Patch::new().set("run_status", store::Value::of(&run.status)?))
            .await?;
        let counter = if run.status == RunStatus::Completed { "success_count" } else { "failure_count" };
        let ended = run.completed_at.unwrap_or_else(|| self.clock.now());
        let tally = Patch::new().increment("run_count", 1).increment(counter, 1).set("last_run_at", ended);
        // Whoever releases the workflow counts the run, and nobody counts it twice.
        if self.release(run.workflow_id, run.id, tally).await? {
            self.notify(run).await?;
        }
        Ok(())
    }

    async fn release(&self, id: WorkflowId, run: RunId, patch: Patch) -> Result<bool, store::Error> {
        self.store.patch::<Workflow>(id, Filter::eq("active_run", run), patch.unset("active_run")).await
    }

    async fn notify(&self, run: &Run) -> Result<(), Error> {
        let Some(workflow) = self.store.get::<Workflow>(run.workflow_id).await? else { return Ok(()) };
        let name = &workflow.name;
        let (kind, title, message) = if run.status == RunStatus::Completed {
            (
                NotificationKind::WorkflowDeployed,
                "Workflow deployed",
                format!("Workflow {name:?} was deployed"),
            )
        } else {
            (
                NotificationKind::WorkflowFailed,
                "Workflow failed",
                format!("Workflow {name:?} failed: {}", run.error),
            )
        };
        let now = self.clock.now();
        let notification = Notification {
            id: NotificationId::new(),
            user_id: run.trigger_data.user_id,
            kind,
            title: title.to_owned(),
            message,
            link: format!("/dashboard/workflow/{}", workflow.id),
            ref_id: workflow.id.to_string(),
            read: false,
            created_at: now,
            updated_at: now,
        };
        Ok(self.store.insert(&notification).await?)
    }

    /// The newest run that ended well: what it says it applied is what a clean-up looks for.
    pub(super) async fn last_completed(&self, workflow: WorkflowId) -> Result<Option<Run>, store::Error> {
        let ended = Filter::eq("workflow_id", workflow).and(Filter::eq("status", "completed"));
        let newest = Query::filter(ended).sort("started_at", Order::Descending).limit(1);
        Ok(self.store.find::<Run>(newest).await?.pop())
    }

    /// Closes what a server left behind when it was stopped in the middle of a run.
    pub(super) async fn close_interrupted(&self) -> Result<(), Error> {
        for run in self.store.find::<Run>(Filter::eq("status", "running")).await? {
            self.finish(Run { error: INTERRUPTED.to_owned(), ..run }, RunStatus::Failed).await?;
        }
        // A run may be recorded as ended, or not at all yet, while its workflow is still claimed for it.
        for workflow in self.store.find::<Workflow>(Filter::present("active_run")).await? {
            let Some(claimed) = workflow.active_run else { continue };
            match self.store.get::<Run>(claimed).await? {
                Some(run) => self.conclude(&run).await?,
                None => {
                    self.release(workflow.id, claimed, Patch::new()).await?;
                }
            }
        }
        Ok(())
    }
}
