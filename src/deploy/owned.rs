//! What a workflow has in its cluster (engine.md 3.7).

use std::collections::{BTreeSet, HashSet};

use futures::stream::{self, StreamExt as _};
use serde_json::Value;

use super::stage::AT_ONCE;
use super::{discover, write};
use crate::cluster::{self, Client, Precondition, Resource, Selector};
use crate::graph::{Graph, NodeKind};
use crate::id::WorkflowId;
use crate::manifest::{self, EnabledPlugins, Inputs, LiveObjects, ObjectRef, RunValues, preflight};
use crate::workflow::Run;

/// An object of the workflow.
#[derive(Debug, Clone)]
pub(super) struct Owned {
    pub(super) resource: Resource,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) uid: String,
    pub(super) node_id: Option<String>,
    /// What kind of node it is made for.
    pub(super) kind: NodeKind,
    /// The Service a StatefulSet brings along, which no node shows.
    pub(super) headless: bool,
}

/// API group, kind, namespace and name (engine.md 3.7).
type Identity = (String, String, Option<String>, String);

fn identity(object: &ObjectRef) -> Identity {
    (object.group().to_owned(), object.kind.clone(), object.namespace.clone(), object.name.clone())
}

impl Owned {
    fn identity(&self) -> Identity {
        let Self { resource, namespace, name, .. } = self;
        (resource.group().to_owned(), resource.kind.clone(), namespace.clone(), name.clone())
    }

    /// Deletes it: only the very one that was looked at. One that is gone is success.
    pub(super) async fn delete(&self, client: &Client) -> Result<(), cluster::Error> {
        let precondition = Precondition::Uid(&self.uid);
        client.delete(&self.resource, self.namespace.as_deref(), &self.name, precondition).await
    }

    /// The node that shows this object as its own.
    pub(super) fn own_node(&self) -> Option<&str> {
        self.node_id.as_deref().filter(|_| !self.headless)
    }

    pub(super) fn is_storage(&self) -> bool {
        ["PersistentVolumeClaim", "Secret"].contains(&self.resource.kind.as_str())
    }

    pub(super) fn place(&self) -> String {
        self.namespace
            .as_ref()
            .map_or_else(|| self.name.clone(), |namespace| format!("{namespace}/{}", self.name))
    }
}

/// The kinds of the palette, with that of their nodes.
fn built_in() -> impl Iterator<Item = (Resource, NodeKind)> + Clone {
    [
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
    ]
    .map(|(api, kind, plural, node)| (Resource::known(api, kind, plural, true), node))
    .into_iter()
}

/// The kinds a workflow's objects can have: those of the palette, and those of the plugins among `known`.
fn kinds(known: &[ObjectRef]) -> Vec<(Resource, NodeKind)> {
    let palette: HashSet<(String, String)> =
        built_in().map(|(resource, _)| (resource.group().to_owned(), resource.kind)).collect();
    let mut all: Vec<(Resource, NodeKind)> = built_in().collect();
    for object in known {
        let resource = write::resource(object);
        let is_new = !palette.contains(&(object.group().to_owned(), object.kind.clone()))
            && !all.iter().any(|(known, _)| *known == resource);
        if is_new {
            all.push((resource, NodeKind::Plugin));
        }
    }
    all
}

/// What the workflow has in the cluster, last in apply order first; and what could not be looked at, in words.
///
/// That is what carries its label, and what the last run applied and still bears the marker of the reference.
pub(super) async fn deployed(
    client: &Client,
    workflow: WorkflowId,
    kept: &[ObjectRef],
    last: Option<&Run>,
) -> (Vec<Owned>, Vec<String>) {
    let applied: Vec<(ObjectRef, NodeKind)> = last.map(applied).unwrap_or_default();
    let known: Vec<ObjectRef> =
        kept.iter().chain(applied.iter().map(|(object, _)| object)).cloned().collect();
    let namespaces = known.iter().filter_map(|object| object.namespace.clone()).collect();
    let (mut found, mut trouble) = labelled(client, workflow, &known, &namespaces).await;
    let seen: HashSet<_> = found.iter().map(Owned::identity).collect();
    for (object, kind) in applied.into_iter().filter(|(object, _)| !seen.contains(&identity(object))) {
        match write::read(client, &object).await {
            Ok(Some(live)) if is_of_the_reference(&live) => {
                found.push(owned_object(&write::resource(&object), kind, &live));
            }
            Ok(_) | Err(cluster::Error::UnknownKind { .. }) => {}
            Err(error) => {
                trouble.push(format!("{} {} could not be looked at: {error}", object.kind, object.name));
            }
        }
    }
    found.sort_by_key(|object| std::cmp::Reverse((object.kind.rank(), object.identity())));
    (found, trouble)
}

/// The reference made it, and no workflow of ours took it over.
fn is_of_the_reference(live: &Value) -> bool {
    let labels = live.pointer("/metadata/labels");
    labels.and_then(|labels| labels.get(manifest::WORKFLOW_LABEL)).is_none()
        && preflight::has_reference_marker(live)
}

/// Every object of the cluster that carries the workflow's label.
async fn labelled(
    client: &Client,
    workflow: WorkflowId,
    known: &[ObjectRef],
    namespaces: &BTreeSet<String>,
) -> (Vec<Owned>, Vec<String>) {
    let selector = Selector::labels(format!("{}={workflow}", manifest::WORKFLOW_LABEL));
    let lists: Vec<_> = stream::iter(kinds(known))
        .map(|(resource, kind)| {
            let selector = &selector;
            async move { (list(client, &resource, selector, namespaces).await, resource, kind) }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let (mut found, mut trouble) = (Vec::new(), Vec::new());
    for (list, resource, kind) in lists {
        match list {
            Ok(objects) => found.extend(objects.iter().map(|object| owned_object(&resource, kind, object))),
            // A kind that is not served has no objects.
            Err(cluster::Error::UnknownKind { .. } | cluster::Error::NotFound(_)) => {}
            Err(error) => trouble.push(format!("{} objects could not be looked for: {error}", resource.kind)),
        }
    }
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

fn owned_object(resource: &Resource, kind: NodeKind, object: &Value) -> Owned {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let node = text("/metadata/annotations/orchcli.dev~1node-id")
        .or_else(|| text("/metadata/labels/orchcli.dev~1node-id"));
    Owned {
        resource: resource.clone(),
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name").unwrap_or_default(),
        uid: text("/metadata/uid").unwrap_or_default(),
        node_id: node,
        kind,
        headless: text("/metadata/labels/orchcli.dev~1role").as_deref() == Some("headless"),
    }
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
    let (found, trouble) = deployed(client, workflow, &kept, last).await;
    let kept: HashSet<_> = kept.iter().map(identity).collect();
    let found = found
        .into_iter()
        .filter(|object| !object.is_storage() && !kept.contains(&object.identity()))
        .collect();
    Ok((found, trouble))
}

/// The addresses of everything a graph stands for.
pub(super) fn objects_of(
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

/// What a run says it applied.
fn applied(run: &Run) -> Vec<(ObjectRef, NodeKind)> {
    let resources = run.output.values().filter_map(|output| output["applied_resources"].as_array()).flatten();
    let objects = resources.filter_map(|resource| {
        let text = |key: &str| resource[key].as_str().map(str::to_owned);
        let (api_version, kind) = (text("apiVersion")?, text("kind")?);
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let palette = built_in().find(|(known, _)| known.group() == group && known.kind == kind);
        let (plural, node) = match palette {
            Some((resource, node)) => (resource.plural, node),
            None => (plural_of_plugin(group, &kind)?, NodeKind::Plugin),
        };
        let object =
            ObjectRef { plural, namespace: text("namespace"), name: text("name")?, api_version, kind };
        Some((object, node))
    });
    objects.collect()
}

fn plural_of_plugin(group: &str, kind: &str) -> Option<String> {
    let mut types = crate::catalogue::catalogue().plugins.iter().flat_map(|plugin| &plugin.node_types);
    types
        .find(|node_type| node_type.crd.group == group && node_type.crd.kind == kind)
        .map(|node_type| node_type.crd.plural.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

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
