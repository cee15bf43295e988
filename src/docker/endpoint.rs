//! An engine somebody or something named, before it was reached.

use std::fmt;
use std::path::PathBuf;

use super::Address;

/// What is needed to reach an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it is.
    pub address: Address,
    /// By TLS, with what is in this folder: `ca.pem`, and `cert.pem` with `key.pem` for an engine that asks who calls.
    pub tls: Option<PathBuf>,
    /// Who named it.
    pub source: Source,
}

/// Who named an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The flag `--docker-host`.
    Flag,
    /// The variable `DOCKER_HOST`.
    Variable,
    /// A context of this name.
    Context(String),
    /// Nobody: engines usually are there.
    Usual,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("--docker-host"),
            Self::Variable => f.write_str("DOCKER_HOST"),
            Self::Context(name) => write!(f, "context {name}"),
            Self::Usual => f.write_str("the usual places"),
        }
    }
}
