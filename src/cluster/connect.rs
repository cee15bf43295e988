//! An endpoint becomes a client, in memory.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Request, Uri};
use hyper_rustls::{FixedServerNameResolver, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt};
use rustls::pki_types::ServerName;
use rustls::sign::SingleCertAndKey;
use secrecy::{ExposeSecret, SecretString};
use tower::filter::{AsyncFilterLayer, AsyncPredicate};
use tower::{BoxError, ServiceBuilder};

use super::client::Client;
use super::endpoint::{Bearer, Endpoint};
use super::error::Error;
use super::invalid::Invalid;
use super::oidc::{IdentityTokens, KeepRefreshToken};
use crate::clock::Clock;
use crate::outbound;

/// How long a connection may take, TLS included (engine.md 7.1).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a silent connection is probed: a watch has no time limit of its own.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// Requests a second, and how many may come at once (engine.md 7.1).
const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// What a client needs beside its endpoint; only signing in by refresh token uses it.
#[derive(Clone)]
pub struct Doors {
    /// For the identity provider.
    pub outbound: outbound::Client,
    /// For the end of identity tokens.
    pub clock: Clock,
    /// Told when the identity provider replaced the refresh token.
    pub keep_refresh_token: KeepRefreshToken,
}

/// Makes a client; nothing is sent yet. Must be called inside a Tokio runtime.
pub fn connect(endpoint: Endpoint, doors: &Doors) -> Result<Client, Error> {
    let host = endpoint.server.host().to_owned();
    let config = config(&endpoint)?;
    let mut tls = config.rustls_client_config().map_err(|error| unusable(&error))?;
    if let Some(certificate) = &endpoint.certificate {
        tls.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(Arc::clone(&certificate.0)));
    }

    let mut http = HttpConnector::new_with_resolver(super::guard());
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(CONNECT_TIMEOUT));
    http.set_keepalive(Some(KEEPALIVE));
    http.set_keepalive_interval(Some(KEEPALIVE));
    let mut https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
    if let Some(name) = endpoint.tls_server_name {
        let name = ServerName::try_from(name)
            .map_err(|_| Invalid::new("kubeconfig", "tls-server-name is not a host name"))?;
        https = https.with_server_name_resolver(FixedServerNameResolver::new(name));
    }
    let mut connector = TimeoutConnector::new(https.enable_http1().wrap_connector(http));
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));

    let bearer = match endpoint.bearer {
        Bearer::None => None,
        Bearer::Token(token) => Some(Token::Fixed(token)),
        Bearer::Oidc(login) => Some(Token::Renewed(Arc::new(IdentityTokens::new(
            login,
            doors.outbound.clone(),
            doors.clock.clone(),
            Arc::clone(&doors.keep_refresh_token),
        )))),
    };
    let admission =
        Admission { limiter: Arc::new(RateLimiter::direct(Quota::per_second(REQUESTS_PER_SECOND))), bearer };
    let service = ServiceBuilder::new()
        .layer(AsyncFilterLayer::new(admission))
        .map_err(BoxError::from)
        .layer(config.base_uri_layer())
        .layer(config.extra_headers_layer().map_err(|error| unusable(&error))?)
        .service(hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector));
    Ok(Client::new(kube::Client::new(service, endpoint.namespace.clone()), host, endpoint.namespace))
}

/// The part of kube's configuration that is used: URL, trust, headers. Never its loaders.
fn config(endpoint: &Endpoint) -> Result<kube::Config, Error> {
    let uri: Uri =
        endpoint.server.as_str().parse().map_err(|_| Invalid::new("server", "this is not a URL"))?;
    let mut config = kube::Config::new(uri);
    config.root_cert = endpoint.authorities.as_ref().map(super::pem::Authorities::to_der);
    config.accept_invalid_certs = endpoint.insecure;
    config.auth_info.impersonate.clone_from(&endpoint.impersonate.user);
    config.auth_info.impersonate_uid.clone_from(&endpoint.impersonate.uid);
    config.auth_info.impersonate_groups = Some(endpoint.impersonate.groups.clone());
    config.auth_info.impersonate_user_extra = Some(endpoint.impersonate.extra.iter().cloned().collect());
    if endpoint.server.host().contains("ngrok") {
        config
            .headers
            .push((HeaderName::from_static("ngrok-skip-browser-warning"), HeaderValue::from_static("true")));
    }
    Ok(config)
}

fn unusable(error: &kube::Error) -> Error {
    Invalid::new("credentials", crate::redact::text(&outbound::innermost(error))).into()
}

/// Lets a request pass when its turn has come, and signs it.
#[derive(Clone)]
struct Admission {
    limiter: Arc<DefaultDirectRateLimiter>,
    bearer: Option<Token>,
}

#[derive(Clone)]
enum Token {
    Fixed(SecretString),
    Renewed(Arc<IdentityTokens>),
}

impl AsyncPredicate<Request<Body>> for Admission {
    type Future = BoxFuture<'static, Result<Request<Body>, BoxError>>;
    type Request = Request<Body>;

    fn check(&mut self, mut request: Request<Body>) -> Self::Future {
        let Self { limiter, bearer } = self.clone();
        Box::pin(async move {
            limiter.until_ready().await;
            let token = match bearer {
                None => return Ok(request),
                Some(Token::Fixed(token)) => token,
                Some(Token::Renewed(tokens)) => tokens.get().await?,
            };
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
            Ok(request)
        })
    }
}
