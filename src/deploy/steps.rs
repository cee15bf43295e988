//! The steps of a run, applied in their order, and what becomes of each node (engine.md 3.2, phase 6, and 3.8).

use std::collections::HashSet;

use serde_json::{Value, json};

use super::apply::{self, Applied};
use super::run::{Job, Stop};
use super::stage::{Action, Staged, Step};
use crate::cluster::Client;
use crate::connection::Found;
use crate::graph::NodeKind;
use crate::live::Deployment;
use crate::live::status::NodeStatus;
use crate::manifest::{NodeNote, Role};
use crate::workflow::NodeOutcome;

impl Job {
    /// Applies the steps in their order; the first failure ends it (engine.md 3.8).
    pub(super) async fn apply(&self, client: &Client, found: &Found, staged: &Staged) -> Result<(), Stop> {
        self.note_nodes_without_documents(staged).await;
        let mut begun: HashSet<&str> = HashSet::new();
        let mut applied: Vec<(&Step, Applied)> = Vec::new();
        for (at, step) in staged.steps.iter().enumerate() {
            let node = step.document.node_id.as_deref();
            if let Some(node) = node.filter(|node| begun.insert(node)) {
                self.begin(node, staged);
            }
            let what = describe(step);
            if step.adopted {
                self.journal.log(&format!("{what}: taking over an object that was not made here"));
            }
            match &step.action {
                Action::Replace(job) if job.active => {
                    self.journal.log(&format!("{what}: replacing a running job"));
                }
                Action::Replace(_) | Action::Create | Action::Update | Action::Adopt | Action::Unchanged => {}
            }
            match apply::apply(client, self.workflow.id, step).await {
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
    pub(super) async fn fail(
        &self,
        node: Option<&str>,
        words: &str,
        applied: &[(&Step, Applied)],
        staged: &Staged,
    ) {
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
