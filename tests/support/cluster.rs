//! An API server that is played: it has the objects a test gives it, and shows them to whoever comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orchcli::live::resource::ResourceKind;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::{TestServer, User};

/// A cluster of which every list is empty until it is told otherwise.
pub struct Cluster {
    server: MockServer,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    objects: Vec<(ResourceKind, Value)>,
    /// What is said about objects, as `v1` events.
    events: Vec<Value>,
    /// Kinds whose lists are refused, with the status.
    refused: HashMap<ResourceKind, u16>,
    /// Whether single objects may not be read.
    lists_only: bool,
    /// How long lists of deployments take.
    delay: Duration,
}

struct Answers(Arc<Mutex<State>>);

impl Cluster {
    pub async fn start() -> Self {
        let (server, state) = (MockServer::start().await, Arc::<Mutex<State>>::default());
        Mock::given(any()).respond_with(Answers(Arc::clone(&state))).mount(&server).await;
        Self { server, state }
    }

    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// Gives it an object, in the place of one of the same name.
    pub fn put(&self, kind: ResourceKind, namespace: &str, name: &str, rest: Value) {
        self.remove(kind, namespace, name);
        let mut object = json!({"metadata": {
            "name": name, "namespace": namespace, "resourceVersion": "1", "uid": format!("uid-of-{name}"),
            "creationTimestamp": "2026-01-01T00:00:00Z",
        }});
        merge(&mut object, rest);
        self.change(|state| state.objects.push((kind, object)));
    }

    pub fn remove(&self, kind: ResourceKind, namespace: &str, name: &str) {
        self.change(|state| {
            state.objects.retain(|(of, object)| !(*of == kind && is(object, namespace, name)));
        });
    }

    /// Says something about an object.
    pub fn tell(&self, event: Value) {
        self.change(|state| state.events.push(event));
    }

    pub fn refuse(&self, kind: ResourceKind, status: u16) {
        self.change(|state| {
            state.refused.insert(kind, status);
        });
    }

    pub fn lists_only(&self) {
        self.change(|state| state.lists_only = true);
    }

    pub fn delay_deployments(&self, delay: Duration) {
        self.change(|state| state.delay = delay);
    }

    /// How often all deployments were listed.
    pub async fn lists_of_deployments(&self) -> usize {
        let requests = self.server.received_requests().await.expect("requests are recorded");
        requests.iter().filter(|request| request.url.path() == "/apis/apps/v1/deployments").count()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().expect("no test panicked here"));
    }

    /// Lets a user connect it under a name.
    pub async fn connect(&self, server: &TestServer, user: &User, name: &str) -> Value {
        let body = json!({
            "name": name, "server": self.url(), "authType": "token",
            "credentials": {"token": "t0ken", "insecure": true},
        });
        let answer = server.post("/v1/api/clusters", user, body).await.expect(201);
        assert_eq!(answer["status"], "connected");
        answer["cluster"].clone()
    }

    /// Gives the server other credentials for it, so that it is read anew.
    pub async fn reconnect(&self, server: &TestServer, user: &User, name: &str) {
        let token = format!("token-{}", self.server.received_requests().await.map_or(0, |all| all.len()));
        let body = json!({"credentials": {"token": token}});
        server.put(&format!("/v1/api/clusters/{name}/credentials"), user, body).await.expect(200);
    }
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn is(object: &Value, namespace: &str, name: &str) -> bool {
    object["metadata"]["name"] == name && object["metadata"]["namespace"] == namespace
}

fn base(version: &str) -> String {
    if version == "v1" { "/api/v1".to_owned() } else { format!("/apis/{version}") }
}

fn plural(kind: ResourceKind) -> String {
    let name = kind.name().to_lowercase();
    match kind {
        ResourceKind::Ingress | ResourceKind::StorageClass => format!("{name}es"),
        ResourceKind::NetworkPolicy => "networkpolicies".to_owned(),
        _ => format!("{name}s"),
    }
}

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let state = self.0.lock().expect("no test panicked here");
        let path = request.url.path();
        let query: HashMap<_, _> = request.url.query_pairs().into_owned().collect();
        if path == "/version" {
            return json_of(&json!({"gitVersion": "v1.34.0"}));
        }
        if path.ends_with("/events") {
            return json_of(&json!({"metadata": {}, "items": state.events}));
        }
        let of_version: Vec<_> = ResourceKind::ALL
            .into_iter()
            .filter(|kind| base(kind.api_version()) == path)
            .map(
                |kind| json!({"name": plural(kind), "kind": kind.name(), "namespaced": kind.is_namespaced()}),
            )
            .collect();
        if !of_version.is_empty() {
            return json_of(&json!({"resources": of_version}));
        }
        ResourceKind::ALL.into_iter().find_map(|kind| state.about(kind, path, &query)).unwrap_or(not_found())
    }
}

impl State {
    /// The answer, when the path is about this kind.
    fn about(
        &self,
        kind: ResourceKind,
        path: &str,
        query: &HashMap<String, String>,
    ) -> Option<ResponseTemplate> {
        let mut rest = path.strip_prefix(&base(kind.api_version()))?.strip_prefix('/')?;
        let mut namespace = None;
        if kind.is_namespaced()
            && let Some(inside) = rest.strip_prefix("namespaces/")
        {
            let (name, inside) = inside.split_once('/')?;
            (namespace, rest) = (Some(name), inside);
        }
        let name = match rest.strip_prefix(plural(kind).as_str())? {
            "" => query.get("fieldSelector").and_then(|fields| fields.strip_prefix("metadata.name=")),
            rest => Some(rest.strip_prefix('/')?),
        };
        let mine = |object: &Value| {
            namespace.is_none_or(|namespace| object["metadata"]["namespace"] == namespace)
                && name.is_none_or(|name| object["metadata"]["name"] == name)
        };
        let objects: Vec<&Value> = self
            .objects
            .iter()
            .filter(|(of, object)| *of == kind && mine(object))
            .map(|(_, object)| object)
            .collect();
        if name.is_some() && self.lists_only {
            return Some(ResponseTemplate::new(403));
        }
        if query.contains_key("watch") {
            // It tells how everything is and ends; whoever watches comes back after a second.
            let lines =
                objects.iter().map(|object| json!({"type": "MODIFIED", "object": object}).to_string() + "\n");
            return Some(ResponseTemplate::new(200).set_body_string(lines.collect::<String>()));
        }
        if name.is_some() {
            return Some(objects.first().map_or_else(not_found, |object| json_of(object)));
        }
        if let Some(status) = self.refused.get(&kind) {
            return Some(ResponseTemplate::new(*status));
        }
        let list = json_of(&json!({"metadata": {"resourceVersion": "1"}, "items": objects}));
        Some(if kind == ResourceKind::Deployment { list.set_delay(self.delay) } else { list })
    }
}

fn json_of(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn not_found() -> ResponseTemplate {
    ResponseTemplate::new(404).set_body_json(json!({"kind": "Status", "message": "not found", "code": 404}))
}
