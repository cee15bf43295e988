//! The gateway of a project: the one that it wants, and one that it wants no more (cli.md 5.5).

use crate::cli::output::Output;
use crate::cli::project::Loaded;
use crate::compose::Stack;
use crate::dev::converge::{Action, Step};
use crate::dev::gateway::{Gateway, Scene};
use crate::dev::local::{Places, stop};
use crate::dev::project::By;
use crate::dev::record::Record;
use crate::dev::settings::{Provider, Service};

/// The gateway that a project wants, on an engine of this machine; a Compose file alone wants none.
pub fn wanted_gateway(loaded: &Loaded, stack: &Stack) -> Option<Gateway> {
    if loaded.project.by() == By::File {
        return None;
    }
    let standing = Record::standing(&loaded.project.folder().run());
    Gateway::of(Scene {
        settings: &loaded.settings,
        ui: loaded.provided.provider(Service::Ui),
        has_core_container: loaded.provided.has_container(Service::Core),
        stack: Some(stack),
        container_port: loaded.project.ui_container_port(&loaded.settings),
        known: standing.as_ref().and_then(|record| record.before.as_deref()),
        remote: None,
    })
}

/// A gateway that stands and is not wanted any more: it has the port of what takes its place.
#[derive(Debug)]
pub struct Leftover {
    record: Record,
    places: Places,
}

impl Leftover {
    /// The one of a project, beside these containers. Where the UI is not among them, nothing is known of it.
    pub fn of(loaded: &Loaded, stack: &Stack) -> Option<Self> {
        let places = Places::of(&loaded.project.folder());
        let record = Record::standing(&places.run).filter(|_| loaded.project.by() != By::File)?;
        let is_decided = match loaded.provided.provider(Service::Ui) {
            Provider::Image => stack.services.contains_key(Service::Ui.as_str()),
            Provider::Source | Provider::Embedded | Provider::None => true,
        };
        let is_wanted = wanted_gateway(loaded, stack).is_some();
        (is_decided && !is_wanted).then_some(Self { record, places })
    }

    /// Its port.
    pub fn port(&self) -> Option<u16> {
        self.record.port
    }

    /// What is done about it.
    pub fn step(&self) -> Step {
        let target = format!("process {}", self.record.pid);
        Step::local("process.ui", Action::Remove, target, Some("no gateway is wanted any more".to_owned()))
    }

    /// Ends it.
    pub async fn end(&self) {
        stop(&self.record, &self.places).await;
    }
}

/// This program has no console yet, and does not keep quiet about it (cli.md 5.5).
pub fn tell_of_note(output: &mut Output) {
    let message = "the page of the UI is a note: this program carries no console; \
                   --ui image and a checkout have one";
    output.warn("NO_CONSOLE", message);
}

/// A container that was kept at the port of the UI leaves no room.
pub fn tell_of_no_room(output: &mut Output) {
    let message = "the container of ui has the port of the UI itself, so no gateway stands before it: \
                   orchcli restart --recreate ui makes room";
    output.warn("NO_GATEWAY", message);
}
