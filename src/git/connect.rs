//! A connection to a Git host: who is let in, which hosts are trusted, and why it failed (cli.md 6.4, 6.5).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use git2::{
    AutotagOption, CertificateCheckStatus, FetchOptions, ProxyOptions, Remote, RemoteCallbacks,
    RemoteRedirect,
};
use rustls::pki_types::UnixTime;
use secrecy::SecretString;

use super::authority;
use super::configuration::Configuration;
use super::credential::{Candidates, Desk};
use super::error::Error;
use super::remote::Place;
use super::ssh;
use super::transfer::{Moved, Transfer};
use crate::redact;

/// A name that no repository has.
const NOBODY: &str = "refs/orchcli/nobody:refs/orchcli/nobody";

/// What a connection needs to know of its user.
#[derive(Clone)]
pub struct Access {
    /// Tokens the user's configuration names, by host.
    pub tokens: Vec<Token>,
    /// A proxy for the web, unless the environment names one.
    pub proxy: Option<String>,
    /// Further certificate authorities, as PEM.
    pub authorities: Option<PathBuf>,
    /// No network but loopback.
    pub offline: bool,
    /// Who is asked.
    pub ask: Ask,
}

/// A token for one host.
#[derive(Debug, Clone)]
pub struct Token {
    /// The host it belongs to.
    pub host: String,
    /// Its user.
    pub user: Option<String>,
    /// The environment variable that holds it.
    pub variable: String,
}

/// Answers a question of a connection; `None` without an answer, or for a no.
pub type Ask = Arc<dyn Fn(&Question) -> Option<SecretString> + Send + Sync>;

/// What a connection asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The user name at a host.
    User {
        /// The host.
        host: String,
    },
    /// The password or token of a user at a host.
    Password {
        /// The host.
        host: String,
        /// The user.
        user: String,
    },
    /// The passphrase of a key file.
    Passphrase {
        /// The file.
        key: PathBuf,
    },
    /// Whether the key of a host is the right one; any answer is a yes.
    Trust {
        /// The host.
        host: String,
        /// Its key, as `ssh-keygen -l` shows it.
        fingerprint: String,
    },
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("tokens", &self.tokens)
            .field("offline", &self.offline)
            .finish_non_exhaustive()
    }
}

/// One connection.
pub struct Link<'a> {
    url: &'a str,
    place: Place,
    access: &'a Access,
    transfer: &'a Transfer,
    configuration: Configuration,
    candidates: Mutex<Candidates>,
    refused: Mutex<Option<Error>>,
}

impl<'a> Link<'a> {
    /// A connection for `url`, which leads to `led`.
    pub fn new(url: &'a str, led: &str, place: Place, access: &'a Access, transfer: &'a Transfer) -> Self {
        let configuration = Configuration::of(led);
        let candidates = Mutex::new(Candidates::new(led, &place, access, &configuration));
        Self { url, place, access, transfer, configuration, candidates, refused: Mutex::default() }
    }

    /// Callbacks for the library.
    pub fn callbacks(&self) -> RemoteCallbacks<'_> {
        let mut callbacks = RemoteCallbacks::new();
        callbacks.credentials(|_, user, allowed| {
            if !self.transfer.goes_on() {
                return Err(stopped());
            }
            let mut candidates = self.candidates.lock().unwrap_or_else(PoisonError::into_inner);
            let ask = |question: &Question| self.transfer.asking(|| (self.access.ask)(question));
            candidates.next(user, allowed, Desk { ask: &ask, transfer: self.transfer })
        });
        callbacks.certificate_check(|certificate, host| self.trusted(certificate, host));
        callbacks.transfer_progress(|progress| {
            let count = |objects: usize| objects as u64;
            let of = count(progress.total_objects());
            self.transfer.moved(if progress.received_objects() < progress.total_objects() {
                let objects = count(progress.received_objects());
                Moved::Received { objects, of, bytes: count(progress.received_bytes()) }
            } else {
                Moved::Indexed { objects: count(progress.indexed_objects()), of }
            });
            self.transfer.goes_on()
        });
        callbacks.sideband_progress(|_| {
            self.transfer.lives();
            self.transfer.goes_on()
        });
        callbacks
    }

    /// The proxy: the environment and git's configuration, by the library; else that of the user's configuration.
    pub fn proxy(&self) -> ProxyOptions<'_> {
        let mut options = ProxyOptions::new();
        let set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.is_empty());
        let environment =
            ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
        match &self.access.proxy {
            Some(proxy) if !environment.iter().any(set) => options.url(proxy),
            Some(_) | None => options.auto(),
        };
        options
    }

    /// Options of a fetch.
    pub fn fetch(&self, tags: AutotagOption, depth: i32) -> FetchOptions<'_> {
        let mut options = FetchOptions::new();
        options.remote_callbacks(self.callbacks()).proxy_options(self.proxy());
        options.download_tags(tags).depth(depth).update_fetchhead(false);
        // To the same host only: what was offered to one is not handed to another.
        options.follow_redirects(RemoteRedirect::None);
        if matches!(self.place, Place::Web { .. }) {
            let headers = self.configuration.all("http", "extraheader");
            options.custom_headers(&headers.iter().map(String::as_str).collect::<Vec<_>>());
        }
        options
    }

    /// Connects, and hears which names there are. The headers of the user have to be sent with that as well, for which
    /// the library has a download alone: here of a name that nobody has.
    pub fn greet(&self, remote: &mut Remote<'_>) -> Result<(), git2::Error> {
        let mut options = self.fetch(AutotagOption::None, 0);
        options.follow_redirects(RemoteRedirect::Initial);
        remote.download(&[NOBODY], Some(&mut options))
    }

    /// What an error of this connection is.
    pub fn explain(&self, error: &git2::Error) -> Error {
        if let Some(refused) = self.refused.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return refused;
        }
        if !self.transfer.goes_on() {
            return Error::Cancelled;
        }
        let mut candidates = self.candidates.lock().unwrap_or_else(PoisonError::into_inner);
        let told = Error::transfer(self.url, error);
        if candidates.exhausted() || matches!(told, Error::Auth { .. }) {
            candidates.rejected(self.transfer);
            return Error::Auth { host: self.host(), tried: candidates.tried() };
        }
        match told {
            Error::Certificate { why, .. } => Error::Certificate { host: self.host(), why },
            told => told,
        }
    }

    /// The connection worked: what was let in is worth keeping.
    pub fn worked(&self) {
        self.candidates.lock().unwrap_or_else(PoisonError::into_inner).accepted(self.transfer);
    }

    fn host(&self) -> String {
        match &self.place {
            Place::Local => redact::text(self.url),
            Place::Web { host } | Place::Ssh { host, .. } => host.clone(),
        }
    }

    fn trusted(
        &self,
        certificate: &git2::cert::Cert<'_>,
        host: &str,
    ) -> Result<CertificateCheckStatus, git2::Error> {
        self.transfer.lives();
        if let Some(certificate) = certificate.as_x509() {
            let trusted = self.vouched(certificate.data(), host);
            return Ok(if trusted {
                CertificateCheckStatus::CertificateOk
            } else {
                CertificateCheckStatus::CertificatePassthrough
            });
        }
        let (Some(shown), Place::Ssh { alias, host, port, .. }) = (certificate.as_hostkey(), &self.place)
        else {
            return Err(git2::Error::from_str("the host shows no key"));
        };
        let Some(key) = shown.hostkey() else {
            return Err(git2::Error::from_str("the host shows no key"));
        };
        let trust = |question: &Question| self.transfer.asking(|| (self.access.ask)(question)).is_some();
        match ssh::check(alias, host, *port, key, &trust) {
            Ok(()) => Ok(CertificateCheckStatus::CertificateOk),
            Err(error) => {
                let words = error.to_string();
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Err(git2::Error::from_str(&words))
            }
        }
    }

    /// Whether one of the further authorities (`--ca-file`, `http.sslCAInfo`) vouches for a certificate. The
    /// library cannot be told of them without process-wide state, so that they are asked here.
    fn vouched(&self, certificate: &[u8], host: &str) -> bool {
        let named = self.configuration.last("http", "sslcainfo").map(PathBuf::from);
        let files = self.access.authorities.iter().cloned().chain(named);
        let now = UnixTime::now();
        files
            .into_iter()
            .any(|file| std::fs::read(file).is_ok_and(|pem| authority::vouches(&pem, certificate, host, now)))
    }
}

/// Ends a transfer from inside a callback.
pub fn stopped() -> git2::Error {
    git2::Error::new(git2::ErrorCode::User, git2::ErrorClass::Callback, "cancelled")
}
