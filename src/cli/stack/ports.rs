//! Services at other ports than their files say (cli.md 3.3.1).

use crate::cli::args::StackFlags;
use crate::cli::project::Loaded;
use crate::dev::converge::Desired;
use crate::dev::ports::add_further;
use crate::dev::settings::Service;

/// Publishes services where the flags say, and the others where they were put before. Those of our own Compose files
/// are there already, as are all that follow them.
pub fn publish(desired: &mut Desired, loaded: &Loaded, flags: &StackFlags) {
    let mut at = loaded.project.ports().clone();
    at.extend(flags.port.iter().cloned());
    // A container that made room for the gateway stays out of its way.
    if super::wanted_gateway(loaded, &desired.stack).is_some() {
        at.remove(Service::Ui.as_str());
    }
    let mut further = loaded.project.further_ports().clone();
    add_further(&mut further, &flags.further);
    for (service, ports) in further {
        desired.move_ports(&service, &ports);
    }
    for (service, port) in at {
        desired.publish_at(&service, port);
    }
}
