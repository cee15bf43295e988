//! Removing what a workflow deployed (engine.md 3.7).

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use futures::stream::{self, StreamExt as _};
use serde_json::Value;

use super::{Deployer, Error, discover};
use crate::cluster::{self, Client, Precondition, Resource, Selector};
use crate::graph::{Graph, NodeKind};
use crate::id::{UserId, WorkflowId};
use crate::manifest::{self, EnabledPlugins, Inputs, LiveObjects, ObjectRef, RunValues};
use crate::workflow::{Run, Workflow};

/// How long a request waits for a clean-up that then goes on in the background.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);
const AT_ONCE: usize = 8;

/// What happens to claims and Secrets when a workflow is archived or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// They stay: restoring the workflow needs them.
    Keep,
    /// They are deleted too.
    Remove,
}

/// An object that carries the workflow's label.
#[derive(Debug, Clone)]
pub(super) struct Owned {
    pub(super) resource: Resource,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) uid: String,
    pub(super) node_id: Option<String>,
    rank: u8,
}

impl Owned {
    fn identity(&self) -> (String, String, Option<String>, String) {
        (
            self.resource.group().to_owned(),
            self.resource.kind.clone(),
            self.namespace.clone(),
            self.name.clone(),
        )
    }

    fn is_storage(&self) -> bool {
        ["PersistentVolumeClaim", "Secret"].contains(&self.resource.kind.as_str())
    }

    pub(super) fn place(&self) -> String {
        self.namespace
            .as_ref()
            .map_or_else(|| self.name.clone(), |namespace| format!("{namespace}/{}", self.name))
    }
}

/// The kinds a workflow's objects can have, with their rank: those of the palette, and the plugins'.
fn kinds(plugins: &[ObjectRef]) -> Vec<(Resource, u8)> {
    let built_in = [
        ("v1", "Secret", "secrets", NodeKind::Secret),
        ("v1", "ConfigMap", "configmaps", NodeKind::ConfigMap),
        ("v1", "PersistentVolumeClaim", "persistentvolumeclaims", NodeKind::PersistentVolumeClaim),
        ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", NodeKind::NetworkPolicy),
        ("v1", "Service", "services", NodeKind::Service),
        ("apps/v1", "StatefulSet", "statefulsets", NodeKind::StatefulSet),
        ("apps/v1", "DaemonSet", "daemonsets", NodeKind::DaemonSet),
        ("apps/v1", "Deployment", "deployments", NodeKind::Deployment),
        ("batch/v1", "Job", "jobs", NodeKind::Job),
        ("batch/v1", "CronJob", "cronjobs", NodeKind::CronJob),
        ("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", NodeKind::Hpa),
        ("networking.k8s.io/v1", "Ingress", "ingresses", NodeKind::Ingress),
    ];
    let built_in = built_in
        .map(|(api, kind, plural, node)| (Resource::known(api, kind, plural, true), node.rank()))
        .into_iter();
    let known: HashSet<(String, String)> =
        built_in.clone().map(|(resource, _)| (resource.group().to_owned(), resource.kind)).collect();
    let plugins: BTreeSet<&ObjectRef> = plugins
        .iter()
        .filter(|object| !known.contains(&(object.group().to_owned(), object.kind.clone())))
        .collect();
    let plugins = plugins.into_iter().map(|object| (super::write::resource(object), NodeKind::Plugin.rank()));
    let mut all: Vec<(Resource, u8)> = Vec::new();
    for (resource, rank) in built_in.chain(plugins) {
        if !all.iter().any(|(known, _)| *known == resource) {
            all.push((resource, rank));
        }
    }
    all
}

/// Every object of the cluster that carries the workflow's label, last in apply order first; and what could not be
/// looked at, in words.
async fn owned(
    client: &Client,
    workflow: WorkflowId,
    plugins: &[ObjectRef],
    namespaces: &BTreeSet<String>,
) -> (Vec<Owned>, Vec<String>) {
    let selector = Selector::labels(format!("{}={workflow}", manifest::WORKFLOW_LABEL));
    let lists: Vec<_> = stream::iter(kinds(plugins))
        .map(|(resource, rank)| {
            let selector = &selector;
            async move { (list(client, &resource, selector, namespaces).await, resource, rank) }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let (mut found, mut trouble) = (Vec::new(), Vec::new());
    for (list, resource, rank) in lists {
        match list {
            Ok(objects) => found.extend(objects.iter().map(|object| owned_object(&resource, rank, object))),
            // A kind that is not served has no objects.
            Err(cluster::Error::UnknownKind { .. } | cluster::Error::NotFound(_)) => {}
            Err(error) => trouble.push(format!("{} objects could not be looked for: {error}", resource.kind)),
        }
    }
    found.sort_by_key(|object| std::cmp::Reverse((object.rank, object.identity())));
    (found, trouble)
}

/// All namespaces at once, or, where that is not allowed, those the workflow is known to use.
async fn list(
    client: &Client,
    resource: &Resource,
    selector: &Selector,
    namespaces: &BTreeSet<String>,
) -> Result<Vec<Value>, cluster::Error> {
    match client.list(resource, None, selector).await {
        Err(cluster::Error::Forbidden(_)) if resource.namespaced => {
            let mut items = Vec::new();
            for namespace in namespaces {
                items.extend(client.list(resource, Some(namespace), selector).await?.items);
            }
            Ok(items)
        }
        answer => Ok(answer?.items),
    }
}

fn owned_object(resource: &Resource, rank: u8, object: &Value) -> Owned {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let node = text("/metadata/annotations/orchcli.dev~1node-id")
        .or_else(|| text("/metadata/labels/orchcli.dev~1node-id"));
    Owned {
        resource: resource.clone(),
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name").unwrap_or_default(),
        uid: text("/metadata/uid").unwrap_or_default(),
        node_id: node,
        rank,
    }
}

/// Deletes an object of the workflow: only the very one that was looked at. One that is gone is success.
async fn delete(client: &Client, object: &Owned) -> Result<(), cluster::Error> {
    let precondition = Precondition::Uid(&object.uid);
    client.delete(&object.resource, object.namespace.as_deref(), &object.name, precondition).await
}

/// The objects of the workflow that its graph does not hold any more; claims and Secrets are never among them.
pub(super) async fn surplus(
    client: &Client,
    workflow: WorkflowId,
    graph: &Graph,
    last: Option<&Run>,
) -> Result<(Vec<Owned>, Vec<String>), cluster::Error> {
    let discovery = discover::plugins(client, graph).await?;
    let kept = objects_of(graph, workflow, Some(&discovery));
    let known: Vec<ObjectRef> = kept.iter().cloned().chain(last.into_iter().flat_map(applied)).collect();
    let (found, trouble) = owned(client, workflow, &known, &namespaces(&known)).await;
    let kept: HashSet<_> = kept
        .iter()
        .map(|object| {
            (object.group().to_owned(), object.kind.clone(), object.namespace.clone(), object.name.clone())
        })
        .collect();
    let found = found
        .into_iter()
        .filter(|object| !object.is_storage() && !kept.contains(&object.identity()))
        .collect();
    Ok((found, trouble))
}

/// Deletes what the graph does not hold any more; gives what was deleted, and what went wrong in words.
pub(super) async fn remove_surplus(
    client: &Client,
    workflow: WorkflowId,
    graph: &Graph,
    last: Option<&Run>,
) -> (Vec<Owned>, Vec<String>) {
    let (surplus, mut trouble) = match surplus(client, workflow, graph, last).await {
        Ok(found) => found,
        Err(error) => return (Vec::new(), vec![error.to_string()]),
    };
    let mut gone = Vec::new();
    for object in surplus {
        match delete(client, &object).await {
            Ok(()) => gone.push(object),
            Err(error) => trouble.push(format!(
                "{} {} could not be deleted: {error}",
                object.resource.kind,
                object.place()
            )),
        }
    }
    (gone, trouble)
}

fn objects_of(
    graph: &Graph,
    workflow: WorkflowId,
    discovery: Option<&manifest::Discovery>,
) -> Vec<ObjectRef> {
    let (values, live) = (RunValues::default(), LiveObjects::default());
    let inputs = Inputs {
        graph,
        workflow: Some(workflow),
        values: &values,
        live: &live,
        registries: &[],
        discovery,
        plugins: EnabledPlugins::Every,
        cluster: "",
        allow_insecure_db_defaults: false,
    };
    manifest::objects(&inputs).into_iter().map(|(_, object)| object).collect()
}

/// What the last run says it applied.
fn applied(run: &Run) -> Vec<ObjectRef> {
    let resources = run.output.values().filter_map(|output| output["applied_resources"].as_array()).flatten();
    let plugins = resources.filter_map(|resource| {
        let text = |key: &str| resource[key].as_str().map(str::to_owned);
        let (api_version, kind) = (text("apiVersion")?, text("kind")?);
        let (group, _) = api_version.split_once('/')?;
        let mut types = crate::catalogue::catalogue().plugins.iter().flat_map(|plugin| &plugin.node_types);
        let definition =
            types.find(|node_type| node_type.crd.group == group && node_type.crd.kind == kind)?;
        Some(ObjectRef {
            plural: definition.crd.plural.clone(),
            namespace: text("namespace"),
            name: text("name")?,
            api_version,
            kind,
        })
    });
    plugins.collect()
}

fn namespaces(objects: &[ObjectRef]) -> BTreeSet<String> {
    objects.iter().filter_map(|object| object.namespace.clone()).collect()
}

impl Deployer {
    /// After a graph changed: deletes, in the background, what it does not hold any more.
    pub fn clean_up_later(&self, workflow: WorkflowId) {
        let deployer = self.clone();
        self.0.ground.supervisor.spawn(format!("clean-up of workflow {workflow}"), move |_| {
            let deployer = deployer.clone();
            async move {
                if let Err(error) = deployer.clean_up(workflow).await {
                    // The next run deletes what is left (engine.md 3.7).
                    tracing::warn!(%workflow, %error, "what the graph dropped could not be removed");
                }
                Ok::<(), std::convert::Infallible>(())
            }
        });
    }

    async fn clean_up(&self, id: WorkflowId) -> Result<(), Error> {
        let _turn = self.0.turns.take(id).await;
        // What was stored last counts, not what was stored when this was asked for.
        let Some(workflow) =
            self.0.ground.store.get::<Workflow>(id).await?.filter(|workflow| workflow.run_count > 0)
        else {
            return Ok(());
        };
        let client = self.client(workflow.owner_id, &workflow.cluster_id).await?;
        let last = self.0.records.last_completed(id).await?;
        let graph = Graph { nodes: workflow.nodes, edges: workflow.edges };
        let (gone, trouble) = remove_surplus(&client, id, &graph, last.as_ref()).await;
        for object in gone {
            tracing::info!(workflow = %id, kind = object.resource.kind, object = object.place(), "removed, the graph dropped it");
            if let Some(node) = object.node_id.filter(|node| !graph.nodes.iter().any(|kept| kept.id == *node))
            {
                self.0.ground.live.stop_node(id, &node);
            }
        }
        for words in trouble {
            tracing::warn!(workflow = %id, "{words}");
        }
        Ok(())
    }

    /// Stops the watches of a workflow and deletes its objects, in reverse apply order; what stays, and what could
    /// not be done, is said in the answer. Work that takes longer than a request goes on in the background.
    pub async fn withdraw(&self, workflow: &Workflow, storage: Storage) -> Option<String> {
        self.0.ground.live.stop_workflow(workflow.id);
        if workflow.run_count == 0 {
            return None;
        }
        let (deployer, workflow) = (self.clone(), workflow.clone());
        let work = tokio::spawn(async move { deployer.remove_all(&workflow, storage).await });
        match tokio::time::timeout(ANSWER_WITHIN, work).await {
            Ok(Ok(words)) => (!words.is_empty()).then(|| words.join(". ")),
            Ok(Err(_)) => Some("the clean-up failed; the server's log has the cause".to_owned()),
            Err(_) => Some("the clean-up takes longer and goes on in the background".to_owned()),
        }
    }

    async fn remove_all(&self, workflow: &Workflow, storage: Storage) -> Vec<String> {
        let _turn = self.0.turns.take(workflow.id).await;
        let client = match self.client(workflow.owner_id, &workflow.cluster_id).await {
            Ok(client) => client,
            Err(error) => return vec![format!("Objects were left in the cluster: {error}")],
        };
        let last = self.0.records.last_completed(workflow.id).await.unwrap_or_default();
        let graph = Graph { nodes: workflow.nodes.clone(), edges: workflow.edges.clone() };
        let discovery = discover::plugins(&client, &graph).await.ok();
        let mut known = objects_of(&graph, workflow.id, discovery.as_ref());
        known.extend(last.iter().flat_map(applied));
        let (found, mut trouble) = owned(&client, workflow.id, &known, &namespaces(&known)).await;
        let mut kept: Vec<&Owned> = Vec::new();
        for object in &found {
            if storage == Storage::Keep && object.is_storage() {
                kept.push(object);
            } else if let Err(error) = delete(&client, object).await {
                trouble.push(format!(
                    "{} {} could not be deleted: {error}",
                    object.resource.kind,
                    object.place()
                ));
            }
        }
        let mut words = Vec::new();
        words.extend(kept_words(
            "persistent volume claim",
            kept.iter()
                .filter(|object| object.resource.kind == "PersistentVolumeClaim")
                .map(|object| object.place()),
        ));
        words.extend(kept_words(
            "secret",
            kept.iter().filter(|object| object.resource.kind == "Secret").map(|object| object.place()),
        ));
        words.extend(kept_words(
            "claim of a StatefulSet",
            template_claims(&client, &graph, &found).await.into_iter(),
        ));
        words.append(&mut trouble);
        words
    }

    async fn client(&self, owner: UserId, cluster: &str) -> Result<Client, Error> {
        let found = self.cluster(owner, cluster).await?;
        self.0.ground.connections.client(&found.cluster).map_err(|failure| Error::ClusterUnreachable {
            name: cluster.to_owned(),
            cause: failure.to_string(),
        })
    }
}

/// Claims that stateful sets made from their templates: nobody's label is on them, they are only named.
async fn template_claims(client: &Client, graph: &Graph, found: &[Owned]) -> Vec<String> {
    let claims = Resource::known("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);
    let mut names = Vec::new();
    for set in found.iter().filter(|object| object.resource.kind == "StatefulSet") {
        let node = graph.nodes.iter().find(|node| Some(&node.id) == set.node_id.as_ref());
        let templates = node.and_then(|node| node.data.get("volumeClaimTemplates")).and_then(Value::as_array);
        let prefixes: Vec<String> = templates
            .into_iter()
            .flatten()
            .filter_map(|template| Some(format!("{}-{}-", template["name"].as_str()?.trim(), set.name)))
            .collect();
        if prefixes.is_empty() {
            continue;
        }
        let Ok(list) = client.list(&claims, set.namespace.as_deref(), &Selector::default()).await else {
            continue;
        };
        for claim in &list.items {
            let name = claim["metadata"]["name"].as_str().unwrap_or_default();
            let of_a_pod = |prefix: &String| {
                name.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.parse::<u32>().is_ok())
            };
            if prefixes.iter().any(of_a_pod) {
                names.push(format!("{}/{name}", set.namespace.as_deref().unwrap_or_default()));
            }
        }
    }
    names
}

/// `Kept 2 secrets: a/x, a/y`.
fn kept_words(what: &str, places: impl Iterator<Item = String>) -> Option<String> {
    let mut places: Vec<String> = places.collect();
    places.sort();
    let plural = match (places.len(), what.split_once(" of ")) {
        (0, _) => return None,
        (1, _) => what.to_owned(),
        (_, Some((head, rest))) => format!("{head}s of {rest}"),
        (_, None) => format!("{what}s"),
    };
    Some(format!("Kept {} {plural}: {}", places.len(), places.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(what: &str, places: &[&str]) -> Option<String> {
        kept_words(what, places.iter().map(ToString::to_string))
    }

    #[test]
    fn what_was_kept_is_counted_and_named() {
        assert_eq!(words("secret", &[]), None);
        assert_eq!(
            words("persistent volume claim", &["default/db-data"]).unwrap(),
            "Kept 1 persistent volume claim: default/db-data"
        );
        assert_eq!(words("secret", &["b/y", "a/x"]).unwrap(), "Kept 2 secrets: a/x, b/y");
        assert_eq!(
            words("claim of a StatefulSet", &["a/1", "a/2"]).unwrap(),
            "Kept 2 claims of a StatefulSet: a/1, a/2"
        );
    }

    #[test]
    fn a_plugin_kind_of_another_group_is_looked_for_beside_the_core_one() {
        let knative = ObjectRef {
            api_version: "serving.knative.dev/v1".into(),
            kind: "Service".into(),
            plural: "services".into(),
            namespace: Some("a".into()),
            name: "x".into(),
        };
        let services: Vec<String> = kinds(&[knative])
            .into_iter()
            .filter(|(resource, _)| resource.kind == "Service")
            .map(|(resource, _)| resource.api_version)
            .collect();
        assert_eq!(services, ["v1", "serving.knative.dev/v1"]);
    }
}
