//! What can go wrong with an engine.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use bollard::errors::Error as Bollard;
use thiserror::Error as ThisError;

use super::AddressError;

/// Why the engine did not do what it was asked.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Nobody answers at the address.
    #[error("no engine answers at {endpoint}: {why}")]
    Unreachable {
        /// The address.
        endpoint: String,
        /// Why.
        why: Why,
    },
    /// None of the places engines usually are at has one.
    #[error("no engine answers at any of the usual places{}", places(tried))]
    Nowhere {
        /// The places that are there, and what is wrong with each.
        tried: Vec<Error>,
    },
    /// The socket is there, and this user may not use it.
    #[error("this user may not use the engine at {endpoint}")]
    Denied {
        /// The address.
        endpoint: String,
    },
    /// The engine speaks an API of before Engine 20.10.
    #[error("the engine at {endpoint} speaks API {api}, and {oldest} is the oldest that will do")]
    TooOld {
        /// The address.
        endpoint: String,
        /// Its newest API.
        api: String,
        /// What is needed.
        oldest: String,
    },
    /// The engine runs containers of another system.
    #[error("the engine at {endpoint} runs {os} containers, and the stack needs linux ones")]
    WrongSystem {
        /// The address.
        endpoint: String,
        /// Of which system.
        os: String,
    },
    /// What names the engine is no address.
    #[error("{origin} does not name an engine")]
    Address {
        /// Who says so: a flag, a variable, a context.
        origin: String,
        /// What is wrong with it.
        #[source]
        source: AddressError,
    },
    /// There is no such context.
    #[error("there is no Docker context {name}")]
    NoContext {
        /// Its name.
        name: String,
        /// Who wants it.
        wanted_by: String,
    },
    /// A file of Docker's own cannot be used.
    #[error("{} cannot be used: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A login for a registry cannot be had.
    #[error("the login for {server} cannot be had: {why}")]
    Login {
        /// The registry.
        server: String,
        /// What is wrong, without any of the login.
        why: String,
    },
    /// The engine answered with a refusal.
    #[error("the engine refused: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its words.
        message: String,
    },
    /// The connection ended in the middle.
    #[error("the connection to the engine is gone")]
    Lost(#[source] Bollard),
    /// What came is no answer.
    #[error("the engine gave no proper answer")]
    Broken(#[source] Bollard),
}

/// Why nobody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// There is no such socket.
    Absent,
    /// Nobody listens.
    Refused,
    /// This user may not.
    Denied,
    /// No answer in time.
    Slow,
    /// No agreement on TLS, or no trust.
    Tls(String),
    /// Somebody answers, who is no engine: with this status.
    NoEngine(u16),
    /// Something else.
    Other(String),
}

impl Why {
    /// What lies behind a failed connection.
    pub(super) fn of(error: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(error);
        let mut last = String::new();
        while let Some(error) = next {
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls.to_string());
            }
            let io = error.downcast_ref::<io::Error>();
            match io.map(io::Error::kind) {
                Some(ErrorKind::NotFound) => return Self::Absent,
                Some(ErrorKind::ConnectionRefused) => return Self::Refused,
                Some(ErrorKind::PermissionDenied) => return Self::Denied,
                Some(ErrorKind::TimedOut) => return Self::Slow,
                Some(_) | None => last = error.to_string(),
            }
            // The source of an I/O error that wraps another error is the source of that one: look inside instead.
            let inside = io.and_then(io::Error::get_ref).map(|inside| inside as &(dyn StdError + 'static));
            next = inside.or_else(|| error.source());
        }
        Self::Other(last)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("there is no such socket"),
            Self::Refused => f.write_str("the connection is refused"),
            Self::Denied => f.write_str("this user may not use it"),
            Self::Slow => f.write_str("no answer in time"),
            Self::Tls(why) => write!(f, "TLS failed: {why}"),
            Self::NoEngine(status) => write!(f, "what answers (HTTP {status}) is no Docker engine"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

fn places(tried: &[Error]) -> String {
    let found: Vec<String> = tried.iter().map(ToString::to_string).collect();
    if found.is_empty() { String::new() } else { format!(" ({})", found.join("; ")) }
}

impl Error {
    /// Whether what was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether it is there already, or in the way.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status: 409, .. })
    }
}

impl From<Bollard> for Error {
    fn from(error: Bollard) -> Self {
        match error {
            Bollard::DockerResponseServerError { status_code, message } => {
                Self::Refused { status: status_code, message }
            }
            Bollard::HyperLegacyError { .. }
            | Bollard::HyperResponseError { .. }
            | Bollard::IOError { .. }
            | Bollard::RequestTimeoutError => Self::Lost(error),
            error => Self::Broken(error),
        }
    }
}
