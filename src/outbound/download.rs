//! Downloads for the user of this machine: through the user's proxies, to any host the user named, with a limit, told as
//! they go on, and ended when the user wants (cli.md 2.9, 7.3). What the server fetches for others goes through
//! [`super::Client`].

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

use super::client::authorities;
use super::error::{find_cause, innermost};

/// How long a connection may take, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// How long nothing may come.
const SILENCE: Duration = Duration::from_mins(1);
/// So many redirects are followed.
const REDIRECTS: usize = 5;

/// How other hosts are reached.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// A proxy, unless the environment names one.
    pub proxy: Option<String>,
    /// Hosts that are reached without that one.
    pub no_proxy: Vec<String>,
    /// PEM file of authorities trusted beside the system's.
    pub authorities: Option<PathBuf>,
    /// No network but loopback.
    pub offline: bool,
}

/// Why something was not downloaded. The words name hosts and paths, never queries.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// Not an absolute https URL, or one in the clear that leaves this machine.
    #[error("{0} is no https URL")]
    Url(String),
    /// The network was forbidden.
    #[error("{0} needs the network, which --offline forbids")]
    Offline(String),
    /// The host answered with something else.
    #[error("{url} answered with status {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The status.
        status: u16,
    },
    /// It is longer than it may be.
    #[error("{url} is larger than {most} bytes")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// The limit, in bytes.
        most: u64,
    },
    /// The certificate is not trusted, or the handshake failed.
    #[error("no trusted TLS connection for {url}: {reason}")]
    Tls {
        /// What was asked for.
        url: String,
        /// What TLS said.
        reason: String,
    },
    /// Resolution, connection or transfer failed.
    #[error("{url} cannot be fetched: {reason}")]
    Transfer {
        /// What was asked for.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// The file with further authorities, or the proxy, cannot be used.
    #[error("{0}")]
    Ways(String),
    /// What came cannot be kept.
    #[error("what was fetched cannot be written")]
    Write(#[source] io::Error),
    /// It was told to end.
    #[error("cancelled")]
    Cancelled,
}

/// Fetches. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Fetcher {
    http: reqwest::Client,
    offline: bool,
}

impl Fetcher {
    /// A fetcher that goes these ways.
    pub fn new(ways: &Ways) -> Result<Self, DownloadError> {
        // Another part of the process may have chosen it before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unusable = |error: reqwest::Error| DownloadError::Ways(innermost(&error));
        let offline = ways.offline;
        let redirects = reqwest::redirect::Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS {
                return attempt.error("it redirects too often");
            }
            match may_fetch(attempt.url(), offline) {
                Ok(()) => attempt.follow(),
                Err(error) => attempt.error(error),
            }
        });
        let mut builder = reqwest::Client::builder()
            .redirect(redirects)
            .referer(false)
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .user_agent(concat!("orchcli/", env!("CARGO_PKG_VERSION")));
        let named = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
        let by_environment =
            named.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        if let Some(proxy) = ways.proxy.as_deref().filter(|_| !by_environment) {
            let past = reqwest::NoProxy::from_string(&ways.no_proxy.join(","));
            builder = builder.proxy(reqwest::Proxy::all(proxy).map_err(unusable)?.no_proxy(past));
        }
        if let Some(path) = &ways.authorities {
            let certificates = authorities(path).map_err(|error| DownloadError::Ways(told(path, &error)))?;
            builder = builder.tls_certs_merge(certificates);
        }
        Ok(Self { http: builder.build().map_err(unusable)?, offline })
    }

    /// What is at a URL, when it is no longer than `most` bytes.
    pub async fn get(
        &self,
        url: &str,
        most: u64,
        cancel: &CancellationToken,
    ) -> Result<Bytes, DownloadError> {
        let mut content = Vec::new();
        self.save(url, most, &mut content, cancel, |_, _| ()).await?;
        Ok(content.into())
    }

    /// Writes what is at a URL, when it is no longer than `most` bytes; gives its SHA-256. `moved` is told how many bytes
    /// there are, and of how many.
    pub async fn save(
        &self,
        url: &str,
        most: u64,
        into: &mut (impl Write + Send),
        cancel: &CancellationToken,
        mut moved: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<[u8; 32], DownloadError> {
        let parsed = Url::parse(url).map_err(|_| DownloadError::Url(crate::redact::text(url)))?;
        may_fetch(&parsed, self.offline)?;
        let shown = shown(&parsed);
        let failed = |error: reqwest::Error| explain(&shown, &error);
        let too_large = || DownloadError::TooLarge { url: shown.clone(), most };
        let within = async {
            let mut response = self.http.get(parsed.clone()).send().await.map_err(failed)?;
            let status = response.status();
            if !status.is_success() {
                return Err(DownloadError::Status { url: shown.clone(), status: status.as_u16() });
            }
            let length = response.content_length();
            if length.is_some_and(|length| length > most) {
                return Err(too_large());
            }
            let (mut sum, mut came) = (Sha256::new(), 0_u64);
            while let Some(chunk) = response.chunk().await.map_err(failed)? {
                came += chunk.len() as u64;
                if came > most {
                    return Err(too_large());
                }
                sum.update(&chunk);
                into.write_all(&chunk).map_err(DownloadError::Write)?;
                moved(came, length);
            }
            Ok(sum.finalize().into())
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(DownloadError::Cancelled),
            done = within => done,
        }
    }
}

/// Only https, and in the clear only what stays on this machine.
fn may_fetch(url: &Url, offline: bool) -> Result<(), DownloadError> {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" | "http" if offline && !here => Err(DownloadError::Offline(shown(url))),
        "https" if url.has_host() => Ok(()),
        "http" if here => Ok(()),
        _ => Err(DownloadError::Url(shown(url))),
    }
}

/// A URL without what may be secret in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    crate::redact::text(url.as_str())
}

fn told(path: &Path, error: &super::Error) -> String {
    match error {
        // That one names the setting of the server.
        super::Error::CaFile(words) => words.clone(),
        _ => format!("{}: {error}", path.display()),
    }
}

fn explain(url: &str, error: &reqwest::Error) -> DownloadError {
    let url = url.to_owned();
    if let Some(refused) = find_cause::<DownloadError>(error) {
        return match refused {
            DownloadError::Offline(other) => DownloadError::Offline(other.clone()),
            other => DownloadError::Transfer { url, reason: other.to_string() },
        };
    }
    if let Some(tls) = find_cause::<rustls::Error>(error) {
        return DownloadError::Tls { url, reason: tls.to_string() };
    }
    let reason = if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        crate::redact::text(&innermost(error))
    };
    DownloadError::Transfer { url, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_clear_nothing_leaves_this_machine() {
        let may = |url: &str, offline| may_fetch(&Url::parse(url).unwrap(), offline).is_ok();
        for (url, online, offline) in [
            ("https://nodejs.org/dist", true, false),
            ("http://nodejs.org/dist", false, false),
            ("http://127.0.0.1:8080/dist", true, true),
            ("http://[::1]/dist", true, true),
            ("http://localhost/dist", true, true),
            ("https://localhost/dist", true, true),
            ("http://localhost.example/dist", false, false),
            ("file:///etc/passwd", false, false),
            ("ftp://127.0.0.1/x", false, false),
        ] {
            assert_eq!((may(url, false), may(url, true)), (online, offline), "{url}");
        }
    }
}
