//! What is asked of another host, and what it answered.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Error;

/// A request, with the limits it must keep.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) plain_http: bool,
    pub(super) redirects: u8,
    pub(super) max_bytes: usize,
    pub(super) timeout: Duration,
}

impl Request {
    /// A GET that follows up to five redirects.
    pub fn get(url: impl Into<String>) -> Self {
        Self { redirects: 5, ..Self::new(Method::GET, url.into()) }
    }

    /// A POST that follows no redirect: what it carries is meant for one host.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url.into())
    }

    fn new(method: Method, url: String) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            plain_http: false,
            redirects: 0,
            max_bytes: 1024 * 1024,
            timeout: Duration::from_secs(15),
        }
    }

    /// Lets the request go over plain http; without it only https is called.
    #[must_use]
    pub fn plain_http(mut self, allowed: bool) -> Self {
        self.plain_http = allowed;
        self
    }

    /// The longest body of an answer that is read, in bytes (1 MiB unless told).
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// How long all of it may take, redirects included (15 s unless told).
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Asks for JSON.
    #[must_use]
    pub fn accept_json(self) -> Self {
        self.header(ACCEPT, HeaderValue::from_static("application/json"))
    }

    /// Sends `secret` as `Authorization: <scheme> <secret>`.
    pub fn authorization(self, scheme: &str, secret: &SecretString) -> Result<Self, Error> {
        let mut value = HeaderValue::try_from(format!("{scheme} {}", secret.expose_secret()))
            .map_err(|_| Error::Header { name: AUTHORIZATION })?;
        value.set_sensitive(true);
        Ok(self.header(AUTHORIZATION, value))
    }

    /// Sends `fields` as a form.
    #[must_use]
    pub fn form<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body = form.into();
        self.header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
    }

    /// Sends `value` as JSON.
    pub fn json(mut self, value: &impl Serialize) -> Result<Self, Error> {
        self.body = serde_json::to_vec(value).map_err(|error| Error::Body(error.to_string()))?.into();
        Ok(self.header(CONTENT_TYPE, HeaderValue::from_static("application/json")))
    }
}

/// An answer whose body was read whole.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status, whatever it is: an HTTP error is an answer.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, no longer than the request allowed.
    pub body: Bytes,
}

impl Response {
    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| Error::Body(error.to_string()))
    }
}
