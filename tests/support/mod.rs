//! The harness: a real server on a port of its own, and a client that checks every answer it sees.
#![allow(dead_code, reason = "each test binary uses its part of the harness")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a broken harness fails the test"
)]
#![allow(missing_docs, clippy::must_use_candidate, clippy::missing_errors_doc)]

pub mod cluster;
pub mod contract;
pub mod stream;

use std::time::Duration;

use orchcli::clock::{Clock, Time};
use orchcli::id::{UserId, WorkflowId};
use orchcli::settings::{self, Fresh, Machine, Settings, Sources};
use orchcli::store::{Collection, Document, Filter, Patch, Store};
use orchcli::workflow::{Status, Workflow};
use orchcli::{identity, server};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What test servers sign tokens with.
pub const JWT_SECRET: &str = "a secret that signs the tokens of tests";

/// A server that lives as long as this value.
pub struct TestServer {
    pub url: String,
    pub data: TempDir,
    http: reqwest::Client,
    shutdown: CancellationToken,
    settings: watch::Sender<Settings>,
    running: Option<JoinHandle<Result<(), server::Error>>>,
}

/// A signed-in user.
#[derive(Debug, Clone)]
pub struct User {
    pub token: String,
    pub id: String,
    pub email: String,
}

/// What the server answered; already held against `openapi.yaml`.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub json: Value,
    pub text: String,
}

impl Answer {
    /// The JSON body of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json
    }

    /// Asserts a failure by status and stable code, and hands out its words.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.json["code"], code, "{}", self.text);
        self.json["error"].as_str().expect("an error has words").to_owned()
    }
}

impl TestServer {
    /// A fresh server without rate limits.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// A fresh server with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_in(TempDir::new().expect("temporary folder"), change).await
    }

    /// A server on an existing data folder.
    pub async fn start_in(data: TempDir, change: impl FnOnce(&mut Settings)) -> Self {
        // Whoever comes first installs it; both install the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut settings = test_settings(&data);
        change(&mut settings);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        let shutdown = CancellationToken::new();
        let (ready, answers) = oneshot::channel();
        let (reload, reloads) = watch::channel(settings.clone());
        let options =
            server::Options { settings, listener, console: None, shutdown: shutdown.clone(), ready, reloads };
        let running = tokio::spawn(server::run(options));
        answers.await.expect("the server starts");
        let http = reqwest::Client::builder().timeout(Duration::from_mins(1)).build().expect("client");
        Self { url, data, http, shutdown, settings: reload, running: Some(running) }
    }

    /// Lets the running server take over changed settings.
    pub fn reload(&self, change: impl FnOnce(&mut Settings)) {
        self.settings.send_modify(change);
    }

    /// Stops the server and hands out its data folder.
    pub async fn stop(mut self) -> TempDir {
        if let Some(running) = self.running.take() {
            self.shutdown.cancel();
            running.await.expect("no panic").expect("a clean end");
        }
        std::mem::replace(&mut self.data, TempDir::new().expect("temporary folder"))
    }

    /// The same server, started again without rate limits after `change` was made to its store.
    pub async fn after(self, collections: &[Collection], change: impl AsyncFnOnce(&Store)) -> Self {
        self.after_with(collections, change, |_| ()).await
    }

    /// The same, with changed settings.
    pub async fn after_with(
        self,
        collections: &[Collection],
        change: impl AsyncFnOnce(&Store),
        settings: impl FnOnce(&mut Settings),
    ) -> Self {
        let data = self.stop().await;
        let store = Store::open(data.path(), Clock::system(), collections).expect("the store");
        change(&store).await;
        store.close().await.expect("closed");
        Self::start_in(data, settings).await
    }

    /// The same server, with `documents` in its store.
    pub async fn holding<D: Document>(self, documents: &[D]) -> Self {
        self.after(&[D::COLLECTION], async |store| {
            for document in documents {
                store.insert(document).await.expect("inserted");
            }
        })
        .await
    }

    /// The same server, with an account that was changed.
    pub async fn with_account(self, user: &User, patch: Patch) -> Self {
        let id: UserId = user.id.parse().expect("an id");
        self.after(identity::COLLECTIONS, async |store| {
            let changed = store.patch::<identity::User>(id, Filter::all(), patch).await;
            assert!(changed.expect("patched"), "there is no such account");
        })
        .await
    }

    /// One request; the answer is checked against `openapi.yaml` before anybody looks at it.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }

    /// A request of any shape, for headers and bodies [`TestServer::call`] would not send.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Sends it, and checks the answer.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().expect("request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        // A stream has no end to wait for.
        let stream = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let text = if stream { String::new() } else { response.text().await.expect("a text") };
        assert!(headers.contains_key("x-request-id"), "{method} {path}: no X-Request-Id");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{method} {path}");
        let kind = headers.get("content-type").map_or("", |kind| kind.to_str().expect("text"));
        let json = if kind.starts_with("application/json") {
            serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{method} {path}: {fault}: {text}"))
        } else {
            Value::Null
        };
        contract::check(&method, &path, status.as_u16(), &json);
        Answer { status, headers, json, text }
    }

    pub async fn get(&self, path: &str, user: &User) -> Answer {
        self.call(Method::GET, path, Some(&user.token), None).await
    }

    pub async fn post(&self, path: &str, user: &User, body: Value) -> Answer {
        self.call(Method::POST, path, Some(&user.token), Some(&body)).await
    }

    pub async fn put(&self, path: &str, user: &User, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(&user.token), Some(&body)).await
    }

    pub async fn delete(&self, path: &str, user: &User) -> Answer {
        self.call(Method::DELETE, path, Some(&user.token), None).await
    }

    /// Registers a user; the first becomes admin, later ones are invited by `admin`.
    pub async fn sign_up(&self, email: &str, invited_by: Option<&User>) -> User {
        let mut body = json!({"email": email, "password": "correct horse", "name": "Test User"});
        if let Some(admin) = invited_by {
            body["inviteCode"] =
                self.get("/v1/api/settings/invite-code", admin).await.expect(200)["inviteCode"].clone();
        }
        let session = self.call(Method::POST, "/v1/api/auth/register", None, Some(&body)).await.expect(201);
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        User { token: text(&session["token"]), id: text(&session["user"]["id"]), email: email.to_owned() }
    }

    /// The first user of a fresh server.
    pub async fn admin(&self) -> User {
        self.sign_up("admin@example.com", None).await
    }
}

/// A published workflow of `owner`, as the store keeps it.
pub fn workflow(owner: &User, nodes: &Value) -> Workflow {
    Workflow {
        id: WorkflowId::new(),
        name: "shop".to_owned(),
        description: String::new(),
        cluster_id: "dev".to_owned(),
        status: Status::Published,
        tags: Vec::new(),
        current_version: 1,
        owner_id: owner.id.parse().expect("an id"),
        team_id: String::new(),
        created_at: Time::from_millis(0),
        updated_at: Time::from_millis(0),
        last_run_at: None,
        run_count: 0,
        success_count: 0,
        failure_count: 0,
        nodes: serde_json::from_value(nodes.clone()).expect("nodes"),
        edges: Vec::new(),
        active_run: None,
        deleted_at: None,
    }
}

/// The settings of a server that nothing slows down.
fn test_settings(data: &TempDir) -> Settings {
    let environment = [
        ("KUBEORCH_DATA_DIR", data.path().to_str().expect("UTF-8")),
        ("KUBEORCH_RATE_LIMIT_RPS", "0"),
        ("KUBEORCH_RATE_LIMIT_USER_RPS", "0"),
        ("KUBEORCH_AUTH_RATE_LIMIT_PER_MINUTE", "0"),
    ];
    let sources = Sources {
        flags: Vec::new(),
        environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        file: None,
        machine: Machine::default(),
        fresh: Fresh {
            jwt_secret: JWT_SECRET.into(),
            encryption_key: "a secret that seals the credentials of tests".into(),
        },
    };
    settings::load(&sources).expect("settings").settings
}

/// Looks again and again until there is something to see.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let seen = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_mins(2), seen).await;
    seen.unwrap_or_else(|_| panic!("{what} did not come about"))
}
