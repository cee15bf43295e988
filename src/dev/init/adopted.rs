//! The step that takes over what the reference left (cli.md 5.5).

use std::time::Duration;

use super::Error;
use crate::dev::adopt::{Leftovers, declare, remove_containers};
use crate::dev::counted;
use crate::dev::settings::Mode;
use crate::dev::task::Outcome;
use crate::docker::Engine;

/// How long its containers may take to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What is taken over, and where it is.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// The engine that has it.
    pub engine: Engine,
    /// What it has.
    pub leftovers: Leftovers,
}

impl Adopted {
    /// Declares the volumes, then removes the containers: killed in between, the data is not lost sight of.
    pub(super) async fn take_over(&self, root: &std::path::Path, mode: Mode) -> Result<Outcome, Error> {
        let declared = declare(root, mode, &self.leftovers)?;
        remove_containers(&self.engine, &self.leftovers, GRACE)
            .await
            .map_err(crate::dev::adopt::Error::from)?;
        let count = self.leftovers.containers.len();
        let removed = counted(count, "container") + " removed";
        Ok(match declared {
            Some(path) => Outcome::Done(format!(
                "{removed}, {} goes on with the volumes",
                path.file_name().unwrap_or_default().display()
            )),
            None if count > 0 => Outcome::Done(removed),
            None => Outcome::Kept("nothing to take over".to_owned()),
        })
    }
}
