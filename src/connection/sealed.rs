//! Credentials at rest: every secret sealed by itself, bound to its cluster and its field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::null_as_default;
use crate::cluster::{Credentials, Key};
use crate::id::ClusterId;
use crate::store::seal::{Context, Error, Sealed, Sealer};

/// The stored credentials of a cluster. Debug shows no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SealedCredentials {
    /// Default namespace.
    pub namespace: String,
    /// Context of the kubeconfig.
    pub context: String,
    /// Skip TLS verification, as the user asked for it.
    pub insecure: bool,
    /// Whether the kubeconfig asks to skip it.
    pub insecure_by_file: bool,
    /// The namespace of the kubeconfig's context.
    pub namespace_by_file: String,
    /// Scopes for the identity provider, each sealed.
    #[serde(deserialize_with = "null_as_default")]
    pub oidc_scopes: Vec<Sealed>,
    /// The secrets, each sealed.
    #[serde(flatten)]
    secrets: BTreeMap<Key, Sealed>,
}

impl SealedCredentials {
    /// Seals `credentials` for the cluster `id`.
    pub fn seal(credentials: &Credentials, id: ClusterId, sealer: &Sealer) -> Result<Self, Error> {
        let seal =
            |(key, secret): (&Key, _)| Ok((*key, sealer.seal(secret, Context::new(id, key.stored_name()))?));
        let scope = |(index, scope): (usize, &String)| {
            sealer.seal(&scope.as_str().into(), Context::new(id, &scope_name(index)))
        };
        Ok(Self {
            namespace: credentials.namespace.clone(),
            context: credentials.context.clone(),
            insecure: credentials.insecure,
            insecure_by_file: false,
            namespace_by_file: String::new(),
            oidc_scopes: credentials.oidc_scopes.iter().enumerate().map(scope).collect::<Result<_, _>>()?,
            secrets: credentials.secrets.iter().map(seal).collect::<Result<_, Error>>()?,
        })
    }

    /// Opens them for as long as a connection is built.
    pub fn open(&self, id: ClusterId, sealer: &Sealer) -> Result<Credentials, Error> {
        let open =
            |(key, sealed): (&Key, _)| Ok((*key, sealer.open(sealed, Context::new(id, key.stored_name()))?));
        let scope = |(index, sealed)| {
            let scope = sealer.open(sealed, Context::new(id, &scope_name(index)))?;
            Ok(secrecy::ExposeSecret::expose_secret(&scope).to_owned())
        };
        Ok(Credentials {
            secrets: self.secrets.iter().map(open).collect::<Result<_, Error>>()?,
            oidc_scopes: self.oidc_scopes.iter().enumerate().map(scope).collect::<Result<_, Error>>()?,
            ..self.without_secrets()
        })
    }

    /// What is not sealed.
    pub(super) fn without_secrets(&self) -> Credentials {
        Credentials {
            namespace: self.namespace.clone(),
            context: self.context.clone(),
            insecure: self.insecure,
            ..Credentials::default()
        }
    }

    /// The same with the secrets of `other`.
    #[must_use]
    pub(super) fn with_secrets_of(self, other: Self) -> Self {
        Self { secrets: other.secrets, ..self }
    }

    /// One sealed secret.
    pub(super) fn get(&self, key: Key) -> Option<&Sealed> {
        self.secrets.get(&key)
    }

    /// Whether TLS is not verified, whoever asked for it.
    pub fn is_insecure(&self) -> bool {
        self.insecure || self.insecure_by_file
    }

    /// The namespace used where none is given.
    pub fn default_namespace(&self) -> &str {
        [self.namespace.as_str(), &self.namespace_by_file]
            .into_iter()
            .find(|namespace| !namespace.is_empty())
            .unwrap_or("default")
    }
}

fn scope_name(index: usize) -> String {
    format!("oidc_scopes[{index}]")
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn sealed_credentials_open_for_their_cluster_only() {
        let guard = Sealer::new(&"key".into(), &[]).unwrap();
        let credentials = Credentials {
            secrets: [(Key::Token, "t0ken".into())].into(),
            oidc_scopes: vec!["openid".into()],
            namespace: "team".into(),
            ..Credentials::default()
        };
        let id = ClusterId::new();
        let sealed = SealedCredentials::seal(&credentials, id, &guard).unwrap();
        let stored = serde_json::to_string(&sealed).unwrap();
        assert!(!stored.contains("t0ken") && !stored.contains("openid") && stored.contains("team"));

        let read: SealedCredentials = serde_json::from_str(&stored).unwrap();
        let opened = read.open(id, &guard).unwrap();
        assert_eq!(opened.secrets[&Key::Token].expose_secret(), "t0ken");
        assert_eq!((opened.oidc_scopes, opened.namespace), (vec!["openid".to_owned()], "team".to_owned()));
        assert!(read.open(ClusterId::new(), &guard).is_err());
    }
}
