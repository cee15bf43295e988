//! Why another host could not be asked.

use std::error::Error as StdError;

use http::HeaderName;

use super::guard::Refused;

/// Why a request got no answer. The words name hosts, never paths, queries or headers: those can hold secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not an absolute http or https URL.
    #[error("{0:?} is not an http or https URL with a host")]
    Url(String),
    /// A URL with a user name or a password in it.
    #[error("the URL of {host} holds a user name or password: give them separately")]
    UserInfo {
        /// The host.
        host: String,
    },
    /// Plain http where it is not allowed.
    #[error("{host} must be called over https, not http")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// The address may not be called.
    #[error("{0}; an administrator can allow it with OUTBOUND_ALLOW")]
    Refused(#[from] Refused),
    /// More redirects than the request allows.
    #[error("{host} redirects too often")]
    TooManyRedirects {
        /// The host that redirected last.
        host: String,
    },
    /// A secret that cannot stand in a header.
    #[error("the value of the header {name} holds characters that cannot be sent")]
    Header {
        /// The header.
        name: HeaderName,
    },
    /// No answer in time.
    #[error("{host} did not answer within {seconds} s")]
    Timeout {
        /// The host.
        host: String,
        /// The limit, in seconds.
        seconds: u64,
    },
    /// The certificate or the handshake failed.
    #[error(
        "no trusted TLS connection to {host}: {reason}; a private authority can be named with OUTBOUND_CA_FILE"
    )]
    Tls {
        /// The host.
        host: String,
        /// What TLS said.
        reason: String,
    },
    /// Resolution, connection or transfer failed.
    #[error("cannot reach {host}: {reason}")]
    Unreachable {
        /// The host.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// The body is longer than the request allows.
    #[error("the answer of {host} is larger than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A body that cannot be written or read.
    #[error("the body is not what was expected: {0}")]
    Body(String),
    /// The client cannot be made from its settings.
    #[error("OUTBOUND_CA_FILE: {0}")]
    CaFile(String),
    /// The TLS library refused to start.
    #[error("the HTTP client cannot start: {0}")]
    Start(String),
}

impl Error {
    /// Reads the cause out of what the HTTP library reports.
    pub(super) fn from_transport(error: &reqwest::Error, host: &str, seconds: u64) -> Self {
        let host = host.to_owned();
        if let Some(refused) = find_cause::<Refused>(error) {
            return Self::Refused(refused.clone());
        }
        if error.is_timeout() {
            return Self::Timeout { host, seconds };
        }
        if let Some(tls) = find_cause::<rustls::Error>(error) {
            return Self::Tls { host, reason: tls.to_string() };
        }
        Self::Unreachable { host, reason: innermost(error) }
    }
}

/// The first cause of type `T` in the chain, also where an `io::Error` hides it.
pub(crate) fn find_cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        // An io::Error's source is the source of what it wraps: look at the wrapped error itself.
        cause = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// The words of the cause at the end of the chain.
pub(crate) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}
