//! `secret` (engine.md 1.11).

use super::pod::declared_names;
use crate::graph::fields::{Fields, choices};
use crate::graph::syntax;

choices! {
    SecretType {
        Opaque = "Opaque",
        Tls = "kubernetes.io/tls",
        DockerConfigJson = "kubernetes.io/dockerconfigjson",
        DockerConfig = "kubernetes.io/dockercfg",
        BasicAuth = "kubernetes.io/basic-auth",
        SshAuth = "kubernetes.io/ssh-auth",
        ServiceAccountToken = "kubernetes.io/service-account-token",
        BootstrapToken = "bootstrap.kubernetes.io/token",
    }
}

#[derive(Debug)]
pub(crate) struct Secret {
    pub(crate) kind: SecretType,
    /// Declared key names; values come with a run.
    pub(crate) keys: Vec<String>,
    /// Where workloads mount it.
    pub(crate) mount_path: Option<String>,
}

impl Secret {
    pub(super) fn decode(fields: &Fields) -> Self {
        let rule = "is no legal key; use at most 253 letters, digits, '-', '_' and '.'";
        Self {
            kind: fields.choice("secretType").unwrap_or(SecretType::Opaque),
            keys: declared_names(fields, "keys", syntax::is_data_key, rule),
            mount_path: fields.mount_path("mountPath").map(str::to_owned),
        }
    }
}

impl SecretType {
    /// Keys the API insists on.
    pub(crate) fn required_keys(self) -> &'static [&'static str] {
        match self {
            Self::Tls => &["tls.crt", "tls.key"],
            Self::DockerConfigJson => &[".dockerconfigjson"],
            Self::DockerConfig => &[".dockercfg"],
            Self::SshAuth => &["ssh-privatekey"],
            Self::Opaque | Self::BasicAuth | Self::ServiceAccountToken | Self::BootstrapToken => &[],
        }
    }
}
