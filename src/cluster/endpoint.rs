//! Where credentials lead: one API server, how to trust it, and who to be there.

use secrecy::SecretString;

use super::credentials::{AuthType, Credentials, Key, bearer};
use super::invalid::Invalid;
use super::kubeconfig::{self, Impersonate};
use super::oidc::Login;
use super::pem::{Authorities, ClientCertificate};
use super::server_url::ServerUrl;

/// Everything a connection needs, checked as far as it can be without one.
#[derive(Debug)]
pub struct Endpoint {
    /// The API server.
    pub server: ServerUrl,
    /// Whether TLS is not verified: asked for, or said so by a kubeconfig.
    pub insecure: bool,
    /// Default namespace.
    pub namespace: String,
    /// The namespace of a kubeconfig's context, which stands when none was given.
    pub namespace_by_file: Option<String>,
    pub(super) authorities: Option<Authorities>,
    pub(super) certificate: Option<ClientCertificate>,
    pub(super) bearer: Bearer,
    pub(super) impersonate: Impersonate,
    pub(super) tls_server_name: Option<String>,
}

/// What is sent as `Authorization: Bearer`.
#[derive(Debug)]
pub(super) enum Bearer {
    /// Nothing: the client certificate speaks.
    None,
    /// The same token each time.
    Token(SecretString),
    /// The identity token of an identity provider.
    Oidc(Login),
}

impl Endpoint {
    /// Reads `credentials`; `server` is not used for a kubeconfig, which names its own.
    pub fn resolve(auth_type: AuthType, server: &str, credentials: &Credentials) -> Result<Self, Invalid> {
        credentials.check(auth_type)?;
        let given = |key: Key| credentials.get(key).ok_or_else(|| key.invalid("this is required"));
        match auth_type {
            AuthType::Token | AuthType::ServiceAccount => {
                let token = bearer(Key::Token, given(Key::Token)?)?;
                Self::direct(server, credentials, Bearer::Token(token), None)
            }
            AuthType::Certificate => {
                let certificate = ClientCertificate::parse(
                    (Key::ClientCertData.wire_name(), given(Key::ClientCertData)?),
                    (Key::ClientKeyData.wire_name(), given(Key::ClientKeyData)?),
                )?;
                Self::direct(server, credentials, Bearer::None, Some(certificate))
            }
            AuthType::Oidc => {
                let login = Login::new(
                    given(Key::OidcIssuerUrl)?,
                    given(Key::OidcClientId)?,
                    credentials.get(Key::OidcClientSecret),
                    given(Key::OidcRefreshToken)?,
                    &credentials.oidc_scopes,
                )?;
                Self::direct(server, credentials, Bearer::Oidc(login), None)
            }
            AuthType::Kubeconfig => Self::from_kubeconfig(given(Key::Kubeconfig)?, credentials),
        }
    }

    fn direct(
        server: &str,
        credentials: &Credentials,
        bearer: Bearer,
        certificate: Option<ClientCertificate>,
    ) -> Result<Self, Invalid> {
        let insecure = credentials.insecure;
        Ok(Self {
            server: ServerUrl::parse(server, insecure)?,
            insecure,
            namespace: or_default(&credentials.namespace),
            namespace_by_file: None,
            authorities: authorities(insecure, Key::CaData.wire_name(), credentials.get(Key::CaData))?,
            certificate,
            bearer,
            impersonate: Impersonate::default(),
            tls_server_name: None,
        })
    }

    fn from_kubeconfig(text: &str, credentials: &Credentials) -> Result<Self, Invalid> {
        let context = kubeconfig::read(text, &credentials.context)?;
        let insecure = credentials.insecure || context.insecure;
        let token = context.token.as_ref().map(|token| {
            bearer(Key::Kubeconfig, secrecy::ExposeSecret::expose_secret(token)).map(Bearer::Token)
        });
        let certificate = context.certificate.as_ref().map(|(certificate, key)| {
            ClientCertificate::parse(
                ("kubeconfig client-certificate-data", certificate),
                ("kubeconfig client-key-data", secrecy::ExposeSecret::expose_secret(key)),
            )
        });
        let namespace = match &context.namespace {
            Some(namespace) if credentials.namespace.is_empty() => namespace,
            _ => &credentials.namespace,
        };
        Ok(Self {
            server: ServerUrl::parse(&context.server, insecure)?,
            insecure,
            namespace: or_default(namespace),
            namespace_by_file: context.namespace,
            authorities: authorities(
                insecure,
                "kubeconfig certificate-authority-data",
                context.ca_data.as_deref(),
            )?,
            certificate: certificate.transpose()?,
            bearer: token.transpose()?.unwrap_or(Bearer::None),
            impersonate: context.impersonate,
            tls_server_name: context.tls_server_name,
        })
    }
}

fn authorities(insecure: bool, key: &str, text: Option<&str>) -> Result<Option<Authorities>, Invalid> {
    match text {
        Some(text) if !insecure => Authorities::parse(key, text).map(Some),
        _ => Ok(None),
    }
}

fn or_default(namespace: &str) -> String {
    if namespace.is_empty() { "default".to_owned() } else { namespace.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::fixture;

    fn token(ca: &str) -> Credentials {
        Credentials {
            secrets: [(Key::Token, "t0ken".into()), (Key::CaData, ca.into())].into(),
            ..Credentials::default()
        }
    }

    #[test]
    fn an_authority_that_is_no_certificate_is_refused() {
        let error = Endpoint::resolve(AuthType::Token, "https://k", &token("words")).unwrap_err();
        assert_eq!(error.key, "caData");
        assert!(Endpoint::resolve(AuthType::Token, "https://k", &token(&fixture::cert())).is_ok());
    }

    #[test]
    fn insecure_ignores_the_authority() {
        let credentials = Credentials { insecure: true, ..token("words") };
        let endpoint = Endpoint::resolve(AuthType::Token, "http://k", &credentials).unwrap();
        assert!(endpoint.insecure && endpoint.authorities.is_none());
    }

    #[test]
    fn a_kubeconfig_brings_its_own_server_and_namespace() {
        let text = "{current-context: c, clusters: [{name: k, cluster: {server: 'http://k:8080', \
            insecure-skip-tls-verify: true}}], users: [{name: u, user: {token: t}}], \
            contexts: [{name: c, context: {cluster: k, user: u, namespace: team}}]}";
        let credentials =
            Credentials { secrets: [(Key::Kubeconfig, text.into())].into(), ..Credentials::default() };
        let endpoint = Endpoint::resolve(AuthType::Kubeconfig, "https://ignored", &credentials).unwrap();
        assert_eq!((endpoint.server.as_str(), endpoint.namespace.as_str()), ("http://k:8080", "team"));
        assert!(endpoint.insecure);
    }

    #[test]
    fn debug_shows_no_secret() {
        let endpoint = Endpoint::resolve(AuthType::Token, "https://k", &token("")).unwrap();
        assert!(!format!("{endpoint:?} {:?}", token("")).contains("t0ken"));
    }
}
