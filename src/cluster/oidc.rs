//! Signing in by refresh token: discovery, grant, and an identity token that is renewed before it ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::credentials::{Key, bearer};
use super::error::Error;
use super::invalid::Invalid;
use crate::clock::{Clock, Time};
use crate::outbound::{self, Request};
use crate::redact;

/// A token is renewed when less than this is left of it.
const MARGIN: Duration = Duration::from_mins(1);
/// How long a token is used that does not say when it ends.
const UNKNOWN_LIFETIME: Duration = Duration::from_mins(5);
/// The largest answer of an identity provider that is read, in bytes.
const LARGEST: usize = 256 * 1024;
/// The scopes asked for when none are configured.
const SCOPES: [&str; 2] = ["openid", "offline_access"];

/// Told when the identity provider replaced the refresh token; the old one is dead from then on.
pub type KeepRefreshToken = Arc<dyn Fn(SecretString) -> BoxFuture<'static, ()> + Send + Sync>;

/// What is needed to sign in.
#[derive(Debug)]
pub(super) struct Login {
    issuer: Url,
    client_id: String,
    client_secret: Option<SecretString>,
    refresh_token: SecretString,
    scope: String,
}

impl Login {
    pub(super) fn new(
        issuer: &str,
        client_id: &str,
        client_secret: Option<&str>,
        refresh_token: &str,
        scopes: &[String],
    ) -> Result<Self, Invalid> {
        let wrong = |reason| Key::OidcIssuerUrl.invalid(reason);
        let issuer = Url::parse(issuer.trim()).map_err(|_| wrong("this is not a URL"))?;
        if issuer.scheme() != "https" || issuer.host_str().is_none() {
            return Err(wrong("the issuer must be an https URL"));
        }
        if !issuer.username().is_empty() || issuer.password().is_some() {
            return Err(wrong("the URL holds a user name or password"));
        }
        if issuer.query().is_some() || issuer.fragment().is_some() {
            return Err(wrong("the URL of an issuer has no query and no fragment"));
        }
        let scope = if scopes.is_empty() { SCOPES.join(" ") } else { scopes.join(" ") };
        Ok(Self {
            issuer,
            client_id: client_id.trim().to_owned(),
            client_secret: client_secret.map(|secret| secret.trim().into()),
            refresh_token: refresh_token.trim().into(),
            scope,
        })
    }
}

/// The identity token of one login, fetched when it is needed.
pub(super) struct IdentityTokens {
    login: Login,
    http: outbound::Client,
    clock: Clock,
    keep: KeepRefreshToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    provider: Option<Provider>,
    refresh_token: Option<SecretString>,
    identity: Option<(SecretString, Time)>,
}

/// The part of a discovery document that is read.
#[derive(Debug, Clone, Deserialize)]
struct Provider {
    issuer: String,
    token_endpoint: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Granted {
    id_token: Option<SecretString>,
    refresh_token: Option<SecretString>,
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl IdentityTokens {
    pub(super) fn new(login: Login, http: outbound::Client, clock: Clock, keep: KeepRefreshToken) -> Self {
        Self { login, http, clock, keep, state: Mutex::default() }
    }

    /// The identity token, renewed when it ends within a minute. Callers wait for one renewal together.
    pub(super) async fn get(&self) -> Result<SecretString, Error> {
        let mut state = self.state.lock().await;
        if let Some((token, until)) = &state.identity
            && self.clock.now() < *until
        {
            return Ok(token.clone());
        }
        let provider = match &state.provider {
            Some(provider) => provider.clone(),
            None => self.discover().await?,
        };
        let refresh_token = state.refresh_token.as_ref().unwrap_or(&self.login.refresh_token).clone();
        let granted = self.redeem(&provider, &refresh_token).await?;
        state.provider = Some(provider);
        if let Some(rotated) = granted.refresh_token
            && rotated.expose_secret() != refresh_token.expose_secret()
        {
            state.refresh_token = Some(rotated.clone());
            (self.keep)(rotated).await;
        }
        let Some(token) = granted.id_token else {
            return Err(Error::SignInRefused("it sent no id_token; the scope openid is needed".to_owned()));
        };
        let token = bearer(Key::OidcRefreshToken, token.expose_secret())
            .map_err(|_| Error::SignInRefused("its id_token is not a token".to_owned()))?;
        let now = self.clock.now();
        let ends = expiry(token.expose_secret())
            .unwrap_or_else(|| now.plus(granted.expires_in.map_or(UNKNOWN_LIFETIME, Duration::from_secs)));
        state.identity = Some((token.clone(), ends.minus(MARGIN)));
        Ok(token)
    }

    async fn discover(&self) -> Result<Provider, Error> {
        let issuer = self.login.issuer.as_str().trim_end_matches('/');
        let request = Request::get(format!("{issuer}/.well-known/openid-configuration"))
            .accept_json()
            .max_bytes(LARGEST);
        let answer = self.http.send(request).await.map_err(|error| from_outbound(&error))?;
        if !answer.status.is_success() {
            return Err(refusal(&answer));
        }
        let provider: Provider = answer.json().map_err(|error| from_outbound(&error))?;
        if provider.issuer.trim_end_matches('/') != issuer {
            return Err(Error::SignInRefused("its discovery document is that of another issuer".to_owned()));
        }
        Ok(provider)
    }

    async fn redeem(&self, provider: &Provider, refresh_token: &SecretString) -> Result<Granted, Error> {
        let Login { client_id, client_secret, scope, .. } = &self.login;
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
            ("client_id", client_id.as_str()),
            ("scope", scope.as_str()),
        ];
        let mut request = Request::post(provider.token_endpoint.as_str()).accept_json().max_bytes(LARGEST);
        if let Some(secret) = client_secret {
            if provider.takes_basic() {
                request = request
                    .authorization("Basic", &basic(client_id, secret))
                    .map_err(|error| from_outbound(&error))?;
            } else {
                form.push(("client_secret", secret.expose_secret()));
            }
        }
        let answer = self.http.send(request.form(form)).await.map_err(|error| from_outbound(&error))?;
        if !answer.status.is_success() {
            return Err(refusal(&answer));
        }
        answer.json().map_err(|error| from_outbound(&error))
    }
}

impl Provider {
    /// HTTP Basic is the default where nothing else is said (`OpenID` Connect Discovery 1.0, section 3).
    fn takes_basic(&self) -> bool {
        match &self.token_endpoint_auth_methods_supported {
            None => true,
            Some(methods) => {
                methods.iter().any(|method| method == "client_secret_basic")
                    || !methods.iter().any(|method| method == "client_secret_post")
            }
        }
    }
}

impl fmt::Debug for IdentityTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityTokens").field("login", &self.login).finish_non_exhaustive()
    }
}

/// Client id and secret, each form-encoded before they are joined (RFC 6749, 2.3.1).
fn basic(client_id: &str, secret: &SecretString) -> SecretString {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret.expose_secret()))).into()
}

/// When a JWT ends. Its signature is the API server's business.
fn expiry(token: &str) -> Option<Time> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    Some(Time::from_millis(claims.exp.saturating_mul(1000)))
}

fn refusal(answer: &outbound::Response) -> Error {
    let told = match answer.json::<Denied>() {
        Ok(denied) if denied.error_description.is_empty() => denied.error,
        Ok(denied) => format!("{}: {}", denied.error, denied.error_description),
        Err(_) => format!("HTTP {}", answer.status),
    };
    let told = redact::cut(&redact::text(&told), 300);
    if answer.status.is_server_error() { Error::SignInUnreachable(told) } else { Error::SignInRefused(told) }
}

fn from_outbound(error: &outbound::Error) -> Error {
    let told = redact::text(&error.to_string());
    match error {
        outbound::Error::Timeout { .. } | outbound::Error::Unreachable { .. } => {
            Error::SignInUnreachable(told)
        }
        outbound::Error::Url(_)
        | outbound::Error::UserInfo { .. }
        | outbound::Error::PlainHttp { .. }
        | outbound::Error::Refused(_)
        | outbound::Error::TooManyRedirects { .. }
        | outbound::Error::Header { .. }
        | outbound::Error::Tls { .. }
        | outbound::Error::TooLarge { .. }
        | outbound::Error::Body(_)
        | outbound::Error::CaFile(_)
        | outbound::Error::Start(_) => Error::SignInRefused(told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_must_be_https() {
        for wrong in ["http://id.example", "id.example", "https://u:p@id.example", "https://id.example?x=1"] {
            assert_eq!(Login::new(wrong, "c", None, "r", &[]).unwrap_err().key, "oidcIssuerUrl", "{wrong}");
        }
    }

    #[test]
    fn scopes_are_the_usual_ones_unless_told() {
        let scope = |scopes: &[String]| Login::new("https://id", "c", None, "r", scopes).unwrap().scope;
        assert_eq!(scope(&[]), "openid offline_access");
        assert_eq!(scope(&["openid".into(), "groups".into()]), "openid groups");
    }

    #[test]
    fn the_end_of_a_token_is_in_its_claims() {
        let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(r#"{"exp":1700000000}"#));
        assert_eq!(expiry(&token), Some(Time::from_millis(1_700_000_000_000)));
        assert_eq!(expiry("opaque"), None);
    }

    #[test]
    fn a_client_secret_is_encoded_before_it_is_joined() {
        let header = basic("a:b", &"s%".into());
        assert_eq!(STANDARD.decode(header.expose_secret()).unwrap(), b"a%3Ab:s%25");
    }
}
