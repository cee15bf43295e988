//! Services at other ports than their files say (cli.md 3.3.1).

use crate::cli::args::StackFlags;
use crate::dev::converge::Desired;
use crate::dev::project::Project;

/// Publishes services where the flags say, and the others where they were put before. Those of our own Compose files
/// are there already, as are all that follow them.
pub fn publish(desired: &mut Desired, project: &Project, flags: &StackFlags) {
    let mut at = project.ports().clone();
    at.extend(flags.port.iter().cloned());
    for (service, port) in at {
        desired.publish_at(&service, port);
    }
}
