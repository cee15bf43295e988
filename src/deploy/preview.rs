//! Checks and manifests without a run (engine.md 3.12).

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::stage::{self, Intent, ordered};
use super::{Deployer, Error, RunRequest, classes};
use crate::graph::{Code, Finding, Graph, Severity};
use crate::id::{UserId, WorkflowId};
use crate::manifest::{self, EnabledPlugins, Inputs, LiveObjects, to_yaml};
use crate::workflow::Workflow;

/// `WorkflowValidation`.
#[derive(Debug, Serialize)]
pub struct Validation {
    /// No finding stops a run.
    pub valid: bool,
    /// The cluster was asked.
    pub cluster_checked: bool,
    /// In the order of `nodes`, those without a node first.
    pub issues: Vec<Finding>,
}

/// `WorkflowRendering`.
#[derive(Debug, Serialize)]
pub struct Rendering {
    /// In apply order, values of secrets masked.
    pub documents: Vec<Rendered>,
    /// Everything that was found.
    pub issues: Vec<Finding>,
}

/// `WorkflowRenderedDocument`.
#[derive(Debug, Serialize)]
pub struct Rendered {
    /// The node it belongs to; none for pull secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// Group and version.
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Namespace; none for cluster-wide kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The document.
    pub manifest: Value,
    /// The same as text.
    pub yaml: String,
}

impl Deployer {
    /// Every finding a run of this graph would stop at.
    pub async fn validate(
        &self,
        user: UserId,
        workflow: &Workflow,
        graph: &Graph,
        request: &RunRequest,
    ) -> Result<Validation, Error> {
        let (plugins, registries) = (self.plugins(user).await?, self.0.ground.logins.all().await?);
        let intent = Intent {
            workflow: workflow.id,
            graph,
            values: &request.values,
            registries: &registries,
            plugins: &plugins,
            cluster: &workflow.cluster_id,
            adopt: request.adopt,
            create_namespaces: request.create_namespaces,
            allow_insecure_db_defaults: self.0.ground.allow_insecure_db_defaults,
        };
        let (issues, cluster_checked) = match self.ask_cluster(user, intent).await {
            Ok(findings) => (findings, true),
            Err((code, words)) => {
                // The cluster's part is left out; the graph's own is not.
                let mut findings = stage::compile_alone(intent).findings;
                findings.push(Finding::new(Severity::Error, code, words));
                (ordered(graph, findings), false)
            }
        };
        Ok(Validation { valid: !issues.iter().any(Finding::is_error), cluster_checked, issues })
    }

    async fn ask_cluster(&self, user: UserId, intent: Intent<'_>) -> Result<Vec<Finding>, (Code, String)> {
        let unreachable = |words: String| (Code::ClusterUnreachable, words);
        let found = self.cluster(user, intent.cluster).await.map_err(|refusal| match refusal {
            Error::ClusterNotFound { .. } => (Code::ClusterNotFound, refusal.to_string()),
            Error::ClusterForbidden { .. } => (Code::ClusterForbidden, refusal.to_string()),
            other => unreachable(other.to_string()),
        })?;
        let client = self
            .0
            .ground
            .connections
            .client(&found.cluster)
            .map_err(|failure| unreachable(failure.to_string()))?;
        let staged =
            stage::stage(&client, &found, intent).await.map_err(|error| unreachable(error.to_string()))?;
        let mut findings = staged.findings;
        findings.extend(classes::missing(&client, &staged.steps).await);
        Ok(ordered(intent.graph, findings))
    }

    /// The manifests of a graph, without asking the cluster: nothing is live, every headless Service is there.
    pub async fn render(
        &self,
        user: UserId,
        workflow: WorkflowId,
        graph: &Graph,
        request: &RunRequest,
    ) -> Result<Rendering, Error> {
        let (plugins, registries): (BTreeSet<String>, _) =
            (self.plugins(user).await?, self.0.ground.logins.all().await?);
        let compiled = manifest::compile(&Inputs {
            graph,
            workflow: Some(workflow),
            values: &request.values,
            live: &LiveObjects::default(),
            registries: &registries,
            discovery: None,
            plugins: EnabledPlugins::Only(&plugins),
            cluster: "",
            allow_insecure_db_defaults: self.0.ground.allow_insecure_db_defaults,
        });
        let documents = compiled.documents.iter().map(|document| {
            let manifest = document.masked();
            Rendered {
                node_id: document.node_id.clone(),
                api_version: document.object.api_version.clone(),
                kind: document.object.kind.clone(),
                name: document.object.name.clone(),
                namespace: document.object.namespace.clone(),
                // A document that is JSON is YAML: there is always a text.
                yaml: to_yaml(&manifest).unwrap_or_else(|_| manifest.to_string()),
                manifest,
            }
        });
        Ok(Rendering { documents: documents.collect(), issues: ordered(graph, compiled.findings) })
    }
}
