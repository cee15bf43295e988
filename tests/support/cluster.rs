//! An API server that is played: it has the objects a test gives it, and shows them to whoever comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State as Shared};
use axum::http::Uri;
use axum::response::{IntoResponse, Json, Response};
use futures::{StreamExt, stream};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use orchcli::live::resource::ResourceKind;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::{TestServer, User};

/// A cluster of which every list is empty until it is told otherwise. Dropping it ends its connections.
pub struct Cluster {
    url: String,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    objects: Vec<(ResourceKind, Value)>,
    /// What is said about objects, as `v1` events.
    events: Vec<Value>,
    /// Kinds whose lists are refused, and how.
    refused: HashMap<ResourceKind, StatusCode>,
    /// Whether single objects may not be read.
    lists_only: bool,
    /// Whether watches stay open and tell nothing.
    silent: bool,
    /// How long lists of deployments take.
    delay: Duration,
    /// How often all deployments were listed.
    lists: usize,
    /// How often it was given other credentials.
    reconnects: usize,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Cluster {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::<Mutex<State>>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let service = TowerToHyperService::new(router.clone());
                connections.spawn(async move {
                    // Whoever hangs up is not missed.
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(socket), service)
                        .await;
                });
            }
        });
        Self { url, state, serving }
    }

    pub fn url(&self) -> String {
        self.url.clone()
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

    pub fn refuse(&self, kind: ResourceKind, status: StatusCode) {
        self.change(|state| {
            state.refused.insert(kind, status);
        });
    }

    pub fn lists_only(&self) {
        self.change(|state| state.lists_only = true);
    }

    pub fn silence_watches(&self) {
        self.change(|state| state.silent = true);
    }

    pub fn delay_deployments(&self, delay: Duration) {
        self.change(|state| state.delay = delay);
    }

    /// How often all deployments were listed.
    pub fn lists_of_deployments(&self) -> usize {
        self.change(|state| state.lists)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().expect("no test panicked here"))
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
        let count = self.change(|state| {
            state.reconnects += 1;
            state.reconnects
        });
        let body = json!({"credentials": {"token": format!("token-{count}")}});
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

/// What is answered, after how long.
async fn answer(
    Shared(state): Shared<Arc<Mutex<State>>>,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let (response, delay) = {
        let mut state = state.lock().expect("no test panicked here");
        let delay = match uri.path() {
            "/apis/apps/v1/deployments" => {
                state.lists += 1;
                state.delay
            }
            _ => Duration::ZERO,
        };
        (state.answer(uri.path(), &query), delay)
    };
    tokio::time::sleep(delay).await;
    response
}

impl State {
    fn answer(&self, path: &str, query: &HashMap<String, String>) -> Response {
        if path == "/version" {
            return Json(json!({"gitVersion": "v1.34.0"})).into_response();
        }
        if path.ends_with("/events") {
            return Json(json!({"metadata": {}, "items": self.events})).into_response();
        }
        let of_version: Vec<_> = ResourceKind::ALL
            .into_iter()
            .filter(|kind| base(kind.api_version()) == path)
            .map(
                |kind| json!({"name": plural(kind), "kind": kind.name(), "namespaced": kind.is_namespaced()}),
            )
            .collect();
        if !of_version.is_empty() {
            return Json(json!({"resources": of_version})).into_response();
        }
        ResourceKind::ALL.into_iter().find_map(|kind| self.about(kind, path, query)).unwrap_or_else(not_found)
    }

    /// The answer, when the path is about this kind.
    fn about(&self, kind: ResourceKind, path: &str, query: &HashMap<String, String>) -> Option<Response> {
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
            return Some(StatusCode::FORBIDDEN.into_response());
        }
        if query.contains_key("watch") {
            return Some(self.watch(&objects));
        }
        if name.is_some() {
            return Some(objects.first().map_or_else(not_found, |object| Json(object).into_response()));
        }
        if let Some(status) = self.refused.get(&kind) {
            return Some(status.into_response());
        }
        Some(Json(json!({"metadata": {"resourceVersion": "1"}, "items": objects})).into_response())
    }

    /// It tells how everything is and ends, so that whoever watches comes back after a second; or it says nothing and
    /// never ends.
    fn watch(&self, objects: &[&Value]) -> Response {
        let line = |object: &&Value| json!({"type": "MODIFIED", "object": object}).to_string() + "\n";
        if self.silent {
            let nothing = stream::iter([Ok::<_, std::io::Error>(Bytes::from("\n"))]).chain(stream::pending());
            return Body::from_stream(nothing).into_response();
        }
        objects.iter().map(line).collect::<String>().into_response()
    }
}

fn not_found() -> Response {
    let status = json!({"kind": "Status", "message": "not found", "code": 404});
    (StatusCode::NOT_FOUND, Json(status)).into_response()
}
