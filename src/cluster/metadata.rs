//! What a cluster is: version, provider, size, and what it can do (engine.md 7.4).

use serde_json::Value;

use super::client::Client;
use super::discovery::Resource;
use super::error::Error;
use super::quantity::Quantity;
use super::read::Selector;

/// What was read from a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Git version of the API server.
    pub version: String,
    /// Operating system of the first node.
    pub platform: String,
    /// Who runs the machines: aws, gce, azure, kind, k3s, minikube …
    pub provider: String,
    /// Topology region of the nodes.
    pub region: String,
    /// Number of nodes.
    pub node_count: usize,
    /// Cores of all nodes, as a quantity.
    pub cpu_capacity: String,
    /// Memory of all nodes, as a quantity.
    pub memory_capacity: String,
    /// Names of the storage classes.
    pub storage_classes: Vec<String>,
    /// Names of the namespaces.
    pub namespaces: Vec<String>,
    /// Any of `metrics-server`, `ingress`, `gateway-api`, `metallb`, `cert-manager`.
    pub capabilities: Vec<String>,
}

/// API groups that show a capability.
const CAPABILITIES: [(&str, &str); 4] = [
    ("metrics.k8s.io", "metrics-server"),
    ("gateway.networking.k8s.io", "gateway-api"),
    ("metallb.io", "metallb"),
    ("cert-manager.io", "cert-manager"),
];

/// Labels by which a provider marks its nodes.
const PROVIDER_LABELS: [(&str, &str); 7] = [
    ("minikube.k8s.io/name", "minikube"),
    ("k3s.io/hostname", "k3s"),
    ("node.k3s.io/version", "k3s"),
    ("io.x-k8s.kind.role", "kind"),
    ("eks.amazonaws.com/nodegroup", "aws"),
    ("cloud.google.com/gke-nodepool", "gce"),
    ("kubernetes.azure.com/cluster", "azure"),
];

impl Client {
    /// Reads the metadata. A list the credentials may not read leaves its part empty.
    pub async fn metadata(&self) -> Result<Metadata, Error> {
        let nodes = Resource::known("v1", "Node", "nodes", false);
        let namespaces = Resource::known("v1", "Namespace", "namespaces", false);
        let storage = Resource::known("storage.k8s.io/v1", "StorageClass", "storageclasses", false);
        let ingress = Resource::known("networking.k8s.io/v1", "IngressClass", "ingressclasses", false);
        let (version, nodes, namespaces, storage, ingress, groups) = tokio::join!(
            self.version(),
            self.all(&nodes),
            self.all(&namespaces),
            self.all(&storage),
            self.all(&ingress),
            self.groups(),
        );
        let (version, nodes, ingress) = (version?, nodes?, ingress?);
        let groups = groups.or_else(|error| empty_when_refused(error).map(|()| Vec::new()))?;
        let shown = CAPABILITIES.iter().filter(|(group, _)| groups.iter().any(|name| name == group));
        let mut capabilities: Vec<String> = shown.map(|(_, capability)| (*capability).to_owned()).collect();
        if !ingress.is_empty() {
            capabilities.push("ingress".to_owned());
        }
        capabilities.sort_unstable();
        Ok(Metadata {
            version,
            storage_classes: names(&storage?),
            namespaces: names(&namespaces?),
            capabilities,
            ..of_nodes(&nodes)
        })
    }

    async fn all(&self, resource: &Resource) -> Result<Vec<Value>, Error> {
        match self.list(resource, None, &Selector::default()).await {
            Ok(list) => Ok(list.items),
            Err(error) => empty_when_refused(error).map(|()| Vec::new()),
        }
    }
}

/// Lists need rights that a cluster's user may lack, and groups that an old cluster may lack.
fn empty_when_refused(error: Error) -> Result<(), Error> {
    match error {
        Error::Forbidden(_) | Error::NotFound(_) => Ok(()),
        error => Err(error),
    }
}

/// What the nodes alone tell.
fn of_nodes(nodes: &[Value]) -> Metadata {
    let capacity = |what: &str| -> Quantity {
        let all = nodes.iter().filter_map(|node| node.get("status")?.get("capacity")?.get(what)?.as_str());
        all.filter_map(|text| text.parse::<Quantity>().ok()).sum()
    };
    let label = |key: &str| nodes.iter().find_map(|node| label(node, key)).unwrap_or_default().to_owned();
    let some = |text: String| if nodes.is_empty() { String::new() } else { text };
    Metadata {
        platform: label("kubernetes.io/os"),
        provider: nodes.iter().find_map(provider).unwrap_or_default(),
        region: label("topology.kubernetes.io/region"),
        node_count: nodes.len(),
        cpu_capacity: some(capacity("cpu").to_string()),
        memory_capacity: some(capacity("memory").to_binary()),
        ..Metadata::default()
    }
}

fn provider(node: &Value) -> Option<String> {
    if let Some((_, provider)) = PROVIDER_LABELS.iter().find(|(key, _)| label(node, key).is_some()) {
        return Some((*provider).to_owned());
    }
    let scheme = node.get("spec")?.get("providerID")?.as_str()?.split_once("://")?.0;
    Some(scheme.to_owned()).filter(|scheme| !scheme.is_empty())
}

fn label<'a>(node: &'a Value, key: &str) -> Option<&'a str> {
    node.get("metadata")?.get("labels")?.get(key)?.as_str()
}

fn names(objects: &[Value]) -> Vec<String> {
    objects
        .iter()
        .filter_map(|object| Some(object.get("metadata")?.get("name")?.as_str()?.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn node(labels: &Value, provider_id: &str) -> Value {
        json!({
            "metadata": {"labels": labels},
            "spec": {"providerID": provider_id},
            "status": {"capacity": {"cpu": "4", "memory": "16Gi"}},
        })
    }

    #[test]
    fn capacities_are_summed() {
        let labels = json!({"kubernetes.io/os": "linux", "topology.kubernetes.io/region": "eu-west-1"});
        let node = node(&labels, "aws:///eu-west-1a/i-1");
        let found = of_nodes(&[node.clone(), node]);
        assert_eq!((found.cpu_capacity.as_str(), found.memory_capacity.as_str()), ("8", "32Gi"));
        assert_eq!((found.platform.as_str(), found.region.as_str()), ("linux", "eu-west-1"));
        assert_eq!((found.provider.as_str(), found.node_count), ("aws", 2));
    }

    #[test]
    fn the_provider_is_in_the_id_or_in_labels() {
        for (labels, id, provider) in [
            (json!({}), "kind://docker/kind/kind-control-plane", "kind"),
            (json!({}), "k3s://node", "k3s"),
            (json!({"minikube.k8s.io/name": "minikube"}), "", "minikube"),
            (json!({"eks.amazonaws.com/nodegroup": "a"}), "", "aws"),
            (json!({}), "", ""),
        ] {
            assert_eq!(of_nodes(&[node(&labels, id)]).provider, provider);
        }
    }

    #[test]
    fn a_cluster_whose_nodes_may_not_be_read_has_no_capacity() {
        assert_eq!(of_nodes(&[]), Metadata::default());
    }
}
