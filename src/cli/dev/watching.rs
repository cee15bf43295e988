//! Sources of core that are watched.

use std::path::Path;

use crate::cli::output::Output;
use crate::dev::local::Watch;

/// Watches a checkout, if there is one; without it, `b` builds.
pub fn start(checkout: Option<&Path>, output: &Output) -> Option<Watch> {
    match Watch::go(checkout?) {
        Ok(watch) => Some(watch),
        Err(error) => {
            output.warning(&format!("the sources of core cannot be watched: {error}"));
            None
        }
    }
}

/// Waits for a change.
pub async fn changed(watch: &mut Option<Watch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}
