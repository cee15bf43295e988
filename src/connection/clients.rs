//! One client a cluster, for as long as its record stays what it was.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use tokio::sync::Mutex as AsyncMutex;

use super::error::Error;
use super::record::Cluster;
use super::status::Failure;
use crate::clock::{Clock, Time};
use crate::cluster::{self, Client, Credentials, Doors, Endpoint, Key};
use crate::id::ClusterId;
use crate::outbound;
use crate::store::seal::{Context, Sealed, Sealer};
use crate::store::{Filter, Patch, Store};

/// Makes clients, and keeps those of stored clusters.
pub(super) struct Clients {
    store: Store,
    sealer: Arc<Sealer>,
    outbound: outbound::Client,
    clock: Clock,
    kept: Mutex<HashMap<ClusterId, (Time, Client)>>,
}

/// The refresh token an identity provider gave in place of the one that was used.
pub(super) type Rotated = Arc<Mutex<Option<SecretString>>>;

impl Clients {
    pub(super) fn new(store: Store, sealer: Arc<Sealer>, outbound: outbound::Client, clock: Clock) -> Self {
        Self { store, sealer, outbound, clock, kept: Mutex::default() }
    }

    /// The client of a stored cluster: the same one until the record changes.
    pub(super) fn get(&self, cluster: &Cluster) -> Result<Client, Failure> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, client)) = kept.get(&cluster.id)
            && *version == cluster.updated_at
        {
            return Ok(client.clone());
        }
        let credentials = cluster.credentials.open(cluster.id, &self.sealer)?;
        let endpoint = Endpoint::resolve(cluster.auth_type, &cluster.server, &credentials)
            .map_err(cluster::Error::from)?;
        let client = cluster::connect(endpoint, &self.doors(self.keeper(cluster)))?;
        kept.insert(cluster.id, (cluster.updated_at, client.clone()));
        Ok(client)
    }

    /// A client for credentials that are not stored yet, and where a refresh token goes that is replaced meanwhile.
    pub(super) fn try_out(&self, endpoint: Endpoint) -> Result<(Client, Rotated), Failure> {
        let rotated = Rotated::default();
        let keep = Arc::clone(&rotated);
        let doors = self.doors(Arc::new(move |token| {
            *keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
            Box::pin(std::future::ready(()))
        }));
        Ok((cluster::connect(endpoint, &doors)?, rotated))
    }

    /// Forgets the client of a cluster that is gone.
    pub(super) fn forget(&self, id: ClusterId) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn doors(&self, keep_refresh_token: cluster::KeepRefreshToken) -> Doors {
        Doors { outbound: self.outbound.clone(), clock: self.clock.clone(), keep_refresh_token }
    }

    /// Seals a replaced refresh token into the record, unless somebody stored another one since.
    fn keeper(&self, cluster: &Cluster) -> cluster::KeepRefreshToken {
        let id = cluster.id;
        let (store, sealer) = (self.store.clone(), Arc::clone(&self.sealer));
        let last = Arc::new(AsyncMutex::new(cluster.credentials.get(Key::OidcRefreshToken).cloned()));
        Arc::new(move |token| {
            let (store, sealer, last) = (store.clone(), Arc::clone(&sealer), Arc::clone(&last));
            Box::pin(async move {
                let mut last = last.lock().await;
                match store_refresh_token(&store, &sealer, id, last.as_ref(), &token).await {
                    Ok(stored) => *last = Some(stored),
                    Err(error) => {
                        tracing::warn!(cluster = %id, %error, "a new refresh token could not be stored");
                    }
                }
            })
        })
    }
}

const REFRESH_TOKEN: &str = "credentials.oidc_refresh_token";

async fn store_refresh_token(
    store: &Store,
    sealer: &Sealer,
    id: ClusterId,
    last: Option<&Sealed>,
    token: &SecretString,
) -> Result<Sealed, Error> {
    let value = sealer.seal(token, Context::new(id, Key::OidcRefreshToken.stored_name()))?;
    let expected =
        last.map_or_else(|| Filter::missing(REFRESH_TOKEN), |last| Filter::eq(REFRESH_TOKEN, last));
    store.patch::<Cluster>(id, expected, Patch::new().set(REFRESH_TOKEN, &value)).await?;
    Ok(value)
}

/// Puts a refresh token that was replaced during a try-out in the place of the one that is dead.
pub(super) fn take_rotated(credentials: &mut Credentials, rotated: &Rotated) -> bool {
    match rotated.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(token) => {
            credentials.secrets.insert(Key::OidcRefreshToken, token);
            true
        }
        None => false,
    }
}
