//! The part of a kubeconfig that is read; what is not here is ignored.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::Spanned;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct File {
    pub current_context: Option<String>,
    pub clusters: Option<Vec<NamedCluster>>,
    pub users: Option<Vec<NamedUser>>,
    pub contexts: Option<Vec<NamedContext>>,
}

#[derive(Deserialize)]
pub(super) struct NamedCluster {
    pub name: String,
    pub cluster: Option<Cluster>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cluster {
    pub server: Option<String>,
    pub certificate_authority_data: Option<String>,
    pub certificate_authority: Refused<String>,
    pub insecure_skip_tls_verify: Option<bool>,
    pub tls_server_name: Option<String>,
    pub proxy_url: Refused<String>,
}

#[derive(Deserialize)]
pub(super) struct NamedUser {
    pub name: String,
    pub user: Option<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct User {
    pub token: Option<String>,
    #[serde(rename = "tokenFile")]
    pub token_file: Refused<String>,
    pub client_certificate_data: Option<String>,
    pub client_certificate: Refused<String>,
    pub client_key_data: Option<String>,
    pub client_key: Refused<String>,
    pub exec: Refused<IgnoredAny>,
    pub auth_provider: Refused<IgnoredAny>,
    #[serde(rename = "as")]
    pub impersonate: Option<String>,
    #[serde(rename = "as-uid")]
    pub impersonate_uid: Option<String>,
    #[serde(rename = "as-groups")]
    pub impersonate_groups: Option<Vec<String>>,
    #[serde(rename = "as-user-extra")]
    pub impersonate_extra: Option<BTreeMap<String, Vec<String>>>,
}

/// A field that refuses the file when it is there, with the place where it stands.
pub(super) type Refused<T> = Option<Spanned<T>>;

#[derive(Deserialize)]
pub(super) struct NamedContext {
    pub name: String,
    pub context: Option<ContextEntry>,
}

#[derive(Deserialize)]
pub(super) struct ContextEntry {
    pub cluster: Option<String>,
    pub user: Option<String>,
    pub namespace: Option<String>,
}
