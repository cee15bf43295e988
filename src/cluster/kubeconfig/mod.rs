//! A kubeconfig as a user pastes it: read in memory by a model of our own, never by a loader that runs commands or
//! opens files (engine.md 7.1).

mod model;
mod refusal;

use secrecy::SecretString;
use serde_saphyr::options;

use super::invalid::Invalid;
use model::{Cluster, File, User};

/// The largest text that is read, in bytes.
const LARGEST: usize = 256 * 1024;

/// What one context of a kubeconfig says, still as text.
#[derive(Debug)]
pub struct Context {
    /// URL of the API server.
    pub server: String,
    /// Authorities that vouch for the server: base64 of PEM.
    pub ca_data: Option<String>,
    /// Whether the file asks to skip TLS verification.
    pub insecure: bool,
    /// Name the server's certificate is checked against, instead of the URL's host.
    pub tls_server_name: Option<String>,
    /// Bearer token.
    pub token: Option<SecretString>,
    /// Client certificate and its key: base64 of PEM.
    pub certificate: Option<(String, SecretString)>,
    /// Whom to act as.
    pub impersonate: Impersonate,
    /// Default namespace.
    pub namespace: Option<String>,
}

/// Whom the user of a kubeconfig acts as.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impersonate {
    /// `as`.
    pub user: Option<String>,
    /// `as-uid`.
    pub uid: Option<String>,
    /// `as-groups`.
    pub groups: Vec<String>,
    /// `as-user-extra`.
    pub extra: Vec<(String, Vec<String>)>,
}

/// Reads `text` and picks the context `named`, or the file's current one when the name is empty.
///
/// The whole file must be self-contained: a command, a path or a proxy in any entry refuses it, naming field and line.
pub fn read(text: &str, named: &str) -> Result<Context, Invalid> {
    if text.len() > LARGEST {
        return Err(wrong("the kubeconfig is larger than 256 KiB"));
    }
    let file: File = serde_saphyr::from_str_with_options(text, options! { with_snippet: false })
        .map_err(|error| wrong(describe(&error)))?;
    refusal::check(&file, text).map_err(wrong)?;

    let chosen =
        if named.trim().is_empty() { file.current_context.as_deref().unwrap_or_default() } else { named };
    if chosen.trim().is_empty() {
        return Err(Invalid::new(
            "context",
            "the kubeconfig has no current-context: name the context to use",
        ));
    }
    let context = file
        .contexts
        .iter()
        .flatten()
        .find(|entry| entry.name == chosen)
        .and_then(|entry| entry.context.as_ref())
        .ok_or_else(|| Invalid::new("context", format!("the kubeconfig has no context {chosen:?}")))?;
    let cluster = file.clusters.iter().flatten().find(|entry| Some(&entry.name) == context.cluster.as_ref());
    let Some(cluster) = cluster.and_then(|entry| entry.cluster.as_ref()) else {
        return Err(wrong(format!("the cluster of the context {chosen:?} is missing")));
    };
    let user = file.users.iter().flatten().find(|entry| Some(&entry.name) == context.user.as_ref());
    let Some(user) = user.and_then(|entry| entry.user.as_ref()) else {
        return Err(wrong(format!("the user of the context {chosen:?} is missing")));
    };
    assemble(cluster, user, present(context.namespace.as_ref()))
}

fn assemble(cluster: &Cluster, user: &User, namespace: Option<String>) -> Result<Context, Invalid> {
    let certificate =
        match (present(user.client_certificate_data.as_ref()), present(user.client_key_data.as_ref())) {
            (Some(certificate), Some(key)) => Some((certificate, SecretString::from(key))),
            (None, None) => None,
            (Some(_), None) => return Err(wrong("client-certificate-data stands without client-key-data")),
            (None, Some(_)) => return Err(wrong("client-key-data stands without client-certificate-data")),
        };
    let token = present(user.token.as_ref()).map(SecretString::from);
    if token.is_none() && certificate.is_none() {
        return Err(wrong("the user of the context has neither a token nor client-certificate-data"));
    }
    Ok(Context {
        server: present(cluster.server.as_ref())
            .ok_or_else(|| wrong("the cluster of the context has no server"))?,
        ca_data: present(cluster.certificate_authority_data.as_ref()),
        insecure: cluster.insecure_skip_tls_verify.unwrap_or(false),
        tls_server_name: present(cluster.tls_server_name.as_ref()),
        token,
        certificate,
        impersonate: Impersonate {
            user: present(user.impersonate.as_ref()),
            uid: present(user.impersonate_uid.as_ref()),
            groups: user.impersonate_groups.clone().unwrap_or_default(),
            extra: user.impersonate_extra.clone().unwrap_or_default().into_iter().collect(),
        },
        namespace,
    })
}

/// The text, unless it is blank: generators write empty fields.
fn present(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

fn wrong(reason: impl Into<String>) -> Invalid {
    Invalid::new("kubeconfig", reason)
}

/// The parser's words without the text around the place: that can hold a secret.
fn describe(error: &serde_saphyr::Error) -> String {
    match error.location() {
        Some(at) => format!("this is not a kubeconfig: see line {}, column {}", at.line(), at.column()),
        None => "this is not a kubeconfig".to_owned(),
    }
}

#[cfg(test)]
mod tests;
