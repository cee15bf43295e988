//! What goes wrong with Git hosts, told apart (cli.md 2.3, 6.4, 6.5).

use std::io;
use std::time::Duration;

use crate::redact;

/// Why Git did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing that was tried was let in.
    #[error("{host} lets nobody in with what was tried: {}", offered(.tried))]
    Auth {
        /// The host.
        host: String,
        /// What was offered, without the secrets.
        tried: Vec<String>,
    },
    /// It is not there, or not for this user: hosts do not tell which.
    #[error("{url} is not there, or it may not be read")]
    NotFound {
        /// The repository.
        url: String,
    },
    /// The same on this machine.
    #[error("there is no repository at {path}")]
    Absent {
        /// Where it should be.
        path: String,
    },
    /// The host shows another key than it did: somebody may listen in.
    #[error("the key of {host} has changed: it is now {fingerprint}, and {known} says otherwise")]
    HostKeyChanged {
        /// The host, as `known_hosts` spells it.
        host: String,
        /// The key it shows.
        fingerprint: String,
        /// The file and line that know another one.
        known: String,
    },
    /// Nobody said that the key of the host may be trusted.
    #[error("the key of {host} is not known: {fingerprint}")]
    HostKeyUnknown {
        /// The host.
        host: String,
        /// The key it shows.
        fingerprint: String,
    },
    /// The certificate of the host is not trusted.
    #[error("the certificate of {host} is not trusted: {why}")]
    Certificate {
        /// The host.
        host: String,
        /// What is wrong.
        why: String,
    },
    /// The network was forbidden.
    #[error("{url} needs the network, which --offline forbids")]
    Offline {
        /// The repository.
        url: String,
    },
    /// The transfer failed.
    #[error("the transfer from {url} failed: {why}")]
    Transfer {
        /// The repository.
        url: String,
        /// What the library says.
        why: String,
    },
    /// Nothing came for a while.
    #[error("nothing came from {url} for {} s", .after.as_secs())]
    Stalled {
        /// The repository.
        url: String,
        /// How long.
        after: Duration,
    },
    /// The repository has no such branch, tag or commit.
    #[error("{url} has no branch, tag or commit {reference}")]
    Reference {
        /// The repository.
        url: String,
        /// What was asked for.
        reference: String,
    },
    /// The repository is empty.
    #[error("{url} has no commit yet")]
    Empty {
        /// The repository.
        url: String,
    },
    /// It was told to end.
    #[error("cancelled")]
    Cancelled,
    /// Something else of this machine.
    #[error("{what}")]
    Local {
        /// What could not be done.
        what: String,
        /// Why.
        #[source]
        why: io::Error,
    },
    /// A repository on this machine is not as it should be.
    #[error("{what}: {why}")]
    Repository {
        /// What could not be done.
        what: String,
        /// What the library says.
        why: String,
    },
}

impl Error {
    /// Whether the same may work a moment later.
    pub fn passing(&self) -> bool {
        match self {
            Self::Transfer { .. } | Self::Stalled { .. } => true,
            Self::Auth { .. }
            | Self::NotFound { .. }
            | Self::Absent { .. }
            | Self::HostKeyChanged { .. }
            | Self::HostKeyUnknown { .. }
            | Self::Certificate { .. }
            | Self::Offline { .. }
            | Self::Reference { .. }
            | Self::Empty { .. }
            | Self::Cancelled
            | Self::Local { .. }
            | Self::Repository { .. } => false,
        }
    }

    pub(super) fn local(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |why| Self::Local { what, why }
    }

    pub(super) fn repository(what: impl Into<String>) -> impl FnOnce(git2::Error) -> Self {
        let what = what.into();
        move |error| Self::Repository { what, why: redact::text(error.message()) }
    }

    /// What it is that nothing is at `url`.
    pub(super) fn not_found(url: &str) -> Self {
        let url = redact::text(url);
        match url.strip_prefix("file://").or_else(|| Some(url.as_str()).filter(|url| is_path(url))) {
            Some(path) => Self::Absent { path: path.to_owned() },
            None => Self::NotFound { url },
        }
    }

    /// What an error of a transfer from `url` is, as far as only the library knows it.
    pub(super) fn transfer(url: &str, error: &git2::Error) -> Self {
        let url = redact::text(url);
        let why = redact::text(error.message());
        let status = |code: &str| why.contains(&format!("status code: {code}"));
        match (error.code(), error.class()) {
            (git2::ErrorCode::User, _) => Self::Cancelled,
            (git2::ErrorCode::Certificate, _) | (_, git2::ErrorClass::Ssl) if why.contains("certificate") => {
                Self::Certificate { host: url, why }
            }
            (git2::ErrorCode::Auth, _) => Self::Auth { host: url, tried: Vec::new() },
            // A key that cannot be opened with its passphrase.
            (_, git2::ErrorClass::Ssh) if why.contains("authenticate") => {
                Self::Auth { host: url, tried: Vec::new() }
            }
            (git2::ErrorCode::NotFound, _) => Self::not_found(&url),
            _ if status("404") || status("403") || why.contains("not found") && !why.contains("host") => {
                Self::not_found(&url)
            }
            (_, git2::ErrorClass::Repository) => Self::not_found(&url),
            _ => Self::Transfer { url, why },
        }
    }
}

fn is_path(url: &str) -> bool {
    url.starts_with(['/', '.'])
}

fn offered(tried: &[String]) -> String {
    if tried.is_empty() { "there was nothing to try".to_owned() } else { tried.join(", ") }
}
