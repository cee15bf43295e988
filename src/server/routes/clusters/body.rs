//! What clients send about a cluster.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::cluster::{AuthType, Credentials, Key};
use crate::connection::{AddCluster, CredentialsChange, UpdateCluster};

/// `ClusterAddRequest`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Add {
    name: String,
    display_name: Option<String>,
    description: Option<String>,
    server: Option<String>,
    auth_type: AuthType,
    credentials: CredentialsBody,
    single_node: Option<bool>,
    labels: Option<BTreeMap<String, String>>,
}

/// `ClusterUpdateRequest`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Update {
    display_name: Option<String>,
    description: Option<String>,
    server: Option<String>,
    auth_type: Option<AuthType>,
    credentials: Option<CredentialsBody>,
    single_node: Option<bool>,
    insecure: Option<bool>,
    labels: Option<BTreeMap<String, String>>,
}

/// The body of a replacement of credentials.
#[derive(Deserialize)]
pub(super) struct Replace {
    pub credentials: CredentialsBody,
}

/// `ClusterCredentials`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CredentialsBody {
    kubeconfig: Secret,
    token: Secret,
    client_cert_data: Secret,
    client_key_data: Secret,
    ca_data: Secret,
    oidc_issuer_url: Secret,
    oidc_client_id: Secret,
    oidc_client_secret: Secret,
    oidc_refresh_token: Secret,
    oidc_scopes: Option<Vec<String>>,
    namespace: Option<String>,
    context: Option<String>,
    insecure: Option<bool>,
}

/// A text, or nothing. A value of another type is refused without being repeated.
#[derive(Default)]
struct Secret(Option<SecretString>);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::Null => Ok(Self(None)),
            Value::String(text) => Ok(Self(Some(text.into()))),
            _ => Err(serde::de::Error::custom("this must be text")),
        }
    }
}

impl From<CredentialsBody> for CredentialsChange {
    fn from(body: CredentialsBody) -> Self {
        let secrets = [
            (Key::Kubeconfig, body.kubeconfig),
            (Key::Token, body.token),
            (Key::ClientCertData, body.client_cert_data),
            (Key::ClientKeyData, body.client_key_data),
            (Key::CaData, body.ca_data),
            (Key::OidcIssuerUrl, body.oidc_issuer_url),
            (Key::OidcClientId, body.oidc_client_id),
            (Key::OidcClientSecret, body.oidc_client_secret),
            (Key::OidcRefreshToken, body.oidc_refresh_token),
        ];
        Self {
            secrets: secrets.into_iter().filter_map(|(key, Secret(value))| Some((key, value?))).collect(),
            oidc_scopes: body.oidc_scopes,
            namespace: body.namespace.map(trimmed),
            context: body.context,
            insecure: body.insecure,
        }
    }
}

impl From<Add> for AddCluster {
    fn from(body: Add) -> Self {
        let given = CredentialsChange::from(body.credentials);
        Self {
            name: body.name,
            display_name: body.display_name.unwrap_or_default(),
            description: body.description.unwrap_or_default(),
            server: body.server.unwrap_or_default(),
            auth_type: body.auth_type,
            credentials: Credentials {
                secrets: given.secrets,
                oidc_scopes: given.oidc_scopes.unwrap_or_default(),
                namespace: given.namespace.unwrap_or_default(),
                context: given.context.unwrap_or_default(),
                insecure: given.insecure.unwrap_or(false),
            },
            single_node: body.single_node.unwrap_or(false),
            labels: body.labels.unwrap_or_default(),
        }
    }
}

impl From<Update> for UpdateCluster {
    fn from(body: Update) -> Self {
        Self {
            display_name: body.display_name,
            description: body.description,
            server: body.server,
            auth_type: body.auth_type,
            credentials: body.credentials.map(Into::into),
            single_node: body.single_node,
            insecure: body.insecure,
            labels: body.labels,
        }
    }
}

fn trimmed(text: String) -> String {
    if text.trim().len() == text.len() { text } else { text.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_another_type_is_not_repeated() {
        let Err(error) = serde_json::from_str::<CredentialsBody>(r#"{"token": 123456}"#) else {
            panic!("taken")
        };
        assert!(!error.to_string().contains("123456"), "{error}");
    }

    #[test]
    fn null_is_absent() {
        let body: CredentialsBody =
            serde_json::from_str(r#"{"token": null, "insecure": null, "extra": 1}"#).unwrap();
        let change = CredentialsChange::from(body);
        assert!(change.secrets.is_empty() && change.insecure.is_none());
    }
}
