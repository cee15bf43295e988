//! Comparing the records of a cluster with the cluster (engine.md 6.2, 6.3).

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::records::Sighting;
use super::{Link, Records, ResourceKind, Seen, Sight, Viewer};
use crate::cluster::{self, Client, Resource, Selector};
use crate::id::{UserId, WorkflowId};
use crate::live::read::text;
use crate::store::{self, Collection, Document, Filter};

/// The type of Secrets that hold tokens of service accounts; they are not kept.
const SERVICE_ACCOUNT_TOKEN: &str = "kubernetes.io/service-account-token";

/// Whose workflow it is, and what it is called.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {
    #[serde(rename = "_id")]
    id: WorkflowId,
    name: String,
    owner_id: UserId,
}

impl Document for Named {
    type Id = WorkflowId;

    const COLLECTION: Collection = Collection { name: "workflows", indexes: &[] };

    fn id(&self) -> WorkflowId {
        self.id
    }
}

impl Records {
    /// Lists a cluster kind by kind and brings the records of everybody who sees it up to date. A kind that cannot be
    /// listed keeps its records; so does a namespace. Gives what was seen of the objects that nodes stand for.
    pub async fn sync(&self, client: &Client, viewers: &[Viewer]) -> Result<Seen, store::Error> {
        let mut namespaces = None;
        let mut seen = Seen::new(self.now());
        for kind in ResourceKind::ALL {
            let sighting = match look(client, kind, &mut namespaces, &mut seen).await {
                Ok(sighting) => sighting,
                Err(error) if nothing_can_be_listed(&error) => {
                    tracing::debug!(%error, "a cluster cannot be asked and keeps its records");
                    break;
                }
                Err(error) => {
                    tracing::debug!(kind = kind.name(), %error, "a kind could not be listed and keeps its records");
                    continue;
                }
            };
            let workflows = self.workflows(&sighting.objects).await?;
            for viewer in viewers {
                let own = workflows.iter().filter(|workflow| workflow.owner_id == viewer.user);
                let links = own.map(|workflow| {
                    (workflow.id, Link { workflow: workflow.id, name: workflow.name.clone() })
                });
                self.seen(viewer, sighting.clone(), &links.collect()).await?;
            }
            seen.listed(kind, sighting.namespaces);
        }
        Ok(seen)
    }

    /// The workflows that objects are labelled with.
    async fn workflows(&self, objects: &[Sight]) -> Result<Vec<Named>, store::Error> {
        let ids: HashSet<WorkflowId> = objects.iter().filter_map(Sight::workflow).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let labelled = Filter::one_of("_id", ids).and(Filter::missing("deleted_at"));
        self.store().find::<Named>(labelled).await
    }
}

/// Whether every other list would fail as well.
fn nothing_can_be_listed(error: &cluster::Error) -> bool {
    match error {
        cluster::Error::Unusable(_)
        | cluster::Error::Refused(_)
        | cluster::Error::Unreachable { .. }
        | cluster::Error::Tls { .. }
        | cluster::Error::SignInRefused(_)
        | cluster::Error::SignInUnreachable(_)
        | cluster::Error::Unauthorized(_) => true,
        cluster::Error::Timeout { .. }
        | cluster::Error::Forbidden(_)
        | cluster::Error::NotFound(_)
        | cluster::Error::Conflict(_)
        | cluster::Error::Gone(_)
        | cluster::Error::Invalid { .. }
        | cluster::Error::Busy(_)
        | cluster::Error::Status { .. }
        | cluster::Error::Unexpected { .. }
        | cluster::Error::UnknownKind { .. } => false,
    }
}

/// All objects of a kind: of the whole cluster, or, where that is not allowed, of each namespace that allows it.
async fn look(
    client: &Client,
    kind: ResourceKind,
    namespaces: &mut Option<Vec<String>>,
    seen: &mut Seen,
) -> Result<Sighting, cluster::Error> {
    let resource = client.resource(kind.api_version(), kind.name()).await?;
    match list(client, &resource, kind, None, seen).await {
        Ok(objects) => Ok(Sighting { kind, namespaces: None, objects }),
        Err(refused @ cluster::Error::Forbidden(_)) if kind.is_namespaced() => {
            let namespaces = match namespaces {
                Some(known) => known,
                None => namespaces.insert(known_namespaces(client).await),
            };
            let mut listed = HashMap::new();
            for namespace in namespaces.iter() {
                if let Ok(objects) = list(client, &resource, kind, Some(namespace), seen).await {
                    listed.insert(namespace.clone(), objects);
                }
            }
            if listed.is_empty() {
                return Err(refused);
            }
            let (places, objects): (HashSet<_>, Vec<_>) = listed.into_iter().unzip();
            Ok(Sighting { kind, namespaces: Some(places), objects: objects.concat() })
        }
        Err(error) => Err(error),
    }
}

async fn list(
    client: &Client,
    resource: &Resource,
    kind: ResourceKind,
    namespace: Option<&str>,
    seen: &mut Seen,
) -> Result<Vec<Sight>, cluster::Error> {
    let keep = |object: Value| {
        seen.look(kind, &object);
        let token = kind == ResourceKind::Secret && text(&object, "/type") == SERVICE_ACCOUNT_TOKEN;
        (!token).then(|| Sight::of(kind, &object))
    };
    client.list_as(resource, namespace, &Selector::default(), keep).await
}

/// The namespaces of the cluster, or the one of the credentials when they cannot be listed.
async fn known_namespaces(client: &Client) -> Vec<String> {
    let namespaces = Resource::known("v1", "Namespace", "namespaces", false);
    let name = |namespace: Value| Some(text(&namespace, "/metadata/name").to_owned());
    let listed = client.list_as(&namespaces, None, &Selector::default(), name).await;
    listed.unwrap_or_else(|_| vec![client.default_namespace().to_owned()])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use futures::FutureExt;
    use serde_json::json;
    use wiremock::matchers::{method, path, query_param};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::super::records::tests::{Bench, bench};
    use super::*;
    use crate::clock::Clock;
    use crate::cluster::{AuthType, Credentials, Doors, Endpoint, Key};
    use crate::outbound;

    /// A cluster of which every list is empty unless it is said otherwise.
    async fn api() -> (MockServer, Client) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = MockServer::start().await;
        for (version, kinds) in kinds() {
            let resources: Vec<Value> = kinds
                .iter()
                .map(|kind| json!({"name": plural(*kind), "kind": kind.name(), "namespaced": kind.is_namespaced()}))
                .collect();
            let base = base(version);
            answers(&server, &base, 200, json!({"resources": resources})).await;
        }
        let credentials = Credentials {
            secrets: BTreeMap::from([(Key::Token, "token".to_owned().into())]),
            insecure: true,
            ..Credentials::default()
        };
        let endpoint = Endpoint::resolve(AuthType::Token, &server.uri(), &credentials).unwrap();
        let doors = Doors {
            outbound: outbound::Client::new(&outbound::Settings { allow: Vec::new(), ca_file: None })
                .unwrap(),
            clock: Clock::system(),
            keep_refresh_token: Arc::new(|_| std::future::ready(()).boxed()),
        };
        (server, cluster::connect(endpoint, &doors).unwrap())
    }

    fn kinds() -> BTreeMap<&'static str, Vec<ResourceKind>> {
        let mut kinds: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for kind in ResourceKind::ALL {
            kinds.entry(kind.api_version()).or_default().push(kind);
        }
        kinds
    }

    fn base(version: &str) -> String {
        if version == "v1" { "/api/v1".to_owned() } else { format!("/apis/{version}") }
    }

    fn plural(kind: ResourceKind) -> String {
        match kind {
            ResourceKind::Ingress => "ingresses".to_owned(),
            ResourceKind::NetworkPolicy => "networkpolicies".to_owned(),
            ResourceKind::StorageClass => "storageclasses".to_owned(),
            kind => format!("{}s", kind.name().to_lowercase()),
        }
    }

    async fn answers(server: &MockServer, at: &str, status: u16, body: Value) {
        let answer = ResponseTemplate::new(status).set_body_json(body);
        Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
    }

    fn named(name: &str, namespace: &str) -> Value {
        json!({"metadata": {"name": name, "namespace": namespace, "resourceVersion": "1"}})
    }

    impl Bench {
        async fn live_records(&self) -> Vec<String> {
            let listing = super::super::Listing { limit: 100, ..Default::default() };
            let page = self.records.list(self.viewer.user, &listing).await.unwrap();
            let mut names: Vec<String> = page
                .resources
                .into_iter()
                .map(|record| format!("{} {}", record.sight.kind.name(), record.sight.name))
                .collect();
            names.sort();
            names
        }
    }

    #[tokio::test]
    async fn every_page_is_read_and_tokens_of_service_accounts_are_left_out() {
        let ((server, client), bench) = (api().await, bench());
        let second = json!({"items": [named("api", "shop")]});
        Mock::given(path("/apis/apps/v1/deployments"))
            .and(query_param("continue", "page-2"))
            .respond_with(ResponseTemplate::new(200).set_body_json(second))
            .mount(&server)
            .await;
        let first = json!({"metadata": {"continue": "page-2"}, "items": [named("web", "shop")]});
        answers(&server, "/apis/apps/v1/deployments", 200, first).await;
        let mut token = named("token", "shop");
        token["type"] = SERVICE_ACCOUNT_TOKEN.into();
        answers(&server, "/api/v1/secrets", 200, json!({"items": [token, named("db", "shop")]})).await;

        bench.records.sync(&client, std::slice::from_ref(&bench.viewer)).await.unwrap();
        assert_eq!(bench.live_records().await, ["Deployment api", "Deployment web", "Secret db"]);
    }

    #[tokio::test]
    async fn a_kind_that_cannot_be_listed_keeps_its_records() {
        let ((server, client), bench) = (api().await, bench());
        bench.sees_one(ResourceKind::Pod, &named("web-1", "shop")).await;
        bench.sees_one(ResourceKind::Service, &named("web", "shop")).await;
        answers(&server, "/api/v1/pods", 500, json!({})).await;
        answers(&server, "/api/v1/services", 200, json!({"items": []})).await;

        bench.records.sync(&client, std::slice::from_ref(&bench.viewer)).await.unwrap();
        assert_eq!(bench.live_records().await, ["Pod web-1"]);
    }

    #[tokio::test]
    async fn where_the_whole_cluster_is_closed_each_open_namespace_is_listed() {
        let ((server, client), bench) = (api().await, bench());
        bench.sees_one(ResourceKind::Pod, &named("old", "open")).await;
        bench.sees_one(ResourceKind::Pod, &named("hidden", "closed")).await;
        answers(&server, "/api/v1/pods", 403, json!({})).await;
        let namespaces = json!({"items": [named("open", ""), named("closed", "")]});
        answers(&server, "/api/v1/namespaces", 200, namespaces).await;
        answers(&server, "/api/v1/namespaces/open/pods", 200, json!({"items": [named("new", "open")]})).await;
        answers(&server, "/api/v1/namespaces/closed/pods", 403, json!({})).await;

        bench.records.sync(&client, std::slice::from_ref(&bench.viewer)).await.unwrap();
        let pods: Vec<String> =
            bench.live_records().await.into_iter().filter(|record| record.starts_with("Pod")).collect();
        assert_eq!(pods, ["Pod hidden", "Pod new"]);
    }

    #[tokio::test]
    async fn who_is_limited_to_namespaces_has_records_of_those_alone() {
        let ((server, client), mut bench) = (api().await, bench());
        bench.viewer.namespaces = vec!["shop".to_owned()];
        let pods = json!({"items": [named("web-1", "shop"), named("etcd", "kube-system")]});
        answers(&server, "/api/v1/pods", 200, pods).await;
        answers(&server, "/api/v1/nodes", 200, json!({"items": [named("node-a", "")]})).await;
        let namespaces = json!({"items": [named("shop", ""), named("kube-system", "")]});
        answers(&server, "/api/v1/namespaces", 200, namespaces).await;

        bench.records.sync(&client, std::slice::from_ref(&bench.viewer)).await.unwrap();
        assert_eq!(bench.live_records().await, ["Namespace shop", "Pod web-1"]);
    }
}
