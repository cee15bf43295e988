//! Folders of this machine on an engine of another (cli.md 8.1).

use std::path::Path;

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::compose::MountKind;
use crate::dev::converge::Desired;
use crate::docker::Engine;

/// Refuses what mounts a folder of the project, when the engine runs elsewhere: it would mount one of its own machine,
/// empty or of somebody else. Other paths may well be meant as its own.
pub fn not_remote(engine: &Engine, desired: &Desired, root: &Path) -> Result<(), Failure> {
    let Some(host) = engine.remote_host() else { return Ok(()) };
    let is_here = |source: &Path| source.starts_with(root) || source.starts_with(&desired.origin.directory);
    let mounts = desired.stack.services.iter().flat_map(|(name, service)| {
        let binds = service.volumes.iter().filter(|mount| mount.kind == MountKind::Bind);
        let sources = binds.filter_map(|mount| mount.source.as_deref());
        sources
            .filter(|source| is_here(Path::new(source)))
            .map(move |source| format!("{name} mounts {source}"))
    });
    let mounts: Vec<String> = mounts.collect();
    if mounts.is_empty() {
        return Ok(());
    }
    let message = format!("the engine runs on {host}, where folders of this machine cannot be mounted");
    let mut failure = Failure::new(ExitCode::Invalid, Code::ComposeUnsupported, message);
    failure.causes = mounts;
    Err(failure.hint("run it on this machine: orchcli dev; or from images: orchcli start --mode production"))
}
