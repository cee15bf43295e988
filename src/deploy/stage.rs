//! What a run would do, found out without writing anything (engine.md 3.2, phases 3 to 5).

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::Value;

use super::write::Rehearsal;
use super::{discover, look, write};
use crate::cluster::{self, Client};
use crate::connection::Found;
use crate::graph::{Code, Finding, Graph, Severity};
use crate::id::WorkflowId;
use crate::manifest::preflight::{self, TakeOver};
use crate::manifest::{
    self, Compiled, Document, EnabledPlugins, Inputs, LiveObjects, ObjectRef, Registry, Replacement, Role,
    RunValues,
};
use crate::redact;

/// Requests to one cluster that one run has under way at once.
pub(super) const AT_ONCE: usize = 8;

/// What is to be deployed, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intent<'a> {
    pub(super) workflow: WorkflowId,
    pub(super) graph: &'a Graph,
    pub(super) values: &'a RunValues,
    pub(super) registries: &'a [Registry],
    pub(super) plugins: &'a BTreeSet<String>,
    pub(super) cluster: &'a str,
    pub(super) adopt: bool,
    pub(super) create_namespaces: bool,
    pub(super) allow_insecure_db_defaults: bool,
}

/// What a run would do with one document.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) document: Document,
    /// The object as it is, with its managed fields.
    pub(super) live: Option<Value>,
    /// The object as it would be; what is sent, when nobody could be asked.
    pub(super) after: Value,
    pub(super) action: Action,
    /// The object was made by others.
    pub(super) adopted: bool,
}

/// See [`Step`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Unchanged,
    Update,
    /// An update that takes over an object made by others.
    Adopt,
    /// A Job: delete it, wait, create it anew (engine.md 3.4).
    Replace(Replacement),
}

/// The outcome of all phases that write nothing.
#[derive(Debug)]
pub(super) struct Staged {
    pub(super) compiled: Compiled,
    /// Findings of the graph and of the cluster, in the order of `nodes`, those without a node first.
    pub(super) findings: Vec<Finding>,
    /// What would be done, in apply order; empty when the graph itself is refused.
    pub(super) steps: Vec<Step>,
    /// Namespaces to make first.
    pub(super) new_namespaces: BTreeSet<String>,
}

impl Staged {
    pub(super) fn is_runnable(&self) -> bool {
        !self.findings.iter().any(Finding::is_error)
    }
}

/// The graph's own findings, when they include an error: the cluster need not be asked then.
pub(super) fn refused_by_itself(intent: Intent<'_>) -> Option<Staged> {
    let compiled = compile_alone(intent);
    compiled.errors().next()?;
    let findings = ordered(intent.graph, compiled.findings.clone());
    Some(Staged { compiled, findings, steps: Vec::new(), new_namespaces: BTreeSet::new() })
}

/// A share that is limited to namespaces neither reads nor writes elsewhere: the cluster is not even asked.
fn out_of_bounds(found: &Found, intent: Intent<'_>) -> Option<Staged> {
    let compiled = compile_alone(intent);
    let limit = found.namespaces.join(", ");
    let mut findings = compiled.findings.clone();
    for (node, object) in manifest::objects(&intent.inputs(&LiveObjects::default(), None)) {
        let allowed = match &object.namespace {
            Some(namespace) => found.sees_namespace(namespace),
            None => found.namespaces.is_empty(),
        };
        let words = format!(
            "namespace: cluster {} is shared with you for {limit} only; use one of these, or ask its owner",
            intent.cluster
        );
        let finding = Finding::new(Severity::Error, Code::ClusterForbidden, words);
        let finding = finding.at_node(node).at_field("namespace");
        if !allowed && !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    if !findings.iter().any(Finding::is_error) {
        return None;
    }
    let findings = ordered(intent.graph, findings);
    Some(Staged { compiled, findings, steps: Vec::new(), new_namespaces: BTreeSet::new() })
}

/// Compiles without asking the cluster: nothing is live, plugins have the catalogue's versions.
pub(super) fn compile_alone(intent: Intent<'_>) -> Compiled {
    manifest::compile(&intent.inputs(&LiveObjects::default(), None))
}

/// Compiles with what is live, and asks the cluster about every document.
pub(super) async fn stage(
    client: &Client,
    found: &Found,
    intent: Intent<'_>,
) -> Result<Staged, cluster::Error> {
    if let Some(refused) = refused_by_itself(intent).or_else(|| out_of_bounds(found, intent)) {
        return Ok(refused);
    }
    let discovery = discover::plugins(client, intent.graph).await?;
    let discovery = Some(&discovery);
    let nothing = LiveObjects::default();
    let first = intent.inputs(&nothing, discovery);
    let mut objects: BTreeMap<ObjectRef, Option<String>> = BTreeMap::new();
    for document in manifest::compile(&first).documents {
        objects.insert(document.object, document.node_id);
    }
    objects.extend(manifest::objects(&first).into_iter().map(|(node, object)| (object, Some(node))));

    let (live, hidden) = look::read_all(client, objects).await?;
    let compiled = manifest::compile(&intent.inputs(&live, discovery));
    let mut findings = compiled.findings.clone();
    findings.extend(hidden.values().cloned());
    if compiled.errors().next().is_some() {
        let findings = ordered(intent.graph, findings);
        return Ok(Staged { compiled, findings, steps: Vec::new(), new_namespaces: BTreeSet::new() });
    }
    let missing = look::missing_namespaces(client, &compiled.documents).await?;
    let new_namespaces = if intent.create_namespaces { missing.clone() } else { BTreeSet::new() };
    let mut planned = Vec::new();
    for document in &compiled.documents {
        let namespace = document.object.namespace.as_deref().unwrap_or_default();
        if hidden.contains_key(&document.object) {
            continue;
        }
        if missing.contains(namespace) && !intent.create_namespaces {
            let finding = look::namespace_missing(document, namespace, intent.cluster);
            // A node of two objects is told once.
            if !findings.contains(&finding) {
                findings.push(finding);
            }
            continue;
        }
        let live = live.get(&document.object).cloned();
        match preflight::take_over(document, live.as_ref(), Some(intent.workflow), intent.adopt) {
            TakeOver::Refuse(finding) => findings.push(finding),
            decision @ (TakeOver::Create | TakeOver::Update | TakeOver::Adopt) => {
                if let Some(finding) = live.as_ref().and_then(|live| look::going(document, live)) {
                    findings.push(finding);
                    continue;
                }
                planned.push((
                    document.clone(),
                    live,
                    decision == TakeOver::Adopt,
                    missing.contains(namespace),
                ));
            }
        }
    }
    let rehearsed: Vec<Result<Step, Finding>> = stream::iter(planned)
        .map(|(document, live, adopted, namespace_is_new)| {
            rehearse(client, &compiled, intent.values, document, live, adopted, namespace_is_new)
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut steps = Vec::new();
    for outcome in rehearsed {
        match outcome {
            Ok(step) => steps.push(step),
            Err(finding) => findings.push(finding),
        }
    }
    Ok(Staged { findings: ordered(intent.graph, findings), compiled, steps, new_namespaces })
}

impl<'a> Intent<'a> {
    fn inputs(self, live: &'a LiveObjects, discovery: Option<&'a manifest::Discovery>) -> Inputs<'a> {
        Inputs {
            graph: self.graph,
            workflow: Some(self.workflow),
            values: self.values,
            live,
            registries: self.registries,
            discovery,
            plugins: EnabledPlugins::Only(self.plugins),
            cluster: self.cluster,
            allow_insecure_db_defaults: self.allow_insecure_db_defaults,
        }
    }
}

/// In the words of whoever refuses.
pub(super) fn refused(cause: &str) -> String {
    format!("the cluster refuses it: {cause}")
}

/// Asks the API server what the document would do; its refusal is a finding, a cluster out of reach an error.
async fn rehearse(
    client: &Client,
    compiled: &Compiled,
    values: &RunValues,
    document: Document,
    live: Option<Value>,
    adopted: bool,
    namespace_is_new: bool,
) -> Result<Result<Step, Finding>, cluster::Error> {
    let document = if document.object.kind == "Job" && document.role == Role::Node {
        Document { body: preflight::with_spec_hash(&document.body), ..document }
    } else {
        document
    };
    let replacement = compiled.replacements.iter().find(|replacement| replacement.object == document.object);
    if document.object.kind == "Job" && live.is_some() && replacement.is_none() {
        // It runs from the same spec: left alone.
        let after = live.clone().unwrap_or_default();
        return Ok(Ok(Step { document, live, after, action: Action::Unchanged, adopted }));
    }
    let answer = if namespace_is_new {
        Ok(Rehearsal { live, after: document.body.clone(), same: false })
    } else if replacement.is_some() {
        write::rehearse_anew(client, &document).await.map(|after| Rehearsal { live, after, same: false })
    } else {
        write::rehearse(client, &document, live, adopted).await
    };
    let Rehearsal { live, after, same } = match answer {
        Ok(answer) => answer,
        Err(error) => return refusal(&document, values, error).map(Err),
    };
    let action = match (replacement, &live) {
        (Some(replacement), _) => Action::Replace(replacement.clone()),
        (None, None) => Action::Create,
        (None, Some(_)) if same => Action::Unchanged,
        (None, Some(_)) if adopted => Action::Adopt,
        (None, Some(_)) => Action::Update,
    };
    Ok(Ok(Step { document, live, after, action, adopted }))
}

/// A refusal of this very document, in the API server's words; anything else concerns the whole run.
fn refusal(
    document: &Document,
    values: &RunValues,
    error: cluster::Error,
) -> Result<Finding, cluster::Error> {
    let code = match &error {
        cluster::Error::UnknownKind { .. } => Code::KindNotInstalled,
        cluster::Error::Invalid { .. }
        | cluster::Error::Forbidden(_)
        | cluster::Error::NotFound(_)
        | cluster::Error::Conflict(_)
        | cluster::Error::Unusable(_)
        // An admission webhook that fails is answered like this, however often it is tried.
        | cluster::Error::Status { status: http::StatusCode::INTERNAL_SERVER_ERROR, .. } => Code::Refused,
        cluster::Error::Refused(_)
        | cluster::Error::Unreachable { .. }
        | cluster::Error::Timeout { .. }
        | cluster::Error::Tls { .. }
        | cluster::Error::SignInRefused(_)
        | cluster::Error::SignInUnreachable(_)
        | cluster::Error::Unauthorized(_)
        | cluster::Error::Gone(_)
        | cluster::Error::Busy(_)
        | cluster::Error::Status { .. }
        | cluster::Error::Unexpected { .. } => return Err(error),
    };
    let words = refused(&redact::known(&error.to_string(), values.texts()));
    Ok(about(document, Finding::new(Severity::Error, code, words)))
}

/// Attributed to the node of the document.
pub(super) fn about(document: &Document, finding: Finding) -> Finding {
    match &document.node_id {
        Some(node) => finding.at_node(node),
        None => finding,
    }
}

/// In the order of `nodes`, those without a node first; the order within a node stays.
pub(super) fn ordered(graph: &Graph, mut findings: Vec<Finding>) -> Vec<Finding> {
    let positions: BTreeMap<&str, usize> =
        graph.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    findings.sort_by_key(|finding| finding.node_id.as_deref().map(|id| positions.get(id).copied()));
    findings
}
