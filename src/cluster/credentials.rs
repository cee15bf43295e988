//! What a user gives to connect a cluster: five ways, each with its own keys (engine.md 7.1).

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

/// How the server authenticates to the Kubernetes API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthType {
    /// A kubeconfig, of which one context is used.
    Kubeconfig,
    /// A bearer token.
    Token,
    /// A client certificate.
    Certificate,
    /// The bearer token of a service account.
    ServiceAccount,
    /// An identity token that is fetched with a refresh token.
    Oidc,
}

impl AuthType {
    /// The keys that must be there.
    pub fn required(self) -> &'static [Key] {
        match self {
            Self::Kubeconfig => &[Key::Kubeconfig],
            Self::Token | Self::ServiceAccount => &[Key::Token],
            Self::Certificate => &[Key::ClientCertData, Key::ClientKeyData],
            Self::Oidc => &[Key::OidcIssuerUrl, Key::OidcClientId, Key::OidcRefreshToken],
        }
    }

    /// The keys that may be there. All others belong to another type: they are ignored and not stored.
    pub fn optional(self) -> &'static [Key] {
        match self {
            Self::Kubeconfig => &[],
            Self::Token | Self::ServiceAccount | Self::Certificate => &[Key::CaData],
            Self::Oidc => &[Key::OidcClientSecret, Key::CaData],
        }
    }

    fn reads(self, key: Key) -> bool {
        self.required().contains(&key) || self.optional().contains(&key)
    }
}

/// A value that is kept sealed. Serialised, it is the field's name in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The text of a kubeconfig.
    Kubeconfig,
    /// A bearer token.
    Token,
    /// A client certificate: PEM or base64 of PEM.
    ClientCertData,
    /// The key of the client certificate.
    ClientKeyData,
    /// The authorities that vouch for the API server.
    CaData,
    /// Where the identity provider's discovery document is.
    OidcIssuerUrl,
    /// The client the refresh token was given to.
    OidcClientId,
    /// The client's password, when it has one.
    OidcClientSecret,
    /// The refresh token.
    OidcRefreshToken,
}

impl Key {
    /// What the key is called on the wire.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Kubeconfig => "kubeconfig",
            Self::Token => "token",
            Self::ClientCertData => "clientCertData",
            Self::ClientKeyData => "clientKeyData",
            Self::CaData => "caData",
            Self::OidcIssuerUrl => "oidcIssuerUrl",
            Self::OidcClientId => "oidcClientId",
            Self::OidcClientSecret => "oidcClientSecret",
            Self::OidcRefreshToken => "oidcRefreshToken",
        }
    }

    /// What the key is called in the store; binds the sealed value to its place.
    pub fn stored_name(self) -> &'static str {
        match self {
            Self::Kubeconfig => "kubeconfig",
            Self::Token => "token",
            Self::ClientCertData => "client_cert_data",
            Self::ClientKeyData => "client_key_data",
            Self::CaData => "ca_data",
            Self::OidcIssuerUrl => "oidc_issuer_url",
            Self::OidcClientId => "oidc_client_id",
            Self::OidcClientSecret => "oidc_client_secret",
            Self::OidcRefreshToken => "oidc_refresh_token",
        }
    }

    /// The longest value, in characters.
    fn longest(self) -> usize {
        match self {
            Self::Kubeconfig | Self::CaData => 262_144,
            Self::Token => 16_384,
            Self::ClientCertData | Self::ClientKeyData => 65_536,
            Self::OidcIssuerUrl | Self::OidcClientSecret => 2048,
            Self::OidcClientId => 512,
            Self::OidcRefreshToken => 8192,
        }
    }

    pub(super) fn invalid(self, reason: impl Into<String>) -> Invalid {
        Invalid::new(self.wire_name(), reason)
    }
}

/// The credentials of one cluster, unsealed. Debug shows no value.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// The secret values; an absent one is not in the map.
    pub secrets: BTreeMap<Key, SecretString>,
    /// Scopes asked for at the identity provider; none: `openid offline_access`.
    pub oidc_scopes: Vec<String>,
    /// Default namespace; empty: the context's, else `default`.
    pub namespace: String,
    /// Context of the kubeconfig; empty: its current one.
    pub context: String,
    /// Skip TLS verification.
    pub insecure: bool,
}

impl Credentials {
    /// A value, when it is there and not blank.
    pub fn get(&self, key: Key) -> Option<&str> {
        self.secrets.get(&key).map(ExposeSecret::expose_secret).filter(|value| !value.trim().is_empty())
    }

    /// Drops what does not belong to `auth_type`, and what is blank.
    pub fn retain(&mut self, auth_type: AuthType) {
        self.secrets.retain(|key, value| auth_type.reads(*key) && !value.expose_secret().trim().is_empty());
        match auth_type {
            AuthType::Oidc => self.context.clear(),
            AuthType::Kubeconfig => self.oidc_scopes.clear(),
            AuthType::Token | AuthType::Certificate | AuthType::ServiceAccount => {
                self.context.clear();
                self.oidc_scopes.clear();
            }
        }
    }

    /// Checks what can be checked without reading a value's content: presence and length.
    pub fn check(&self, auth_type: AuthType) -> Result<(), Invalid> {
        for key in auth_type.required() {
            if self.get(*key).is_none() {
                return Err(key.invalid("this is required for the auth type"));
            }
        }
        for (key, value) in &self.secrets {
            if value.expose_secret().chars().count() > key.longest() {
                return Err(key.invalid(format!("this is longer than {} characters", key.longest())));
            }
        }
        if self.oidc_scopes.len() > 16 || self.oidc_scopes.iter().any(|scope| !is_scope(scope)) {
            return Err(Invalid::new("oidcScopes", "at most 16 scopes of 1 to 128 printable characters"));
        }
        self.check_namespace()?;
        if self.context.chars().count() > 253 {
            return Err(Invalid::new("context", "this is longer than 253 characters"));
        }
        Ok(())
    }

    /// Checks the namespace alone: it needs no secret.
    pub fn check_namespace(&self) -> Result<(), Invalid> {
        if self.namespace.is_empty() || is_label(&self.namespace) {
            return Ok(());
        }
        Err(Invalid::new("namespace", "a namespace is 1 to 63 lower-case letters, digits and inner dashes"))
    }
}

/// A scope token of RFC 6749.
fn is_scope(scope: &str) -> bool {
    (1..=128).contains(&scope.len()) && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
}

/// A DNS-1123 label.
fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.len() <= 63 && !text.starts_with('-') && !text.ends_with('-') && text.bytes().all(inner)
}

/// A bearer token without the white space and line breaks that copying adds.
pub(super) fn bearer(key: Key, text: &str) -> Result<SecretString, Invalid> {
    let token: String = text.trim().chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    if token.is_empty() {
        return Err(key.invalid("the token is empty"));
    }
    if !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(key.invalid("the token holds characters that no token has"));
    }
    Ok(token.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(secrets: &[(Key, &str)]) -> Credentials {
        let secrets = secrets.iter().map(|(key, value)| (*key, SecretString::from(*value))).collect();
        Credentials { secrets, ..Credentials::default() }
    }

    #[test]
    fn every_required_key_is_asked_for_by_its_wire_name() {
        for auth_type in [
            AuthType::Kubeconfig,
            AuthType::Token,
            AuthType::Certificate,
            AuthType::ServiceAccount,
            AuthType::Oidc,
        ] {
            for missing in auth_type.required() {
                let given: Vec<_> = auth_type
                    .required()
                    .iter()
                    .filter(|key| *key != missing)
                    .map(|key| (*key, "x"))
                    .collect();
                assert_eq!(with(&given).check(auth_type).unwrap_err().key, missing.wire_name());
                let blank: Vec<_> = given.into_iter().chain([(*missing, " \n")]).collect();
                assert_eq!(with(&blank).check(auth_type).unwrap_err().key, missing.wire_name());
            }
        }
    }

    #[test]
    fn keys_of_another_type_are_dropped() {
        let mut credentials = with(&[(Key::Token, "t"), (Key::Kubeconfig, "k"), (Key::CaData, "")]);
        credentials.context = "prod".into();
        credentials.oidc_scopes = vec!["groups".into()];
        credentials.retain(AuthType::Token);
        assert_eq!(credentials.secrets.keys().collect::<Vec<_>>(), [&Key::Token]);
        assert_eq!((credentials.context.as_str(), credentials.oidc_scopes.len()), ("", 0));
    }

    #[test]
    fn limits_come_before_reading() {
        let long = "x".repeat(262_145);
        let error = with(&[(Key::Kubeconfig, &long)]).check(AuthType::Kubeconfig).unwrap_err();
        assert_eq!(error.to_string(), "kubeconfig: this is longer than 262144 characters");
    }

    #[test]
    fn a_pasted_token_loses_its_line_breaks() {
        assert_eq!(bearer(Key::Token, "\n abc\r\ndef \n").unwrap().expose_secret(), "abcdef");
        for wrong in ["", "a b", "a\u{7f}b", "töken"] {
            assert_eq!(bearer(Key::Token, wrong).unwrap_err().key, "token");
        }
    }

    #[test]
    fn stored_names_are_the_serialised_ones() {
        for key in
            [Key::Kubeconfig, Key::ClientCertData, Key::CaData, Key::OidcIssuerUrl, Key::OidcRefreshToken]
        {
            assert_eq!(serde_json::to_value(key).unwrap(), key.stored_name());
        }
    }
}
