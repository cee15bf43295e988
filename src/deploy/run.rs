//! A run, from the first check to the record (engine.md 3.2).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::apply::{self, Applied};
use super::journal::Journal;
use super::owned::{self, Owned};
use super::stage::{self, Action, Intent, Staged, Step};
use super::{Deployer, Error, cleanup};
use crate::cluster::{Client, Resource};
use crate::connection::Found;
use crate::graph::{Finding, Graph, NodeKind};
use crate::id::UserId;
use crate::live::Deployment;
use crate::live::status::NodeStatus;
use crate::manifest::{NodeNote, Role, RunValues};
use crate::workflow::{NodeOutcome, Run, RunStatus, Status, Trigger, Workflow};

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
enum Stop {
    /// Before anything was applied.
    Refused(Vec<Finding>),
    /// The cluster cannot be asked, or refused while applying; the words are for the record.
    Failed(String),
}

/// Everything a run needs once it was let in.
struct Job {
    deployer: Deployer,
    user: UserId,
    workflow: Workflow,
    graph: Graph,
    cluster: Result<Found, Error>,
    request: RunRequest,
    journal: Journal,
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
        let graph = Graph { nodes: workflow.nodes.clone(), edges: workflow.edges.clone() };
        let hidden = request.values.texts().map(str::to_owned).collect();
        let journal = Journal::new(self.0.ground.clock.clone(), run, hidden);
        let job = Arc::new(Job { deployer: self.clone(), user, workflow, graph, cluster, request, journal });
        let work = {
            let job = Arc::clone(&job);
            tokio::spawn(async move { job.run().await })
        };
        match tokio::time::timeout(ANSWER_WITHIN, work).await {
            Err(_) => Ok(Outcome::Running(Box::new(job.journal.snapshot()))),
            Ok(Ok(ended)) => ended,
            // The task panicked; the record is closed at the next start.
            Ok(Err(_)) => Err(Error::Failed { run: Box::new(job.journal.snapshot()) }),
        }
    }
}

impl Job {
    async fn run(&self) -> Result<Outcome, Error> {
        let outcome = {
            let _turn = self.deployer.0.turns.take(self.workflow.id).await;
            let work = tokio::time::timeout(CEILING, self.work());
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

    /// Stores how far the run is while it goes on: for those who look at it, and for after a crash.
    async fn kept_while<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
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

    /// Applies the steps in their order; the first failure ends it (engine.md 3.8).
    async fn apply(&self, client: &Client, found: &Found, staged: &Staged) -> Result<(), Stop> {
        self.note_nodes_without_documents(staged).await;
        let mut begun: HashSet<&str> = HashSet::new();
        let mut applied: Vec<(&Step, Applied)> = Vec::new();
        for (at, step) in staged.steps.iter().enumerate() {
            let node = step.document.node_id.as_deref();
            if let Some(node) = node.filter(|node| begun.insert(node)) {
                self.begin(node, staged);
            }
            let what = describe(step);
            match &step.action {
                Action::Adopt => {
                    self.journal.log(&format!("{what}: taking over an object that was not made here"));
                }
                Action::Replace(job) if job.active => {
                    self.journal.log(&format!("{what}: replacing a running job"));
                }
                Action::Replace(_) | Action::Create | Action::Update | Action::Unchanged => {}
            }
            match apply::apply(client, step).await {
                Ok(done) => {
                    self.journal.log(&format!("{what}: {}", done.operation.name()));
                    applied.push((step, done));
                }
                Err(error) => {
                    let words = self.journal.safe(&format!("{what}: {error}"));
                    self.fail(node, &words, &applied, staged).await;
                    return Err(Stop::Failed(words));
                }
            }
            let is_last_of_node =
                !staged.steps[at + 1..].iter().any(|later| later.document.node_id.as_deref() == node);
            if let Some(node) = node.filter(|_| is_last_of_node) {
                self.complete(node, staged, &applied, found).await;
            }
        }
        Ok(())
    }

    /// Secrets nobody gave values for, and nodes of unknown type.
    async fn note_nodes_without_documents(&self, staged: &Staged) {
        for (node, note) in &staged.compiled.notes {
            match note {
                NodeNote::SecretNotCreated => {
                    self.begin(node, staged);
                    self.journal.node(node, NodeOutcome::Warning, |state| {
                        state.message = Some(note.message().to_owned());
                    });
                    self.deployer
                        .0
                        .ground
                        .live
                        .publish(self.workflow.id, node, &NodeStatus::secret_without_values())
                        .await;
                    self.journal.log(note.message());
                }
                NodeNote::Skipped => {
                    self.journal.node(node, NodeOutcome::Skipped, |state| {
                        state.message = Some(note.message().to_owned());
                    });
                    self.journal.log(&format!("Skipping node {node}: {}", note.message()));
                }
                NodeNote::SecretExists | NodeNote::ClaimBound => {}
            }
        }
    }

    fn begin(&self, node: &str, staged: &Staged) {
        self.journal.log(&format!("Executing {} node: {node}", self.kind(node)));
        for line in staged.compiled.log.iter().filter(|line| line.node_id.as_deref() == Some(node)) {
            self.journal.log(&line.text);
        }
    }

    async fn complete(&self, node: &str, staged: &Staged, applied: &[(&Step, Applied)], found: &Found) {
        let own = of_node(applied, node);
        let result = json!({"applied_resources": described(&own), "failed": false});
        let known = staged.compiled.notes.get(node).copied();
        let main = own.iter().find(|(step, _)| step.document.role == Role::Node);
        let output = match (self.graph_kind(node), main) {
            (Some(NodeKind::Secret), Some((step, done))) => {
                let at = &step.document.object;
                let mut output = json!({"name": at.name, "namespace": at.namespace});
                if known == Some(NodeNote::SecretExists) {
                    output["exists"] = true.into();
                } else {
                    output["operation"] = done.operation.name().into();
                }
                output
            }
            _ => result.clone(),
        };
        self.journal.node(node, NodeOutcome::Completed, |state| {
            state.result = Some(result);
            state.message = known.map(|note| note.message().to_owned());
            state.connected_from = self.linked(node);
        });
        self.journal.output(node, output);
        let live = &self.deployer.0.ground.live;
        let deployment = Deployment {
            workflow: self.workflow.id,
            name: &self.workflow.name,
            user: self.user,
            cluster: &found.cluster,
        };
        for (_, done) in &own {
            live.record_applied(&deployment, &done.object).await;
        }
        if let (Some((step, done)), Some(kind)) = (main, self.graph_kind(node)) {
            let status = live.first_status(kind, &done.object);
            if !status.message().is_empty() {
                self.journal.log(&format!("{}: {}", describe(step), status.message()));
            }
            live.publish(self.workflow.id, node, &status).await;
            live.follow(found.cluster.id, self.workflow.id, node, kind, &step.document.object);
            self.journal.log(&format!("Watching {kind} {}", step.document.object.name));
        }
    }

    /// The failing node turns red, those after it are skipped.
    async fn fail(&self, node: Option<&str>, words: &str, applied: &[(&Step, Applied)], staged: &Staged) {
        if let Some(node) = node {
            let output = json!({
                "applied_resources": described(&of_node(applied, node)),
                "errors": [words],
                "failed": true,
            });
            self.journal.node(node, NodeOutcome::Failed, |state| {
                state.result = Some(output.clone());
                state.error = Some(words.to_owned());
            });
            self.journal.output(node, output);
            if let Some(kind) = self.graph_kind(node) {
                self.deployer
                    .0
                    .ground
                    .live
                    .publish(self.workflow.id, node, &NodeStatus::error(kind.into(), words))
                    .await;
            }
        }
        let reached = self.journal.snapshot().node_states;
        for later in staged.compiled.order.iter().filter(|id| !reached.contains_key(*id)) {
            self.journal.node(later, NodeOutcome::Skipped, |_| ());
        }
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

    fn graph_kind(&self, node: &str) -> Option<NodeKind> {
        self.graph.nodes.iter().find(|candidate| candidate.id == node)?.kind()
    }

    fn kind(&self, node: &str) -> &'static str {
        self.graph_kind(node).map_or("unknown", NodeKind::name)
    }

    /// How many nodes are linked to a Service or ingress.
    fn linked(&self, node: &str) -> Option<u32> {
        match self.graph_kind(node)? {
            NodeKind::Service | NodeKind::Ingress => {}
            _ => return None,
        }
        let others: HashSet<&str> = self
            .graph
            .edges
            .iter()
            .filter_map(|edge| match (edge.source == node, edge.target == node) {
                (true, false) => Some(edge.target.as_str()),
                (false, true) => Some(edge.source.as_str()),
                _ => None,
            })
            .filter(|other| self.graph.nodes.iter().any(|candidate| candidate.id == *other))
            .collect();
        u32::try_from(others.len()).ok()
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

/// What was applied for a node.
fn of_node<'a, 's>(applied: &'a [(&'s Step, Applied)], node: &str) -> Vec<&'a (&'s Step, Applied)> {
    applied.iter().filter(|(step, _)| step.document.node_id.as_deref() == Some(node)).collect()
}

fn described(applied: &[&(&Step, Applied)]) -> Vec<Value> {
    applied.iter().map(|(step, done)| done.describe(&step.document.object)).collect()
}

/// `Deployment shop/web`.
fn describe(step: &Step) -> String {
    let object = &step.document.object;
    let place = object.namespace.as_deref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    format!("{} {place}{}", object.kind, object.name)
}
