//! What a run would do, object by object (engine.md 3.12).

use serde::Serialize;

use super::diff::diff;
use super::risk::{Risk, RiskCode, risks};
use super::stage::{self, Action, Intent, Step};
use super::{Deployer, Error, RunRequest, owned};
use crate::graph::{Finding, Graph};
use crate::id::UserId;
use crate::workflow::{Status, Workflow};

/// `WorkflowPlan`.
#[derive(Debug, Serialize)]
pub struct Plan {
    /// No finding stops a run.
    pub runnable: bool,
    /// The cluster's name.
    pub cluster: String,
    /// How many objects there are of each action.
    pub summary: Summary,
    /// In apply order, deletions last in reverse.
    pub objects: Vec<PlannedObject>,
    /// Everything that was found.
    pub issues: Vec<Finding>,
}

/// Objects by action.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Would be made.
    pub create: u32,
    /// Would be changed.
    pub update: u32,
    /// Would be deleted and made anew.
    pub replace: u32,
    /// Would be deleted.
    pub delete: u32,
    /// Would stay as they are.
    pub unchanged: u32,
}

/// `WorkflowPlannedObject`.
#[derive(Debug, Serialize)]
pub struct PlannedObject {
    /// The node it belongs to, while there is one.
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
    /// What would happen to it.
    pub action: PlanAction,
    /// What would change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What to know before.
    pub risks: Vec<Risk>,
}

/// What would happen to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanAction {
    /// Made.
    Create,
    /// Changed.
    Update,
    /// Deleted and made anew.
    Replace,
    /// Deleted.
    Delete,
    /// Left as it is.
    Unchanged,
}

impl Deployer {
    /// Plans a run of the stored graph with this request; nothing is stored or written.
    pub async fn plan(&self, user: UserId, workflow: Workflow, request: &RunRequest) -> Result<Plan, Error> {
        if workflow.status == Status::Archived {
            return Err(Error::Archived);
        }
        if workflow.active_run.is_some() {
            return Err(Error::RunInProgress);
        }
        let found = self.cluster(user, &workflow.cluster_id).await?;
        let graph = Graph { nodes: workflow.nodes, edges: workflow.edges };
        let (plugins, registries) = (self.plugins(user).await?, self.0.ground.logins.all().await?);
        let name = found.cluster.name.as_str();
        let intent = Intent {
            workflow: workflow.id,
            graph: &graph,
            values: &request.values,
            registries: &registries,
            plugins: &plugins,
            cluster: name,
            adopt: request.adopt,
            create_namespaces: request.create_namespaces,
            allow_insecure_db_defaults: self.0.ground.allow_insecure_db_defaults,
        };
        if let Some(refused) = stage::refused_by_itself(intent) {
            return Ok(Plan::new(name, Vec::new(), refused.findings));
        }
        let unreachable = |cause: String| Error::ClusterUnreachable { name: name.to_owned(), cause };
        let client = self
            .0
            .ground
            .connections
            .client(&found.cluster)
            .map_err(|failure| unreachable(failure.to_string()))?;
        let staged =
            stage::stage(&client, &found, intent).await.map_err(|error| Error::unreachable(name, &error))?;
        let mut objects: Vec<PlannedObject> =
            staged.new_namespaces.iter().map(|namespace| PlannedObject::namespace(namespace)).collect();
        objects.extend(staged.steps.iter().map(PlannedObject::of));
        // A graph that cannot run removes nothing either.
        if !staged.steps.is_empty() {
            let last = self.0.records.last_completed(workflow.id).await?;
            let surplus = owned::surplus(&client, workflow.id, &graph, last.as_ref()).await;
            let (surplus, _) = surplus.map_err(|error| Error::unreachable(name, &error))?;
            objects.extend(surplus.into_iter().map(|object| PlannedObject {
                node_id: object.node_id.filter(|node| graph.nodes.iter().any(|kept| kept.id == *node)),
                api_version: object.resource.api_version,
                kind: object.resource.kind,
                name: object.name,
                namespace: object.namespace,
                action: PlanAction::Delete,
                diff: None,
                risks: Vec::new(),
            }));
        }
        Ok(Plan::new(name, objects, staged.findings))
    }
}

impl Plan {
    fn new(cluster: &str, objects: Vec<PlannedObject>, issues: Vec<Finding>) -> Self {
        let mut summary = Summary::default();
        for object in &objects {
            *match object.action {
                PlanAction::Create => &mut summary.create,
                PlanAction::Update => &mut summary.update,
                PlanAction::Replace => &mut summary.replace,
                PlanAction::Delete => &mut summary.delete,
                PlanAction::Unchanged => &mut summary.unchanged,
            } += 1;
        }
        let runnable = !issues.iter().any(Finding::is_error);
        Self { runnable, cluster: cluster.to_owned(), summary, objects, issues }
    }
}

impl PlannedObject {
    fn namespace(name: &str) -> Self {
        Self {
            node_id: None,
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            name: name.to_owned(),
            namespace: None,
            action: PlanAction::Create,
            diff: None,
            risks: Vec::new(),
        }
    }

    fn of(step: &Step) -> Self {
        let document = &step.document;
        let (action, own_risk) = match &step.action {
            Action::Create => (PlanAction::Create, None),
            Action::Unchanged => (PlanAction::Unchanged, None),
            Action::Update | Action::Adopt => (PlanAction::Update, None),
            Action::Replace(job) => {
                let words = if job.active {
                    "the Job still runs; it is deleted and started anew"
                } else {
                    "the Job has finished; it is deleted and runs again"
                };
                (PlanAction::Replace, Some(Risk::new(RiskCode::Recreate, words)))
            }
        };
        let adoption = step.adopted.then(|| {
            let words = "the object was not made by this server; what its maker wrote and the graph does not say goes";
            Risk::new(RiskCode::Adopt, words)
        });
        let nothing = serde_json::Value::Null;
        let live = step.live.as_ref().unwrap_or(&nothing);
        let changes = match action {
            PlanAction::Unchanged | PlanAction::Delete => None,
            PlanAction::Create | PlanAction::Update | PlanAction::Replace => {
                diff(live, &step.after, &document.masked_env)
            }
        };
        let mut found = match step.live {
            Some(_) => risks(live, &step.after),
            None => Vec::new(),
        };
        found.extend(own_risk.into_iter().chain(adoption));
        Self {
            node_id: document.node_id.clone(),
            api_version: document.object.api_version.clone(),
            kind: document.object.kind.clone(),
            name: document.object.name.clone(),
            namespace: document.object.namespace.clone(),
            action,
            diff: changes,
            risks: found,
        }
    }
}
