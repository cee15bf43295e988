//! What the cluster serves of the plugins a graph uses (engine.md 1.15).

use std::collections::BTreeMap;

use crate::catalogue::{Crd, catalogue};
use crate::cluster::{self, Client};
use crate::graph::{Graph, NodeKind};
use crate::manifest::{DiscoveredGroup, DiscoveredKind, Discovery};

/// The groups of the graph's plugins as the cluster serves them; a group it does not serve is left out.
pub(super) async fn plugins(client: &Client, graph: &Graph) -> Result<Discovery, cluster::Error> {
    let mut wanted: BTreeMap<&str, Vec<&Crd>> = BTreeMap::new();
    for node in graph.nodes.iter().filter(|node| node.kind() == Some(NodeKind::Plugin)) {
        let template = node.data.get("templateId").and_then(serde_json::Value::as_str).unwrap_or_default();
        if let Some((_, node_type)) = catalogue().node_type(template) {
            wanted.entry(&node_type.crd.group).or_default().push(&node_type.crd);
        }
    }
    let mut groups = Vec::new();
    for (group, definitions) in wanted {
        let versions = client.versions(group).await?;
        let Some(preferred) = versions.first() else { continue };
        let mut kinds = Vec::new();
        for definition in definitions {
            kinds.extend(kind(client, group, &versions, definition).await?);
        }
        groups.push(DiscoveredGroup { group: group.to_owned(), preferred_version: preferred.clone(), kinds });
    }
    Ok(Discovery { groups })
}

async fn kind(
    client: &Client,
    group: &str,
    versions: &[String],
    definition: &Crd,
) -> Result<Option<DiscoveredKind>, cluster::Error> {
    let mut found: Option<DiscoveredKind> = None;
    for version in versions {
        match client.resource(&format!("{group}/{version}"), &definition.kind).await {
            Ok(resource) => {
                let kind = found.get_or_insert_with(|| DiscoveredKind {
                    kind: resource.kind,
                    resource: resource.plural,
                    namespaced: resource.namespaced,
                    versions: Vec::new(),
                });
                kind.versions.push(version.clone());
            }
            Err(cluster::Error::UnknownKind { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
