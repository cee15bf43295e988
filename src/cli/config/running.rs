//! Which projects run.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use crate::cli::args::EngineFlags;
use crate::cli::failure::Ended;
use crate::cli::{engine, runtime};
use crate::dev::registry::Contents;
use crate::docker::label;

/// Longest wait for the engine: the list is not about it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The folders of the projects that have a container that runs; nothing when no engine answers.
pub fn of(contents: &Contents, flags: &EngineFlags) -> Result<Option<BTreeSet<String>>, Ended> {
    if contents.projects.is_empty() {
        return Ok(None);
    }
    let mut found = None;
    runtime::run(None, async |_| {
        let folders = async {
            let engine = engine::connect(flags).await.ok()?;
            engine.running_with(label::WORKING_DIR).await.ok()
        };
        found = tokio::time::timeout(PATIENCE, folders).await.ok().flatten();
        Ok(())
    })?;
    let within = |path: &String| {
        let folders = found.as_ref()?;
        folders.iter().any(|folder| Path::new(folder).starts_with(path)).then(|| path.clone())
    };
    Ok(found.as_ref().map(|_| contents.projects.keys().filter_map(within).collect()))
}
