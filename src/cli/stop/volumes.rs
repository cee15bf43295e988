//! Consent to the loss of what is in volumes.

use std::fmt::Write as _;

use crate::cli::failure::Ended;
use crate::cli::prompt::Prompter;
use crate::dev::converge::down::Found;
use crate::dev::counted;
use crate::docker::Engine;

/// Lists the volumes and asks; without consent the command ends.
pub async fn consent(engine: &Engine, found: &Found, prompter: &Prompter) -> Result<(), Ended> {
    let anonymous = found.anonymous();
    if found.volumes.is_empty() && anonymous.is_empty() {
        return Ok(());
    }
    // Sizes take the engine a while, and some engines do not tell them: they are not worth a failure.
    let sizes = engine.volume_sizes().await.unwrap_or_default();
    let mut question = "remove these volumes with what is in them?".to_owned();
    for volume in &found.volumes {
        let size = sizes.iter().find(|(name, _)| *name == volume.name).map(|(_, bytes)| *bytes);
        let size =
            size.map_or_else(|| "size unknown".to_owned(), |bytes| indicatif::HumanBytes(bytes).to_string());
        let used = last_used(found, &volume.name);
        let _ = write!(question, "\n  {}  {size}, {used}", volume.name);
    }
    for (container, volumes) in anonymous {
        let _ = write!(question, "\n  {} of {}", counted(volumes.len(), "unnamed volume"), container.name());
    }
    prompter.consent(&question, "--yes").await
}

/// When a container that mounts it was started the last time.
fn last_used(found: &Found, volume: &str) -> String {
    let of = found
        .containers
        .iter()
        .filter(|seen| seen.mounts().iter().any(|mount| mount.name.as_deref() == Some(volume)));
    let times = of.filter_map(|seen| seen.0.state.as_ref()?.started_at.as_deref());
    times.max().filter(|at| !at.starts_with("0001-")).map_or_else(
        || "not used by a container".to_owned(),
        |at| format!("last used by a container started {}", at.split('.').next().unwrap_or(at)),
    )
}
