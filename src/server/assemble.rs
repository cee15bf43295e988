//! The rooms of a server, put on their ground.

use std::sync::Arc;

use super::app::{App, Rooms};
use super::not_started::Error;
use crate::clock::Clock;
use crate::connection::{self, Connections};
use crate::deploy::{self, Deployer};
use crate::event::Hub;
use crate::identity::{self, Identity};
use crate::live::{self, Live};
use crate::outbound;
use crate::plugin::EnabledPlugin;
use crate::registry::{Logins, Registry};
use crate::settings::Settings;
use crate::store::seal::Sealer;
use crate::store::{Collection, Document, Store};
use crate::supervisor::Supervisor;
use crate::workflow::{self, Workflows};

/// Everything that is stored.
pub(super) fn collections() -> Vec<Collection> {
    let rooms = [identity::COLLECTIONS, workflow::COLLECTIONS, connection::COLLECTIONS, live::COLLECTIONS]
        .into_iter()
        .flatten();
    let single = [deploy::Notification::COLLECTION, EnabledPlugin::COLLECTION, Registry::COLLECTION];
    rooms.copied().chain(single).collect()
}

/// Puts the rooms together; nothing runs in the background yet.
pub(super) fn assemble(settings: &Settings, store: Store, supervisor: &Supervisor) -> Result<App, Error> {
    let clock = Clock::system();
    let sealer = Arc::new(Sealer::new(&settings.encryption_key, &[])?);
    let outbound = outbound::Client::new(&outbound::Settings {
        allow: settings.outbound_allow.clone(),
        ca_file: settings.outbound_ca_file.clone(),
    })?;
    let identity = Identity::new(store.clone(), clock.clone(), &settings.jwt_secret, settings.into());
    let connections = Connections::new(
        connection::Ground {
            store: store.clone(),
            sealer: Arc::clone(&sealer),
            outbound: outbound.clone(),
            clock: clock.clone(),
            supervisor: supervisor.clone(),
        },
        connection::Policy {
            allow_insecure_tls: settings.allow_insecure_tls || !settings.release,
            log_ttl: settings.cluster_log_ttl,
        },
    );
    let hub = Hub::new(&clock);
    let live = Live::new(store.clone(), hub.clone(), clock.clone(), connections.clone(), supervisor.clone());
    let deployer = Deployer::new(deploy::Ground {
        store: store.clone(),
        clock: clock.clone(),
        supervisor: supervisor.clone(),
        connections: connections.clone(),
        live: live.clone(),
        logins: Logins::new(store.clone(), sealer, outbound, clock.clone()),
        allow_insecure_db_defaults: settings.allow_insecure_db_defaults,
    });
    let workflows = Workflows::new(store.clone(), clock);
    let rooms = Rooms { store, hub, identity, connections, workflows, live, deployer };
    Ok(App::new(rooms, settings.into())?)
}
