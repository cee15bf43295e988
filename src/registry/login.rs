//! From a stored registry to a user name and password (engine.md 3.6).

use std::sync::Arc;

use secrecy::SecretString;

use super::{Registry, ecr};
use crate::clock::Clock;
use crate::manifest::{self, Login, RegistryType};
use crate::outbound;
use crate::store::seal::{self, Context, Sealed, Sealer};
use crate::store::{self, Store};

/// Why there is no login.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A member of the credentials is missing.
    #[error("the registry {registry} has no {member}: edit it, and enter the credentials again")]
    Missing {
        /// The registry's name.
        registry: String,
        /// The member.
        member: &'static str,
    },
    /// A member does not open.
    #[error("the credentials of the registry {registry}: {source}")]
    Sealed {
        /// The registry's name.
        registry: String,
        /// Why not.
        source: seal::Error,
    },
    /// AWS gave no token.
    #[error("AWS gave no token for the registry {registry}: {reason}")]
    Token {
        /// The registry's name.
        registry: String,
        /// What was said; holds no secret.
        reason: String,
    },
}

/// Finds logins for the registries of the installation.
#[derive(Clone)]
pub struct Logins {
    store: Store,
    sealer: Arc<Sealer>,
    tokens: Arc<ecr::Tokens>,
}

impl std::fmt::Debug for Logins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Logins")
    }
}

impl Logins {
    /// Reads records from `store`; asks AWS through `outbound`.
    pub fn new(store: Store, sealer: Arc<Sealer>, outbound: outbound::Client, clock: Clock) -> Self {
        Self { store, sealer, tokens: Arc::new(ecr::Tokens::new(outbound, clock)) }
    }

    /// Every registry, each with its login or the reason why it has none.
    pub async fn all(&self) -> Result<Vec<manifest::Registry>, store::Error> {
        let mut found = Vec::new();
        for registry in self.store.find::<Registry>(store::Filter::all()).await? {
            let login = self.login(&registry).await.map_err(|reason| reason.to_string());
            found.push(manifest::Registry {
                id: registry.id.to_string(),
                kind: registry.registry_type,
                url: registry.registry_url,
                is_default: registry.is_default,
                created_at: registry.created_at.to_string(),
                login,
            });
        }
        Ok(found)
    }

    async fn login(&self, registry: &Registry) -> Result<Login, Error> {
        let member = |name: &'static str, value: &Option<Sealed>| self.open(registry, name, value.as_ref());
        let credentials = &registry.credentials;
        let (username, password) = match registry.registry_type {
            RegistryType::Dockerhub | RegistryType::Ghcr | RegistryType::Custom => {
                (member("username", &credentials.username)?, member("password", &credentials.password)?)
            }
            RegistryType::Gcr => {
                ("_json_key".into(), member("serviceAccountJson", &credentials.service_account_json)?)
            }
            RegistryType::Acr => (
                member("clientId", &credentials.client_id)?,
                member("clientSecret", &credentials.client_secret)?,
            ),
            RegistryType::Ecr => {
                let key = ecr::Key {
                    id: member("accessKeyId", &credentials.access_key_id)?,
                    secret: member("secretAccessKey", &credentials.secret_access_key)?,
                    region: credentials.region.clone().ok_or_else(|| missing(registry, "region"))?,
                };
                let token = self.tokens.token(registry, &key).await;
                let token =
                    token.map_err(|reason| Error::Token { registry: registry.name.clone(), reason })?;
                ("AWS".into(), token)
            }
        };
        Ok(Login { username: secrecy::ExposeSecret::expose_secret(&username).to_owned(), password })
    }

    fn open(
        &self,
        registry: &Registry,
        name: &'static str,
        value: Option<&Sealed>,
    ) -> Result<SecretString, Error> {
        let value = value.ok_or_else(|| missing(registry, name))?;
        let opened = self.sealer.open(value, Context::new(registry.id, name));
        opened.map_err(|source| Error::Sealed { registry: registry.name.clone(), source })
    }
}

fn missing(registry: &Registry, member: &'static str) -> Error {
    Error::Missing { registry: registry.name.clone(), member }
}
