//! A release of a vendor: which one, where it is, and what it must be.

use std::fmt;

use semver::Version;
use tokio_util::sync::CancellationToken;

use super::{Error, go, node};
use crate::dev::tools::{Need, Tool};
use crate::docker::discover::Environment;
use crate::outbound::Fetcher;

/// The longest list that is read, in bytes.
pub(super) const LIST: u64 = 16 * 1024 * 1024;

/// An archive that a vendor offers for this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Node.js or Go.
    pub tool: Tool,
    /// The version.
    pub version: Version,
    /// The name of the archive.
    pub file: String,
    /// Where it is.
    pub url: String,
    /// What its SHA-256 must be, in hexadecimal.
    pub sha256: String,
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.tool == Tool::Go { "Go" } else { "Node.js" };
        write!(f, "{name} {}", self.version)
    }
}

/// The folders that vendors or their mirrors serve.
#[derive(Debug, Clone)]
pub(super) struct Mirrors {
    pub node: String,
    pub go: String,
}

impl Mirrors {
    pub fn of(environment: &Environment) -> Self {
        let base = |name: &str, usual: &str| {
            environment.get(name).unwrap_or(usual).trim().trim_end_matches('/').to_owned()
        };
        Self {
            node: base("ORCHCLI_NODE_DIST", "https://nodejs.org/dist"),
            go: base("ORCHCLI_GO_DIST", "https://go.dev/dl"),
        }
    }
}

/// The release that meets a need; none where the vendor has none for such machines.
pub(super) async fn find(
    need: &Need,
    mirrors: &Mirrors,
    fetcher: &Fetcher,
    cancel: &CancellationToken,
) -> Result<Option<Release>, Error> {
    match need.tool {
        Tool::Node | Tool::Npm => node::find(need, &mirrors.node, fetcher, cancel).await,
        Tool::Go => go::find(need, &mirrors.go, fetcher, cancel).await,
        Tool::Pnpm | Tool::Yarn | Tool::Bun | Tool::Air => Ok(None),
    }
}

/// Whether a text is a SHA-256 in hexadecimal.
pub(super) fn is_sum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether programs of this machine are linked with another C library than the vendors' are.
pub(super) fn is_musl() -> bool {
    let entries = std::fs::read_dir("/lib").into_iter().flatten().flatten();
    let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    cfg!(target_os = "linux") && names.any(|name| name.starts_with("ld-musl-"))
}
