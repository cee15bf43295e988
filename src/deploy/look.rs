//! What is in the cluster before a run, and what of it stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt as _};
use serde_json::Value;

use super::stage::{AT_ONCE, about, refused};
use super::write;
use crate::cluster::{self, Client, Resource};
use crate::graph::{Code, Finding, Severity};
use crate::manifest::{Document, LiveObjects, ObjectRef};

/// The live objects; and for those that may not be looked at, a finding each.
pub(super) async fn read_all(
    client: &Client,
    objects: BTreeMap<ObjectRef, Option<String>>,
) -> Result<(LiveObjects, BTreeMap<ObjectRef, Finding>), cluster::Error> {
    let answers: Vec<_> = stream::iter(objects)
        .map(|(object, node)| async move {
            let answer = write::read(client, &object).await;
            (object, node, answer)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let (mut found, mut hidden) = (Vec::new(), BTreeMap::new());
    for (object, node, answer) in answers {
        match answer {
            Ok(live) => found.extend(live),
            // A kind that is not served has no objects; the dry run says so in its own words.
            Err(cluster::Error::UnknownKind { .. }) => {}
            Err(error @ cluster::Error::Forbidden(_)) => {
                let finding = Finding::new(Severity::Error, Code::Refused, refused(&error.to_string()));
                let finding = match node {
                    Some(node) => finding.at_node(node),
                    None => finding,
                };
                hidden.insert(object, finding);
            }
            Err(error) => return Err(error),
        }
    }
    Ok((found.into_iter().collect(), hidden))
}

/// An object that is being deleted takes what is applied to it along. A Job's run waits for that itself.
pub(super) fn going(document: &Document, live: &Value) -> Option<Finding> {
    live["metadata"].get("deletionTimestamp").filter(|_| document.object.kind != "Job")?;
    let object = &document.object;
    let words = format!(
        "{} {} is being deleted; run again when it is gone, or rename the node",
        object.kind, object.name
    );
    Some(about(document, Finding::new(Severity::Error, Code::Refused, words)))
}

pub(super) async fn missing_namespaces(
    client: &Client,
    documents: &[Document],
) -> Result<BTreeSet<String>, cluster::Error> {
    let resource = Resource::known("v1", "Namespace", "namespaces", false);
    let mut missing = BTreeSet::new();
    let wanted: BTreeSet<&str> =
        documents.iter().filter_map(|document| document.object.namespace.as_deref()).collect();
    for namespace in wanted {
        match client.find(&resource, None, namespace).await {
            // Who may not look at namespaces may still write into them; the dry run will tell.
            Ok(Some(_)) | Err(cluster::Error::Forbidden(_)) => {}
            Ok(None) => {
                missing.insert(namespace.to_owned());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

pub(super) fn namespace_missing(document: &Document, namespace: &str, cluster: &str) -> Finding {
    let words = format!(
        "namespace {namespace} does not exist in cluster {cluster}; create it, or run with create_namespaces to have it made"
    );
    about(document, Finding::new(Severity::Error, Code::NamespaceMissing, words).at_field("namespace"))
}
