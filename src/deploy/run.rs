//! A run, from the first check to the record (engine.md 3.2).

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::{Value, json};

use super::journal::Journal;
use super::owned::{self, Owned};
use super::stage::{self, Intent, Staged};
use super::{Deployer, Error, cleanup};
use crate::cluster::{Client, Resource};
use crate::connection::Found;
use crate::graph::{Finding, Graph};
use crate::id::UserId;
use crate::live::status::NodeStatus;
use crate::manifest::RunValues;
use crate::workflow::{Run, RunStatus, Status, Trigger, Workflow};

/// How long a request waits for a run that then goes on in the background.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);
/// The longest a run may take (engine.md 3.4).
const CEILING: Duration = Duration::from_mins(5);
/// How often the record of a run that takes its time is stored.
const KEEP_EVERY: Duration = Duration::from_secs(1);

/// What a run is started with.
#[derive(Debug, Clone, Default)]
pub struct RunRequest {
    /// Values for Secrets and variables; never stored.
    pub values: RunValues,
    /// Take over objects that nobody manages.
    pub adopt: bool,
    /// Make missing namespaces.
    pub create_namespaces: bool,
}

/// How far a run is when its request is answered.
#[derive(Debug)]
pub enum Outcome {
    /// It ended well.
    Completed(Box<Run>),
    /// It goes on in the background.
    Running(Box<Run>),
}

/// Why a run ended early.
pub(super) enum Stop {
    /// Before anything was applied.
    Refused(Vec<Finding>),
    /// The cluster cannot be asked, or refused while applying; the words are for the record.
    Failed(String),
}

/// Everything a run needs once it was let in.
pub(super) struct Job {
    pub(super) deployer: Deployer,
    pub(super) user: UserId,
    pub(super) workflow: Workflow,
    pub(super) graph: Graph,
    pub(super) cluster: Result<Found, Error>,
    pub(super) request: RunRequest,
    pub(super) journal: Journal,
}

impl Deployer {
    /// Runs the stored graph of a workflow: it belongs to the server, and goes on when the caller leaves.
    pub async fn run(&self, user: UserId, workflow: Workflow, request: RunRequest) -> Result<Outcome, Error> {
        match workflow.status {
            Status::Published => {}
            Status::Draft | Status::Archived => {
                return Err(Error::NotPublished { status: workflow.status.name() });
            }
        }
        let cluster = match self.cluster(user, &workflow.cluster_id).await {
            Ok(found) => Ok(found),
            // A run that cannot find its cluster is recorded; every other refusal is not.
            Err(unknown @ Error::ClusterNotFound { .. }) => Err(unknown),
            Err(refusal) => return Err(refusal),
        };
        let trigger =
            Trigger { user_id: user, adopt: request.adopt, create_namespaces: request.create_namespaces };
        let (workflow, run) = self.0.records.begin(workflow.id, trigger).await?;
        let graph = workflow.graph();
        let hidden = request.values.texts().map(str::to_owned).collect();
        let journal = Journal::new(self.0.ground.clock.clone(), run, hidden);
        let job = Arc::new(Job { deployer: self.clone(), user, workflow, graph, cluster, request, journal });
        let work = {
            let job = Arc::clone(&job);
            tokio::spawn(async move {
                match AssertUnwindSafe(job.run()).catch_unwind().await {
                    Ok(ended) => ended,
                    Err(_) => job.broke_off().await,
                }
            })
        };
        match tokio::time::timeout(ANSWER_WITHIN, work).await {
            Err(_) => Ok(Outcome::Running(Box::new(job.journal.snapshot()))),
            Ok(Ok(ended)) => ended,
            // Even closing the record panicked; the next start does it.
            Ok(Err(_)) => Err(Error::Failed { run: Box::new(job.journal.snapshot()) }),
        }
    }
}

impl Job {
    async fn run(&self) -> Result<Outcome, Error> {
        let outcome = {
            let _turn = self.deployer.0.turns.take(self.workflow.id).await;
            let work = Box::pin(tokio::time::timeout(CEILING, self.work()));
            self.kept_while(work).await.unwrap_or_else(|_| {
                Err(Stop::Failed("the run took longer than five minutes and was ended".into()))
            })
        };
        let status = if outcome.is_ok() { RunStatus::Completed } else { RunStatus::Failed };
        match &outcome {
            Ok(()) => self.journal.log("Workflow executed successfully"),
            Err(Stop::Refused(findings)) => {
                for finding in findings.iter().filter(|finding| finding.is_error()) {
                    self.journal.log(&self.named(finding));
                }
                let first = findings.iter().find(|finding| finding.is_error());
                let cause = first.map_or_else(|| "refused".to_owned(), |finding| self.named(finding));
                self.journal.failed(&format!("Failed to execute workflow: {cause}"));
            }
            Err(Stop::Failed(cause)) => self.journal.failed(&format!("Failed to execute workflow: {cause}")),
        }
        let run = self.deployer.0.records.finish(self.journal.snapshot(), status).await?;
        match outcome {
            Ok(()) => Ok(Outcome::Completed(Box::new(run))),
            Err(Stop::Refused(findings)) => Err(Error::Refused { run: Box::new(run), findings }),
            Err(Stop::Failed(_)) => Err(Error::Failed { run: Box::new(run) }),
        }
    }

    /// Closes the record of a run that panicked: its workflow is not to stay claimed until the next start.
    async fn broke_off(&self) -> Result<Outcome, Error> {
        self.journal
            .failed("Failed to execute workflow: the server failed in the middle; its log has the cause");
        let run = self.deployer.0.records.finish(self.journal.snapshot(), RunStatus::Failed).await?;
        Err(Error::Failed { run: Box::new(run) })
    }

    /// Stores how far the run is while it goes on: for those who look at it, and for after a crash.
    async fn kept_while<T>(&self, mut work: impl Future<Output = T> + Unpin) -> T {
        loop {
            match tokio::time::timeout(KEEP_EVERY, &mut work).await {
                Ok(done) => return done,
                Err(_) => {
                    // The record is written once more at the end, and that has to succeed.
                    if let Err(error) = self.deployer.0.records.keep(&self.journal.snapshot()).await {
                        tracing::warn!(workflow = %self.workflow.id, %error, "the progress of a run was not stored");
                    }
                }
            }
        }
    }

    async fn work(&self) -> Result<(), Stop> {
        let found = match &self.cluster {
            Ok(found) => found,
            Err(unknown) => {
                let finding = Finding::new(
                    crate::graph::Severity::Error,
                    crate::graph::Code::ClusterNotFound,
                    unknown.to_string(),
                );
                return Err(Stop::Refused(vec![finding]));
            }
        };
        let plugins = self.deployer.plugins(self.user).await.map_err(|error| failed(&error))?;
        let registries = self.deployer.0.ground.logins.all().await.map_err(|error| failed(&error))?;
        let intent = Intent {
            workflow: self.workflow.id,
            graph: &self.graph,
            values: &self.request.values,
            registries: &registries,
            plugins: &plugins,
            cluster: &found.cluster.name,
            adopt: self.request.adopt,
            create_namespaces: self.request.create_namespaces,
            allow_insecure_db_defaults: self.deployer.0.ground.allow_insecure_db_defaults,
        };
        // A graph that is wrong by itself is refused without asking a cluster that may be out of reach.
        if let Some(refused) = stage::refused_by_itself(intent) {
            return Err(Stop::Refused(refused.findings));
        }
        let client =
            self.deployer.0.ground.connections.client(&found.cluster).map_err(|error| failed(&error))?;
        let staged = stage::stage(&client, found, intent).await.map_err(|error| failed(&error))?;
        if !staged.is_runnable() {
            return Err(Stop::Refused(staged.findings));
        }
        self.journal.log(&format!("Execution order: [{}]", staged.compiled.order.join(", ")));
        self.make_namespaces(&client, &staged).await?;
        self.apply(&client, found, &staged).await?;
        self.remove_surplus(&client).await;
        Ok(())
    }

    async fn make_namespaces(&self, client: &Client, staged: &Staged) -> Result<(), Stop> {
        let resource = Resource::known("v1", "Namespace", "namespaces", false);
        for namespace in &staged.new_namespaces {
            let body = json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": namespace, "labels": {"app.kubernetes.io/managed-by": "orchcli"}},
            });
            let how = crate::cluster::Apply { manager: "orchcli", force: false, dry_run: false };
            if let Err(error) = client.apply(&resource, None, namespace, &body, how).await {
                let words = self.journal.safe(&format!("Namespace {namespace}: {error}"));
                self.fail(None, &words, &[], staged).await;
                return Err(Stop::Failed(words));
            }
            self.journal.log(&format!("Namespace {namespace}: created"));
        }
        Ok(())
    }

    /// What an earlier clean-up left behind; trouble is a warning (engine.md 3.2, phase 6).
    async fn remove_surplus(&self, client: &Client) {
        let id = self.workflow.id;
        let last = self.deployer.0.records.last_completed(id).await.unwrap_or_default();
        let (surplus, mut trouble) = match owned::surplus(client, id, &self.graph, last.as_ref()).await {
            Ok(found) => found,
            Err(error) => (Vec::new(), vec![error.to_string()]),
        };
        let live = &self.deployer.0.ground.live;
        // A node of the graph follows its new object already.
        for node in surplus.iter().filter(|object| self.is_dropped(object)).filter_map(Owned::own_node) {
            live.stop_node(id, node);
        }
        let (gone, failures) = cleanup::delete_all(client, surplus).await;
        trouble.extend(failures);
        for object in gone {
            let (kind, place) = (&object.resource.kind, object.place());
            self.journal.log(&format!("{kind} {place}: deleted, the graph does not hold it"));
            if let Some(node) = object.own_node().filter(|_| self.is_dropped(&object)) {
                live.announce(id, node, &NodeStatus::deleted(object.kind.into(), kind));
            }
        }
        for words in trouble {
            self.journal.log(&format!("Warning: {words}"));
        }
    }

    /// The node of the object is not in the graph.
    fn is_dropped(&self, object: &Owned) -> bool {
        !self.graph.nodes.iter().any(|node| Some(&node.id) == object.node_id.as_ref())
    }

    /// `deployment "web": image is required`.
    fn named(&self, finding: &Finding) -> String {
        let node =
            finding.node_id.as_deref().and_then(|id| self.graph.nodes.iter().find(|node| node.id == id));
        let Some(node) = node else { return finding.message.clone() };
        let name =
            node.data.get("name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
        format!("{} {:?}: {}", node.kind, name.unwrap_or(&node.id), finding.message)
    }
}

fn failed(error: &dyn std::fmt::Display) -> Stop {
    Stop::Failed(error.to_string())
}
