//! The client of one cluster: sends requests, reads answers, knows what the cluster serves.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kube::client::Body;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use super::discovery::Cache;
use super::error::Error;
use crate::outbound;

/// How long a request may take, its answer read (engine.md 7.1).
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The largest answer that is read, in bytes: a page of 500 large objects fits.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;
/// The largest answer that is read when it is an error, in bytes.
const LARGEST_REFUSAL: usize = 64 * 1024;

/// A client of one cluster. Cheap to clone; clones share connections, rate limit and discovery.
#[derive(Clone)]
pub struct Client {
    kube: kube::Client,
    shared: Arc<Shared>,
}

struct Shared {
    host: String,
    namespace: String,
    discovered: Cache,
}

impl Client {
    pub(super) fn new(kube: kube::Client, host: String, namespace: String) -> Self {
        Self { kube, shared: Arc::new(Shared { host, namespace, discovered: Cache::default() }) }
    }

    /// The Git version of the API server, such as `v1.34.4`.
    pub async fn version(&self) -> Result<String, Error> {
        let answer: Value = self.read("/version").await?;
        match answer.get("gitVersion").and_then(Value::as_str) {
            Some(version) => Ok(version.to_owned()),
            None => Err(self.unexpected("the version is missing")),
        }
    }

    /// The namespace to use where none is given.
    pub fn default_namespace(&self) -> &str {
        &self.shared.namespace
    }

    /// The underlying client, for logs, exec and other subresources. It shares the rate limit and the credentials.
    pub fn kube(&self) -> kube::Client {
        self.kube.clone()
    }

    pub(super) fn discovered(&self) -> &Cache {
        &self.shared.discovered
    }

    /// GETs `path` and reads JSON.
    pub(super) async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.call(self.request(Method::GET, path, None)?).await
    }

    /// A request; `body` is its content type and content.
    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
    ) -> Result<Request<Body>, Error> {
        let mut request = Request::builder().method(method).uri(path).header("accept", "application/json");
        if let Some((content_type, _)) = body {
            request = request.header("content-type", content_type);
        }
        let body = body.map_or_else(Body::empty, |(_, content)| Body::from(content));
        request.body(body).map_err(|error| self.unexpected(&error.to_string()))
    }

    /// Sends a request and reads the whole answer as JSON, within the time limit.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request<Body>) -> Result<T, Error> {
        let body = timeout(REQUEST_TIMEOUT, async {
            let response = self.send(request).await?;
            self.collect(response.into_body(), LARGEST_ANSWER).await
        });
        let body = body.await.map_err(|_| self.timed_out())??;
        serde_json::from_slice(&body).map_err(|error| self.unexpected(&error.to_string()))
    }

    /// Sends a request; an answer that is an error becomes one here.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Error> {
        let response = self.kube.send(request).await.map_err(|error| self.transport(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        // The status says enough when the words that go with it cannot be read.
        let body = self.collect(response.into_body(), LARGEST_REFUSAL).await.unwrap_or_default();
        Err(Error::from_answer(status, &body))
    }

    async fn collect(&self, body: Body, limit: usize) -> Result<Bytes, Error> {
        match Limited::new(body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
                Err(self.unexpected("the answer is too large"))
            }
            Err(error) => Err(Error::from_transport(error.as_ref(), &self.shared.host)),
        }
    }

    pub(super) fn transport(&self, error: &kube::Error) -> Error {
        Error::from_transport(error, &self.shared.host)
    }

    /// The error of a request that a caller gave up on.
    pub fn timed_out(&self) -> Error {
        Error::Timeout { host: self.shared.host.clone() }
    }

    pub(super) fn unexpected(&self, reason: &str) -> Error {
        Error::Unexpected { host: self.shared.host.clone(), reason: reason.to_owned() }
    }

    pub(super) fn broken(&self, error: &(dyn std::error::Error + 'static)) -> Error {
        Error::Unreachable { host: self.shared.host.clone(), reason: outbound::innermost(error) }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("host", &self.shared.host).finish_non_exhaustive()
    }
}
