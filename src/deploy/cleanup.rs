//! Removing what a workflow deployed (engine.md 3.7).

use std::time::Duration;

use serde_json::Value;

use super::owned::{self, Owned};
use super::{Deployer, Error, discover};
use crate::cluster::{Client, Resource, Selector};
use crate::graph::Graph;
use crate::id::{UserId, WorkflowId};
use crate::live::status::NodeStatus;
use crate::workflow::Workflow;

/// How long a request waits for a clean-up that then goes on in the background.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);

/// What happens to claims and Secrets when a workflow is archived or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// They stay: restoring the workflow needs them.
    Keep,
    /// They are deleted too.
    Remove,
}

/// Deletes these objects; gives those that are gone, and what went wrong in words.
pub(super) async fn delete_all(client: &Client, objects: Vec<Owned>) -> (Vec<Owned>, Vec<String>) {
    let (mut gone, mut trouble) = (Vec::new(), Vec::new());
    for object in objects {
        match object.delete(client).await {
            Ok(()) => gone.push(object),
            Err(error) => {
                let (kind, place) = (&object.resource.kind, object.place());
                trouble.push(format!("{kind} {place} could not be deleted: {error}"));
            }
        }
    }
    (gone, trouble)
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
        let (surplus, mut trouble) = owned::surplus(&client, id, &graph, last.as_ref())
            .await
            .map_err(|error| Error::unreachable(&workflow.cluster_id, &error))?;
        for object in &surplus {
            // The node is gone, or stands for another object now: nobody is to miss this one.
            if let Some(node) = object.own_node() {
                self.0.ground.live.stop_node(id, node);
            }
        }
        let (gone, failures) = delete_all(&client, surplus).await;
        trouble.extend(failures);
        for object in gone {
            tracing::info!(workflow = %id, kind = object.resource.kind, object = object.place(), "removed, the graph dropped it");
            if let Some(node) = object.own_node() {
                let status = NodeStatus::deleted(object.kind.into(), &object.resource.kind);
                self.0.ground.live.announce(id, node, &status);
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
        let graph = workflow.graph();
        let discovery = discover::plugins(&client, &graph).await.ok();
        let kept = owned::objects_of(&graph, workflow.id, discovery.as_ref());
        let (found, mut trouble) = owned::deployed(&client, workflow.id, &kept, last.as_ref()).await;
        let claims = template_claims(&client, &graph, &found).await;
        let (kept, going): (Vec<Owned>, Vec<Owned>) =
            found.into_iter().partition(|object| storage == Storage::Keep && object.is_storage());
        trouble.extend(delete_all(&client, going).await.1);
        let kept = |kind: &str| {
            kept.iter().filter(|object| object.resource.kind == kind).map(Owned::place).collect::<Vec<_>>()
        };
        let mut words = Vec::new();
        words.extend(kept_words("persistent volume claim", kept("PersistentVolumeClaim")));
        words.extend(kept_words("secret", kept("Secret")));
        words.extend(kept_words("claim of a StatefulSet", claims));
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
fn kept_words(what: &str, mut places: Vec<String>) -> Option<String> {
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
        kept_words(what, places.iter().map(ToString::to_string).collect())
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
}
