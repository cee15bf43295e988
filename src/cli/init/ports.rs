//! The ports a project will want, looked at before it is made (cli.md 3.1, 3.3.1).

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::engine;
use crate::cli::failure::Failure;
use crate::cli::stack::busy;
use crate::dev::adopt::Leftovers;
use crate::dev::init::Foreseen;
use crate::dev::local::{Places, running};
use crate::dev::ports::{Conflict, Owner, check, first_free};
use crate::docker::Engine;

/// The ports that somebody has. What the project itself runs, in containers or as processes, is in nobody's way.
pub async fn taken(foreseen: &Foreseen, engine: Option<&Engine>) -> Result<Vec<Conflict>, Failure> {
    let own = running(&Places::of(&foreseen.project.folder()));
    let mut ports = foreseen.ports();
    ports.retain(|port| !own.iter().any(|record| record.port == Some(port.port)));
    let name = foreseen.project.compose_name(&foreseen.settings).unwrap_or_default();
    check(engine, &name, &ports).await.map_err(|error| engine::failure(&error))
}

/// Whether the reference's containers have the port.
pub fn is_of(conflict: &Conflict, leftovers: &Leftovers) -> bool {
    match &conflict.owner {
        Owner::Container { name, .. } => leftovers.containers.contains(name),
        Owner::Process(_) | Owner::Service(_) => false,
    }
}

/// Another port for each.
pub fn move_away(foreseen: &Foreseen, conflicts: &[Conflict]) -> Result<BTreeMap<String, u16>, Failure> {
    let mut taken: BTreeSet<u16> = foreseen.ports().iter().map(|port| port.port).collect();
    let mut chosen = BTreeMap::new();
    for conflict in conflicts {
        let port = first_free(&conflict.wanted, &taken).ok_or_else(|| busy(conflicts))?;
        taken.insert(port);
        chosen.insert(conflict.wanted.service.clone(), port);
    }
    Ok(chosen)
}
