//! The client: one pool of connections, one guard in front of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Method;
use tokio::time::Instant;
use url::Url;

use super::error::Error;
use super::guard::{Guard, Reach};
use super::redirect;
use super::request::{Request, Response};
use crate::settings::Allowed;

/// How long a connection may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What an administrator configured.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `OUTBOUND_ALLOW`: what may be called although it is not public.
    pub allow: Vec<Allowed>,
    /// `OUTBOUND_CA_FILE`: PEM file of authorities trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// The guarded HTTP client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    guard: Guard,
}

impl Client {
    /// Makes the client; reads the CA file once.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let guard = Guard::new(Reach::Public, settings.allow.as_slice());
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("orchcli/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(guard.clone()));
        if let Some(path) = &settings.ca_file {
            builder = builder.tls_certs_merge(authorities(path)?);
        }
        let http = builder.build().map_err(|error| Error::Start(super::error::innermost(&error)))?;
        Ok(Self { http, guard })
    }

    /// Sends a request and reads the whole answer, following redirects as far as the request allows. Every hop is
    /// checked as the first one was.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let seconds = request.timeout.as_secs();
        let deadline = Instant::now() + request.timeout;
        let Request { mut method, url, mut headers, mut body, plain_http, redirects, max_bytes, .. } =
            request;
        let mut url = Url::parse(&url).map_err(|_| Error::Url(crate::redact::text(&url)))?;
        let mut left = redirects;
        loop {
            let host = self.check(&url, plain_http)?;
            let transport = |error: reqwest::Error| Error::from_transport(&error, &host, seconds);
            let response = self
                .http
                .request(method.clone(), url.clone())
                .headers(headers.clone())
                .body(body.clone())
                .timeout(deadline.saturating_duration_since(Instant::now()))
                .send()
                .await
                .map_err(transport)?;

            let (status, answer) = (response.status(), response.headers().clone());
            let hop = redirect::next(&url, &method, status, &answer).filter(|_| redirects > 0);
            let Some(hop) = hop else {
                let body = read(response, &host, max_bytes, seconds).await?;
                return Ok(Response { status, headers: answer, body });
            };
            left = left.checked_sub(1).ok_or(Error::TooManyRedirects { host })?;
            if !hop.same_origin {
                redirect::leave_origin(&mut headers);
            }
            if hop.method == Method::GET && method != Method::GET {
                redirect::drop_body(&mut headers);
                body = Bytes::new();
            }
            (url, method) = (hop.url, hop.method);
        }
    }

    /// The host of a URL that may be called, as far as can be told before it is resolved.
    fn check(&self, url: &Url, plain_http: bool) -> Result<String, Error> {
        let host = match url.host_str() {
            Some(host) if matches!(url.scheme(), "http" | "https") => host.to_owned(),
            _ => return Err(Error::Url(crate::redact::text(url.as_str()))),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::UserInfo { host });
        }
        if url.scheme() == "http" && !plain_http {
            return Err(Error::PlainHttp { host });
        }
        self.guard.check_literal(&host)?;
        Ok(host)
    }
}

async fn read(
    mut response: reqwest::Response,
    host: &str,
    limit: usize,
    seconds: u64,
) -> Result<Bytes, Error> {
    let too_large = || Error::TooLarge { host: host.to_owned(), limit };
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |l| l > limit)) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| Error::from_transport(&error, host, seconds))?
    {
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The certificates in a PEM file.
pub(super) fn authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, Error> {
    let told = |reason: String| Error::CaFile(format!("{}: {reason}", path.display()));
    let pem = std::fs::read(path).map_err(|error| told(error.to_string()))?;
    let certificates =
        reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| told(super::error::innermost(&error)))?;
    if certificates.is_empty() {
        return Err(told("no certificate in it".to_owned()));
    }
    Ok(certificates)
}
